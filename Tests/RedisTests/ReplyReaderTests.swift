//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import Redis

@Suite struct ReplyReaderTests {
    private func bulk(_ text: String) -> RESPValue {
        .bulkString(ByteBuffer(string: text))
    }

    /// All replies in the bytes, fed in pieces of the given size.
    private func replies(_ wire: String, pieces size: Int = .max) throws -> [RESPValue] {
        let reader = try ReplyReader()
        var rest = ByteBuffer(string: wire)
        var replies: [RESPValue] = []
        while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
            try reader.feed(piece)
            while let reply = try reader.next() {
                replies.append(reply)
            }
        }
        return replies
    }

    private static let wire =
        "+OK\r\n:-42\r\n$5\r\nhel\r\n\r\n$-1\r\n*-1\r\n$0\r\n\r\n*0\r\n-ERR no\r\n"
        + "*3\r\n:1\r\n*2\r\n$1\r\na\r\n*1\r\n$-1\r\n-WRONGTYPE x\r\n"

    private var expected: [RESPValue] {
        [
            .simpleString("OK"), .integer(-42), bulk("hel\r\n"), .null, .null, bulk(""), .array([]), .error("ERR no"),
            .array([.integer(1), .array([bulk("a"), .array([.null])]), .error("WRONGTYPE x")]),
        ]
    }

    @Test("Every kind of reply is read, whatever the size of the pieces", arguments: [1, 2, 3, 7, 64, Int.max])
    func kinds(size: Int) throws {
        #expect(try replies(Self.wire, pieces: size) == expected)
    }

    @Test("A bulk string keeps bytes that are not UTF-8")
    func binary() throws {
        let reader = try ReplyReader()
        try reader.feed(ByteBuffer(bytes: Array("$4\r\n".utf8) + [0xFF, 0x00, 0x0D, 0xC0] + Array("\r\n".utf8)))
        let reply = try reader.next()
        #expect(reply?.buffer == ByteBuffer(bytes: [0xFF, 0x00, 0x0D, 0xC0]))
    }

    @Test("A bulk string of 1 MiB is read in pieces of 1000 bytes")
    func bigBulkString() throws {
        let text = String(repeating: "0123456789abcdef", count: 65_536)
        #expect(try replies("$\(text.utf8.count)\r\n\(text)\r\n:7\r\n", pieces: 1_000) == [bulk(text), .integer(7)])
    }

    @Test("An array of 100,000 elements is read")
    func longArray() throws {
        let wire = "*100000\r\n" + (0..<100_000).map { ":\($0)\r\n" }.joined()
        #expect(try replies(wire, pieces: 4_096) == [.array((0..<100_000).map { .integer($0) })])
    }

    @Test("Values stay whole when later replies are read")
    func valuesKeepTheirBytes() throws {
        let wire = (0..<1_000).map { "$4\r\n\(1_000 + $0)\r\n" }.joined()
        #expect(try replies(wire, pieces: 11).compactMap(\.integer) == (1_000..<2_000).map { Int64($0) })
    }

    @Test("Seven arrays within each other are read, more are an error, not a crash")
    func depth() throws {
        func nested(_ depth: Int) -> String { String(repeating: "*1\r\n", count: depth) + ":1\r\n" }
        var expected: RESPValue = .integer(1)
        for _ in 0..<7 {
            expected = .array([expected])
        }
        #expect(try replies(nested(7)) == [expected])
        #expect(throws: ReplyReader.Malformed.self) { try replies(nested(50)) }
    }

    @Test(
        "Garbage is an error",
        arguments: [
            "HTTP/1.1 400 Bad Request\r\n\r\n", "$abc\r\n", ":12x\r\n", "*-7\r\n", "$-7\r\n", "\u{1}\u{2}\u{3}\r\n",
            "*99999999999999999999\r\n",
        ]
    )
    func garbage(wire: String) {
        #expect(throws: ReplyReader.Malformed.self) { try replies(wire) }
    }

    @Test("A length whose line ends with CR alone is an error, also where the string would be omitted")
    func lineEnd() throws {
        let reader = try ReplyReader(largestReply: 16)
        #expect(throws: ReplyReader.Malformed.self) {
            for piece in ["$40\rx", String(repeating: "x", count: 39), "\r\n:7\r\n"] {
                try reader.feed(ByteBuffer(string: piece))
                _ = try reader.next()
            }
        }
    }

    @Test("An error is final")
    func finality() throws {
        let reader = try ReplyReader()
        try reader.feed(ByteBuffer(string: "+OK\r\n?\r\n"))
        #expect(try reader.next() == .simpleString("OK"))
        #expect(throws: ReplyReader.Malformed.self) { try reader.next() }
        #expect(throws: ReplyReader.Malformed.self) { try reader.feed(ByteBuffer(string: "+OK\r\n")) }
        #expect(throws: ReplyReader.Malformed.self) { try reader.next() }
    }

    @Test("An array that claims two billion elements takes no memory for them")
    func claimedLength() throws {
        #expect(try replies("*2000000000\r\n:1\r\n").isEmpty)
    }

    @Test("A reply over the limit is an error; many small ones together are not")
    func sizeLimit() throws {
        let reader = try ReplyReader(maximumReplySize: 100)
        for _ in 0..<100 {
            try reader.feed(ByteBuffer(string: "+OK\r\n+O"))
            #expect(try reader.next() == .simpleString("OK"))
            #expect(try reader.next() == nil)
            try reader.feed(ByteBuffer(string: "K\r\n"))
            #expect(try reader.next() == .simpleString("OK"))
        }
        #expect(throws: ReplyReader.Malformed.self) {
            for _ in 0..<100 {
                try reader.feed(ByteBuffer(string: "$1000\r\n"))
            }
        }
    }
}
