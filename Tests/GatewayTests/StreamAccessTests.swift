//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("Ways to a stream")
struct StreamAccessTests {
    @Test("The last event id may be a query parameter, for clients that cannot set headers")
    func cursorNames() async throws {
        try await withRedisServer { redis in
            let key = "browser_use_logs:r1"
            let id = try await redis.cli("XADD", key, "*", "msg", "one")
            try await redis.cli("XADD", key, "*", "msg", "two")
            try await withGateway(redisURL: redis.url) { gateway in
                for name in ["last_event_id", "lastEventId", "lastEventID", "Last-Event-ID"] {
                    try await gateway.withViewer(of: "r1", query: "?\(name)=\(id)") { viewer in
                        try await viewer.waits(for: "what follows") { $0.messages == ["two"] }
                    }
                    let answer = try await gateway.client.request(.init(gateway.streamURL("r1", query: "?\(name)=x")))
                    #expect(answer.status == 422)
                    #expect(answer.text.contains("\"field\":\"\(name)\""), "\(answer.text)")
                }
            }
        }
    }

    @Test("The highest id, which nothing can follow, is rejected by name and disturbs no others")
    func highestID() async throws {
        let highest = "18446744073709551615-18446744073709551615"
        try await withRedisServer { redis in
            try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", "one")
            try await withGateway(redisURL: redis.url) { gateway in
                try await gateway.withViewer(of: "r1") { bystander in
                    try await bystander.waits(for: "the record") { $0.messages == ["one"] }
                    for (query, headers, field) in [
                        ("", HTTPClient.Headers(dictionaryLiteral: ("Last-Event-ID", highest)), "last_event_id"),
                        ("?from=\(highest)", [:], "from"), ("?lastEventId=\(highest)", [:], "lastEventId"),
                    ] {
                        let request = HTTPClient.Request(gateway.streamURL("r1", query: query), headers: headers)
                        let answer = try await gateway.client.request(request)
                        #expect(answer.status == 422)
                        #expect(answer.text.contains("\"field\":\"\(field)\""), "\(answer.text)")
                    }
                    #expect(!bystander.text.contains(#""type":"error""#))
                }
            }
        }
    }

    @Test("One address serves a batch if one has that name, otherwise the run")
    func alias() async throws {
        try await withRedisServer { redis in
            try await redis.cli("XADD", "browser_use_logs:both", "*", "msg", "of the run")
            try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", "alone")
            try await redis.cli(
                "XADD",
                "{browser_use_logs:both}:batch",
                "*",
                "msg",
                "of the batch",
                "request_id",
                "both",
                "seq",
                "1",
                "batch_seq",
                "1",
                "run_entry",
                "1-0"
            )
            try await withGateway(redisURL: redis.url) { gateway in
                for (name, message) in [("both", "of the batch"), ("r1", "alone")] {
                    let request = HTTPClient.Request(gateway.url("/api/v1/stream-logs/\(name)"), idleTimeout: nil)
                    let answer = try await gateway.client.stream(request)
                    #expect(answer.head.status == 200)
                    var text = ""
                    for try await chunk in answer.body {
                        text += String(decoding: chunk, as: UTF8.self)
                        if text.contains(message) { break }
                    }
                    #expect(text.contains(message), "\(text)")
                }
                let bad = try await gateway.client.request(.init(gateway.url("/api/v1/stream-logs/..%2f")))
                #expect(bad.status == 422)
                try await redis.kill()
                let answer = try await gateway.client.request(.init(gateway.url("/api/v1/stream-logs/r1")))
                #expect(answer.status == 503)
                #expect(answer.headers["Retry-After"] == "1")
            }
        }
    }

    @Test("The reconnection time is part of the first event")
    func firstBlock() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["RETRY_MILLISECONDS": "1234"]) { gateway in
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                    #expect(viewer.text.hasPrefix("retry: 1234\ndata: {\"type\":\"connected\","))
                }
            }
        }
    }

    @Test("Line breaks of Unicode reach viewers only escaped, whoever wrote them")
    func unicodeLineBreaks() async throws {
        let message = "a\u{85}b\u{2028}c\u{2029}d"
        try await withRedisServer { redis in
            try await redis.cli("XADD", "browser_use_logs:r1", "*", "msg", message)
            try await withGateway(redisURL: redis.url) { gateway in
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the stored one") { $0.messages == [message] }
                    let payload = """
                        {"agent_name":"a","msg":"\(message)","request_id":"r1","timestamp":1695307200.123,\
                        "source":"logger","level":"INFO","seq":2,"kind":"log","id":"99999999999999-0"}
                        """
                    try await redis.cli("XADD", "browser_use_logs:r1", "99999999999999-0", "msg", message, "seq", "2")
                    try await redis.cli("PUBLISH", "browser_use_logs:r1", payload)
                    try await viewer.waits(for: "the published one") { $0.messages == [message, message] }
                    #expect(viewer.text.contains(#"a\u0085b\u2028c\u2029d"#))
                    #expect(!viewer.text.unicodeScalars.contains { ["\u{85}", "\u{2028}", "\u{2029}"].contains($0) })
                }
            }
        }
    }

    @Test("HEAD is answered like GET, without a stream and without counting as a viewer")
    func head() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["MAX_VIEWERS": "1"]) { gateway in
                for _ in 0..<3 {
                    let socket = try RawSocket(port: gateway.port)
                    let path = "/api/v1/stream-logs/request/r1"
                    try await socket.send("HEAD \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    let answer = try await socket.receiveAll()
                    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream"))
                    #expect(answer.hasSuffix("\r\n\r\n"))
                }
                try await gateway.withViewer(of: "r1") { viewer in
                    try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                }
            }
        }
    }
}
