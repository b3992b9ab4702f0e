//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import NIOSSL

extension RedisTLS {
    /// Loads the files and creates the context of one connection. The files are read again for each connection, so that
    /// renewed certificates are used without a restart.
    func makeContext(on eventLoop: any EventLoop) -> EventLoopFuture<NIOSSLContext> {
        // Reading files blocks, and parsing all of the system's trusted authorities takes time.
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { try makeContext() }
    }

    private func makeContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification =
            switch verification {
            case .full: .fullVerification
            case .authority: .noHostnameVerification
            case .none: .none
            }
        if let trustRootsPath {
            let certificates = try load(trustRootsPath, "trusted certificates") {
                try NIOSSLCertificate.fromPEMFile(trustRootsPath)
            }
            configuration.trustRoots = .certificates(certificates)
        }
        if let certificatePath, let privateKeyPath {
            let chain = try load(certificatePath, "client certificate") {
                try NIOSSLCertificate.fromPEMFile(certificatePath)
            }
            let key = try load(privateKeyPath, "client key") {
                try NIOSSLPrivateKey(file: privateKeyPath, format: .pem)
            }
            configuration.certificateChain = chain.map { .certificate($0) }
            configuration.privateKey = .privateKey(key)
        }
        return try NIOSSLContext(configuration: configuration)
    }

    private func load<Loaded>(
        _ path: String,
        _ what: String,
        _ body: () throws -> Loaded
    ) throws(UnreadableFile) -> Loaded {
        do {
            return try body()
        } catch {
            throw UnreadableFile(description: "the \(what) cannot be read from \(path): \(error)")
        }
    }
}

/// A file for TLS that is missing or invalid.
private struct UnreadableFile: Error, CustomStringConvertible {
    let description: String
}
