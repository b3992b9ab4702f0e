//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport

/// Runs Redis and a gateway with TLS for as long as the body runs.
func withTLSGateway(
    settings: [String: String] = [:],
    _ body: (RedisServer, RunningGateway, TestCertificate, TemporaryDirectory) async throws -> Void
) async throws {
    try await withRedisServer { redis in
        try await withTemporaryDirectory { directory in
            let certificate = try await TestCertificate(in: directory)
            let all = settings.merging(certificate.settings) { own, _ in own }
            try await withGateway(redisURL: redis.url, settings: all) { gateway in
                try await body(redis, gateway, certificate, directory)
            }
        }
    }
}

/// The program `curl`, which speaks HTTP/2.
struct Curl {
    private let process: ChildProcess

    /// - Parameter arguments: In addition to the certificate's authority.
    init(_ certificate: TestCertificate, _ arguments: [String], in directory: TemporaryDirectory) throws {
        process = try ChildProcess(
            "/usr/bin/env",
            ["curl", "-sN", "--noproxy", "*", "--cacert", certificate.certificateFile] + arguments,
            outputPath: directory.file("curl-\(UInt32.random(in: .min ... .max)).txt")
        )
    }

    /// All output so far.
    var output: String { process.output }

    /// The output when the program has ended.
    func result() async throws -> String {
        _ = try await process.waitForExit()
        return process.output
    }

    func waits(for what: String, _ isThere: (String) -> Bool) async throws {
        try await eventually(what) { isThere(process.output) }
    }

    func end() async throws { try await process.killGroup() }
}

extension RunningGateway {
    func secureURL(_ path: String) -> String { "https://localhost:\(port)\(path)" }
}
