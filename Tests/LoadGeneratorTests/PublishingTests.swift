//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback
import Testing

@testable import LoadGenerator

@Suite("Publishing")
struct PublishingTests {
    private let content = RecordText.Content(run: 0, seq: 7, due: 5)
    private let redis = RedisPublishing(digest: "abc", events: LogEventText(textLength: 100), streamLength: 10)
    private let http = HTTPPublishing(events: LogEventText(textLength: 100))

    @Test("Replies of Redis are counted once they are complete")
    func redisReplies() throws {
        let bytes = Array("$15\r\n1695307200123-0\r\n+OK\r\n$15\r\n16953072".utf8)
        for count in bytes.indices {
            let replies = try redis.replies(in: bytes[..<count])
            #expect(replies.count == (count >= 27 ? 2 : count >= 22 ? 1 : 0), "\(count) bytes")
        }
        #expect(try redis.replies(in: bytes[...]).length == 27)
    }

    @Test("A record that is stored and published by two commands is taken when both are answered")
    func twoReplies() throws {
        let events = LogEventText(textLength: 100, form: .storedAndPublished)
        let redis = RedisPublishing(digest: "", events: events, streamLength: 10)
        var request: [UInt8] = []
        redis.append(content, name: "a", to: &request)
        let text = String(decoding: request, as: UTF8.self)
        let (entry, message) = (text.firstRange(of: "XADD"), text.firstRange(of: "PUBLISH"))
        #expect(try #require(entry).lowerBound < #require(message).lowerBound)
        let bytes = Array("$15\r\n1695307200123-0\r\n:1\r\n".utf8)
        for count in bytes.indices { #expect(try redis.replies(in: bytes[..<count]).count == 0) }
        #expect(try redis.replies(in: bytes[...]) == (1, bytes.count))
    }

    @Test("An error of Redis is told in its words")
    func redisError() {
        let error = #expect(throws: LoadError.self) {
            try redis.replies(in: Array("-OOM no memory\r\n".utf8)[...])
        }
        #expect(error?.description == "Redis answered: OOM no memory")
    }

    @Test("Responses to publishers are counted once they are complete")
    func httpReplies() throws {
        let response = Array("HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\nhello".utf8)
        let bytes = response + response
        for count in bytes.indices {
            let replies = try http.replies(in: bytes[..<count])
            #expect(replies.count == (count >= response.count ? 1 : 0), "\(count) bytes")
        }
        #expect(try http.replies(in: bytes[...]) == (2, bytes.count))
    }

    @Test("A refused record is an error")
    func httpError() {
        let bytes = Array("HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 0\r\n\r\n".utf8)
        #expect(throws: LoadError.self) { try http.replies(in: bytes[...]) }
    }

    @Test("The request for nchan says how long its body is")
    func httpRequest() throws {
        var request: [UInt8] = []
        http.append(content, name: "run", to: &request)
        let text = String(decoding: request, as: UTF8.self)
        let parts = text.split(separator: "\r\n\r\n")
        #expect(text.hasPrefix("POST /publish/run HTTP/1.1\r\n"))
        #expect(parts[0].hasSuffix("Content-Length: \(parts[1].utf8.count)"))
        #expect(parts[1].hasPrefix(#"{"type":"log","data":{"level":"INFO","message":"📍 Step 1: "#))
        #expect(parts[1].hasSuffix(#","channel":"browser_use_logs:run"}"#))
    }
}
