//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import TestSupport
import Testing

@testable import Redis

@Suite("Replies that are too large") struct LargeReplyTests {
    private func bulk(_ text: String) -> RESPValue {
        .bulkString(ByteBuffer(string: text))
    }

    /// All replies in the bytes, fed in the given pieces.
    private func replies(_ pieces: [ByteBuffer], limit: Int) throws -> [RESPValue] {
        let reader = try ReplyReader(largestReply: limit)
        var replies: [RESPValue] = []
        for piece in pieces {
            try reader.feed(piece)
            while let reply = try reader.next() { replies.append(reply) }
        }
        return replies
    }

    /// Line breaks inside values, lengths of one to four digits, values at every depth.
    private static let wire: ByteBuffer = {
        func string(_ count: Int, _ filling: String) -> String {
            let text = String(String(repeating: filling, count: count).prefix(count))
            return "$\(count)\r\n\(text)\r\n"
        }
        return ByteBuffer(
            string: string(3, "a") + string(1200, "$9x:") + ":1\r\n" + "*3\r\n" + string(4, "b") + "*2\r\n"
                + string(64, "+c")
                + string(5, "d") + string(11, "*3") + string(12, "e") + "*1\r\n" + string(13, "f")
                + "-ERR no\r\n$-1\r\n"
        )
    }()

    private var expected: [RESPValue] {
        [
            bulk("aaa"), .omitted(byteCount: 1200), .integer(1),
            .array([bulk("bbbb"), .array([.omitted(byteCount: 64), bulk("ddddd")]), .omitted(byteCount: 11)]),
            bulk("eeeeeeeeeeee"), .array([.omitted(byteCount: 13)]), .error("ERR no"), .null,
        ]
    }

    @Test("A string that is too large is omitted, wherever the bytes are split")
    func everyCut() throws {
        let wire = Self.wire
        for cut in 0...wire.readableBytes {
            var rest = wire
            let first = rest.readSlice(length: cut) ?? ByteBuffer()
            #expect(try replies([first, rest], limit: 12) == expected, "cut at \(cut)")
        }
    }

    @Test("A string that is too large is omitted, whatever the size of the pieces", arguments: [1, 2, 3, 7, 64, 1000])
    func pieces(size: Int) throws {
        var rest = Self.wire
        var pieces: [ByteBuffer] = []
        while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
            pieces.append(piece)
        }
        #expect(try replies(pieces, limit: 12) == expected)
    }

    @Test("An array with too many values is cut, and says how many bytes are missing")
    func manyValues() throws {
        let entry = "*2\r\n$3\r\n1-0\r\n*100000\r\n" + String(repeating: "$1\r\nx\r\n", count: 100_000) + "+OK\r\n"
        let replies = try replies([ByteBuffer(string: entry)], limit: 1 << 16)
        #expect(replies.count == 2)
        #expect(replies.last == .simpleString("OK"))
        let parts = try #require(replies.first?.array)
        #expect(parts.first == bulk("1-0"))
        let values = try #require(parts.dropFirst().first?.array)
        guard case .omitted(let missing) = values.last else {
            throw TestFailure("The array ends with \(values.suffix(1))")
        }
        #expect(values.count < 10_000)
        #expect(values.dropLast().allSatisfy { $0 == bulk("x") })
        #expect(values.count - 1 + missing == 100_000)
    }

    @Test("No part of an omitted string is kept while it arrives")
    func heldBytes() throws {
        let reader = try ReplyReader(largestReply: 1 << 16)
        let piece = ByteBuffer(repeating: UInt8(ascii: "x"), count: 1 << 16)
        try reader.feed(ByteBuffer(string: "*2\r\n$\(4800 << 16)\r\n"))
        for _ in 0..<4800 {
            #expect(try reader.next() == nil)
            try reader.feed(piece)
            #expect(reader.heldBytes <= 1 << 16)
        }
        try reader.feed(ByteBuffer(string: "\r\n:7\r\n"))
        #expect(try reader.next() == .array([.omitted(byteCount: 4800 << 16), .integer(7)]))
    }

    @Test("A value of 300 MB is skipped, and the connection continues")
    func largeValue() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                _ = try await redis.send(RedisCommand("SETRANGE", "large", 314_572_799, "x"))
            }
            var configuration = try RedisConfiguration(url: server.url)
            configuration.connectTimeout = .seconds(120)
            configuration.commandTimeout = .seconds(120)
            configuration.largestReply = 1 << 20
            try await withClient(configuration) { redis in
                let answers = try await redis.pipeline([
                    RedisCommand("MGET", "large", "none"), RedisCommand("GET", "large"), RedisCommand("ECHO", "after"),
                ])
                #expect(try answers[0].get() == .array([.omitted(byteCount: 314_572_800), .null]))
                #expect(try answers[1].get() == .omitted(byteCount: 314_572_800))
                #expect(try answers[2].get() == bulk("after"))
            }
        }
    }

    @Test("A message that is too large is announced by its size, and the next one arrives")
    func largeMessage() async throws {
        try await withRedisServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            configuration.connectTimeout = .seconds(120)
            configuration.commandTimeout = .seconds(120)
            configuration.largestReply = 1 << 16
            try await withSubscriber(configuration) { subscriber in
                var events = subscriber.subscribe(to: "news").makeAsyncIterator()
                guard case .active = await events.next() else { throw TestFailure("not active") }
                try await withClient(server.url) { redis in
                    let large = ByteBuffer(repeating: UInt8(ascii: "x"), count: 8 << 20)
                    _ = try await redis.send(RedisCommand("PUBLISH", "news", large))
                    _ = try await redis.send(RedisCommand("PUBLISH", "news", "small"))
                }
                guard case .omitted(let count) = await events.next() else { throw TestFailure("not left out") }
                #expect(count == 8 << 20)
                guard case .message(let message) = await events.next() else { throw TestFailure("no message") }
                #expect(String(buffer: message) == "small")
            }
        }
    }
}
