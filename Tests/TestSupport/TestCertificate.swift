//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A self-signed certificate for `localhost`, with its key.
package struct TestCertificate: Sendable {
    /// The file of the certificate, which is also its authority's.
    package let certificateFile: String
    package let keyFile: String

    /// Makes one in a directory, or replaces the one of that name.
    ///
    /// - Throws: A ``TestFailure`` with what `openssl` says.
    package init(in directory: TemporaryDirectory, named name: String = "server") async throws {
        certificateFile = directory.file("\(name).crt")
        keyFile = directory.file("\(name).key")
        let process = try ChildProcess(
            "/usr/bin/env",
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost",
                "-keyout", keyFile, "-out", certificateFile,
            ],
            outputPath: directory.file("openssl.log")
        )
        guard try await process.waitForExit() == .exited(0) else {
            throw TestFailure("openssl failed: \(process.output)")
        }
    }

    /// The settings of a service with this certificate.
    package var settings: [String: String] { ["TLS_CERT_FILE": certificateFile, "TLS_KEY_FILE": keyFile] }
}
