//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import ServiceTesting
import TestSupport
import Testing

@Suite("What a gateway with TLS delivers")
struct TLSDeliveryTests {
    @Test("A method that a route lacks gets 405 with those it has", arguments: ["--http2", "--http1.1"])
    func methods(option: String) async throws {
        try await withTLSGateway { _, gateway, certificate, directory in
            for path in ["/healthz", "/api/v1/stream-logs/request/r1", "/api/v1/stream-view/request/r1"] {
                let arguments = [option, "-i", "-X", "POST", gateway.secureURL(path)]
                let answer = try await Curl(certificate, arguments, in: directory).result().lowercased()
                #expect(answer.split(separator: "\r\n").first?.contains(" 405") == true, "\(answer)")
                #expect(answer.contains("allow: get"), "\(answer)")
                #expect(answer.contains("content-type: application/problem+json"), "\(answer)")
            }
        }
    }

    @Test("At its end viewers are let go whole, with the id to go on from", arguments: ["--http2", "--http1.1"])
    func shutdown(option: String) async throws {
        try await withRedisServer { redis in
            try await withTemporaryDirectory { directory in
                let certificate = try await TestCertificate(in: directory)
                let settings = certificate.settings.merging(["SHUTDOWN_SPREAD_SECONDS": "1"]) { own, _ in own }
                try await GatewayProcess.with(redisURL: redis.url, settings: settings) { gateway in
                    try await redis.cli("XADD", "browser_use_logs:r1", "5-1", "msg", "the last")
                    let url = "https://localhost:\(gateway.port)/api/v1/stream-logs/request/r1"
                    let arguments = [option, "-Z", "-w", "|%{exitcode}", url, url, url]
                    let viewers = try Curl(certificate, arguments, in: directory)
                    try await viewers.waits(for: "the record") { $0.ranges(of: "the last").count == 3 }
                    gateway.process.signal(SIGTERM)
                    let text = try await viewers.result()
                    #expect(text.ranges(of: "id: 5-1\n").count == 3)
                    #expect(text.ranges(of: "|0").count == 3, "\(text.suffix(100))")
                    #expect(try await gateway.process.waitForExit(timeout: .seconds(25)) == .exited(0))
                }
            }
        }
    }

    @Test("The live view of a run is shown over both versions", arguments: ["--http2", "--http1.1"])
    func picture(option: String) async throws {
        try await withTLSGateway { _, gateway, certificate, directory in
            let url = gateway.secureURL("/api/v1/stream-view/request/r1")
            let viewer = try Curl(certificate, [option, "-i", url], in: directory)
            try await viewer.waits(for: "a picture") { text in
                let text = text.lowercased()
                return text.contains("content-type: multipart/x-mixed-replace")
                    && text.contains("content-location: /api/v1/snapshot/request/r1")
                    && text.contains("content-type: image/jpeg")
            }
            try await viewer.end()
        }
    }

    @Test("dashboard-cli follows a run where it is told whom to trust, and refuses where it is not")
    func commandLine() async throws {
        try await withTLSGateway { redis, gateway, certificate, directory in
            try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", "a line")
            try await redis.cli("XADD", "browser_use_logs:r1", "*", "kind", "end", "msg", "over", "data", "{}")
            let program = try Executable.built("dashboard-cli")
            let address = ["GATEWAY_URL": "https://localhost:\(gateway.port)"]
            func follow(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> String {
                let process = try ChildProcess(
                    program,
                    ["logs", "r1"] + arguments,
                    environment: environment.merging(address) { own, _ in own },
                    outputPath: directory.file("cli-\(UInt32.random(in: .min ... .max)).txt")
                )
                _ = try await process.waitForExit()
                return process.output
            }
            let byOption = try await follow(["--ca-file", certificate.certificateFile])
            #expect(byOption.contains("a line"), "\(byOption)")
            let byVariable = try await follow([], ["STEPCAST_CA_FILE": certificate.certificateFile])
            #expect(byVariable.contains("a line"), "\(byVariable)")
            #expect(!(try await follow([]).contains("a line")))
            let missing = try await follow(["--ca-file", directory.file("nowhere")])
            #expect(missing.contains("STEPCAST_CA_FILE") && missing.contains("must be a readable file"), "\(missing)")
        }
    }
}
