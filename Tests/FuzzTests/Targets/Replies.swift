//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

@testable import Redis

extension FuzzTarget {
    static let replies = FuzzTarget(name: "replies") { input throws(BrokenPromise) in
        for limit in [nil, 16] {
            let whole = try read([input[...]], limit)
            try promise(read(pieces(of: input), limit) == whole, "in pieces the replies are others than \(whole)")
            if limit == nil, !whole.isMalformed {
                var wire = ByteBuffer()
                for reply in whole.replies { write(reply, to: &wire) }
                try promise(
                    read([Array(wire.readableBytesView)[...]], nil) == whole,
                    "written and read again, \(whole) is another"
                )
            }
        }
    }

    private struct Outcome: Equatable {
        var replies: [RESPValue] = []
        var isMalformed = false
    }

    private static func read(_ pieces: [ArraySlice<UInt8>], _ limit: Int?) throws(BrokenPromise) -> Outcome {
        var outcome = Outcome()
        do {
            let reader = try ReplyReader(largestReply: limit)
            for piece in pieces {
                try reader.feed(ByteBuffer(bytes: piece))
                while let reply = try reader.next() { outcome.replies.append(reply) }
            }
        } catch {
            outcome.isMalformed = true
        }
        return outcome
    }

    private static func write(_ reply: RESPValue, to wire: inout ByteBuffer) {
        switch reply {
        case .null: wire.writeString("$-1\r\n")
        case .integer(let value): wire.writeString(":\(value)\r\n")
        case .simpleString(let text): wire.writeString("+\(text)\r\n")
        case .error(let text): wire.writeString("-\(text)\r\n")
        case .bulkString(let bytes): bytes.write(to: &wire)
        case .array(let elements):
            wire.writeHead("*", elements.count)
            for element in elements { write(element, to: &wire) }
        case .omitted: break
        }
    }
}
