//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Gateway
import HTTPStream
import ProgramSettings
import ServiceKit
import ServiceTesting
import TestSupport
import Testing

@Suite("TLS and HTTP/2")
struct TLSTests {
    @Test("HTTP/2 and HTTP/1.1 are spoken over TLS, and plain HTTP is not")
    func versions() async throws {
        try await withTLSGateway { _, gateway, certificate, directory in
            for (option, version) in [("--http2", "2"), ("--http1.1", "1.1")] {
                for (path, status) in [
                    ("/healthz", 200), ("/", 200), ("/nowhere", 404), ("/api/v1/stream-logs/request/%25", 422),
                ] {
                    let format = "|%{http_version}|%{http_code}"
                    let url = gateway.secureURL(path)
                    let answer = try await Curl(certificate, [option, "-w", format, url], in: directory).result()
                    #expect(answer.hasSuffix("|\(version)|\(status)"), "\(answer.suffix(200))")
                }
                let head = try await Curl(certificate, [option, "-I", gateway.secureURL("/nowhere")], in: directory)
                    .result()
                for field in [
                    "content-type: application/problem+json", "x-content-type-options: nosniff", "x-request-id: ",
                ] {
                    #expect(head.lowercased().contains(field), "\(head)")
                }
            }
            let plain = try RawSocket(port: gateway.port)
            try await plain.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(!(try await plain.receiveAll().contains("200 OK")))
        }
    }

    @Test("A seventh viewer of a browser is served, since all share one connection", arguments: ["--http2"])
    func seventhViewer(option: String) async throws {
        // One connection is all there may be.
        try await withTLSGateway(settings: ["MAX_CONNECTIONS": "1"]) { redis, gateway, certificate, directory in
            let urls = (1...7).map { gateway.secureURL("/api/v1/stream-logs/request/r\($0)") }
            let viewers = try Curl(certificate, [option, "-Z", "--parallel-max", "7"] + urls, in: directory)
            try await viewers.waits(for: "seven greetings") { $0.ranges(of: #""type":"connected""#).count == 7 }
            for number in 1...7 {
                try await redis.cli("XADD", "browser_use_logs:r\(number)", "*", "msg", "for number \(number)")
            }
            try await viewers.waits(for: "a record for each") { text in
                (1...7).allSatisfy { text.contains("for number \($0)\"") }
            }
            try await viewers.end()
        }
    }

    @Test(
        "A viewer gets history and what follows, each record once, over both versions",
        arguments: ["--http2", "--http1.1"]
    )
    func stream(option: String) async throws {
        try await withTLSGateway { redis, gateway, certificate, directory in
            let key = "browser_use_logs:r1"
            for number in 1...50 { try await redis.cli("XADD", key, "*", "msg", "past \(number).") }
            let url = gateway.secureURL("/api/v1/stream-logs/request/r1")
            let viewer = try Curl(certificate, [option, "-i", url], in: directory)
            try await viewer.waits(for: "the past") { $0.contains("past 50.") }
            for number in 1...50 { try await redis.cli("XADD", key, "*", "msg", "new \(number).") }
            try await redis.cli("XADD", key, "*", "kind", "end", "status", "completed", "msg", "over")
            // The run has ended, and so does the stream.
            let text = try await viewer.result()
            #expect(text.lowercased().contains("content-type: text/event-stream"))
            for number in 1...50 {
                #expect(text.ranges(of: "\"past \(number).\"").count == 1)
                #expect(text.ranges(of: "\"new \(number).\"").count == 1)
            }
            #expect(text.contains(#""type":"end""#), "\(text.suffix(500))")
        }
    }

    @Test("A certificate is replaced without a restart, and a broken one changes nothing")
    func rotation() async throws {
        try await withTLSGateway { _, gateway, certificate, directory in
            func isAccepted(_ authority: TestCertificate) async throws -> Bool {
                try await Curl(authority, [gateway.secureURL("/healthz")], in: directory).result().contains("ok")
            }
            let old = directory.file("old.crt")
            try FileManager.default.copyItem(atPath: certificate.certificateFile, toPath: old)
            let next = try await TestCertificate(in: directory, named: "next")
            #expect(try await isAccepted(certificate))
            #expect(!(try await isAccepted(next)))

            // A certificate without its key, as a careless rotation leaves it for a moment.
            try Data(contentsOf: URL(filePath: next.certificateFile)).write(
                to: URL(filePath: certificate.certificateFile)
            )
            try await Task.sleep(for: .milliseconds(1100))
            #expect(!(try await isAccepted(next)))
            try Data(contentsOf: URL(filePath: next.keyFile)).write(to: URL(filePath: certificate.keyFile))
            try await eventually("the new certificate") { try await isAccepted(next) }
            try Data("nonsense".utf8).write(to: URL(filePath: certificate.certificateFile))
            try await Task.sleep(for: .milliseconds(1100))
            #expect(try await isAccepted(next))
        }
    }

    @Test("A service does not start with half a certificate, and says what is wrong")
    func settings() async throws {
        try await withTemporaryDirectory { directory in
            let one = try await TestCertificate(in: directory, named: "one")
            let two = try await TestCertificate(in: directory, named: "two")
            let cases = [
                (["TLS_CERT_FILE": one.certificateFile], "TLS_KEY_FILE: must be set where TLS_CERT_FILE is"),
                (["TLS_KEY_FILE": one.keyFile], "TLS_CERT_FILE: must be set where TLS_KEY_FILE is"),
                (
                    ["TLS_CERT_FILE": "/nowhere", "TLS_KEY_FILE": one.keyFile],
                    "TLS_CERT_FILE=/nowhere: must be a readable file"
                ),
                (
                    ["TLS_CERT_FILE": one.certificateFile, "TLS_KEY_FILE": one.certificateFile],
                    "must be a readable file of a private key"
                ),
                (
                    ["TLS_CERT_FILE": one.certificateFile, "TLS_KEY_FILE": two.keyFile],
                    "must be the key of the certificate"
                ),
            ]
            for (settings, reason) in cases {
                var settings = Settings(settings)
                let error = #expect(throws: InvalidSetting.self) { try GatewayConfiguration(&settings) }
                #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
            }
        }
    }
}
