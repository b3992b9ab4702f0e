//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import ServiceKit

@Suite("Request ids")
struct RequestIDTests {
    @Test("A new id is 32 hexadecimal digits, and another one each time")
    func fresh() {
        let ids = (0..<100).map { _ in RequestID().description }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.count == 32 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test(
        "A client's id is taken if it is sane",
        arguments: [
            ("a", true), ("Req_1.2-3", true), (String(repeating: "a", count: 128), true),
            (String(repeating: "a", count: 129), false), ("", false), ("a b", false), ("ä", false), ("a\"b", false),
            ("a,b", false), ("<script>", false),
        ]
    )
    func given(text: String, isTaken: Bool) {
        #expect((RequestID(text)?.description == text) == isTaken)
    }

    @Test("Every response has an id: the client's, or one of its own, which errors repeat")
    func responses() async throws {
        try await withTestApplication { port in
            for path in ["/healthz", "/nowhere", "/problem", "/crash", "/metrics"] {
                let own = try #require(try await rawExchange(port: port, [get(path)]))
                let id = try #require(own.header("x-request-id"))
                #expect(id.count == 32)
                if own.status != 200 { #expect(own.body.contains("\"http_request_id\":\"\(id)\""), "\(own.body)") }

                let named = get(path).replacing("Host:", with: "X-Request-Id: my-1\r\nHost:")
                let answer = try #require(try await rawExchange(port: port, [named]))
                #expect(answer.header("x-request-id") == "my-1")

                let odd = get(path).replacing("Host:", with: "X-Request-Id: <b>\r\nHost:")
                #expect(try await rawExchange(port: port, [odd])?.header("x-request-id")?.count == 32)
            }
            let malformed = try #require(try await rawExchange(port: port, ["GET /a\\b HTTP/1.1\r\nHost: a\r\n\r\n"]))
            let id = try #require(malformed.header("x-request-id"))
            #expect(malformed.body.contains("\"http_request_id\":\"\(id)\""))
        }
    }
}
