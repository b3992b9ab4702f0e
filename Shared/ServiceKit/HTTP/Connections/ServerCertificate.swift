//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import Logging
import NIOSSL
import Synchronization

/// The certificate with which a service shows who it is over TLS: `TLS_CERT_FILE` and `TLS_KEY_FILE`.
///
/// The files are read again when one of them changes. While they are broken, missing or do not belong together, the
/// certificate that was read last stays, and the log says why.
package final class ServerCertificate: Sendable {
    private struct State {
        var context: NIOSSLContext
        var versions: [FileVersion?]
        var checked: ContinuousClock.Instant
    }

    /// How long the files are not looked at again.
    private static let patience = Duration.seconds(1)

    private let certificateFile: String
    private let keyFile: String
    private let state: Mutex<State>

    /// Reads the files, both in PEM: the certificate followed by those of its issuers, and its key.
    ///
    /// - Throws: ``InvalidCertificate``.
    package init(certificateFile: String, keyFile: String) throws(InvalidCertificate) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
        // The versions first: a file that changes in between is read again.
        let versions = [FileVersion(certificateFile), FileVersion(keyFile)]
        let context = try Self.read(certificateFile, keyFile)
        state = Mutex(State(context: context, versions: versions, checked: .now))
    }

    /// What a new connection needs.
    func context(logger: Logger) -> NIOSSLContext {
        state.withLock { state in
            let now = ContinuousClock.now
            guard now - state.checked >= Self.patience else { return state.context }
            state.checked = now
            let versions = [FileVersion(certificateFile), FileVersion(keyFile)]
            guard versions != state.versions else { return state.context }
            state.versions = versions
            do throws(InvalidCertificate) {
                state.context = try Self.read(certificateFile, keyFile)
                logger.notice("the certificate was read again", metadata: ["file": "\(certificateFile)"])
            } catch {
                logger.error(
                    "the certificate cannot be used; the last one stays",
                    metadata: ["reason": "\(error.variable): \(error.reason)"]
                )
            }
            return state.context
        }
    }

    private static func read(_ certificateFile: String, _ keyFile: String) throws(InvalidCertificate) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificateFile)
        } catch {
            throw InvalidCertificate("TLS_CERT_FILE", certificateFile, "must be a readable file of certificates in PEM")
        }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: keyFile, format: .pem)
        } catch {
            throw InvalidCertificate("TLS_KEY_FILE", keyFile, "must be a readable file of a private key in PEM")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["h2", "http/1.1"]
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw InvalidCertificate("TLS_KEY_FILE", keyFile, "must be the key of the certificate in TLS_CERT_FILE")
        }
    }
}

/// Why files are not a certificate and its key.
package struct InvalidCertificate: Error, Hashable, Sendable {
    /// The setting of the file.
    package let variable: String
    /// The file.
    package let path: String
    /// What is wrong.
    package let reason: String

    init(_ variable: String, _ path: String, _ reason: String) {
        (self.variable, self.path, self.reason) = (variable, path, reason)
    }
}
