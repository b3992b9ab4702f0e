//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// A reply of Redis (RESP2).
enum RedisReply {
    case string(String)
    case number(Int)
    case none
    case array([RedisReply])
    case error(String)

    /// Reads one reply.
    ///
    /// - Returns: `nil` when it is not complete yet.
    /// - Throws: `LoadError` for what is no reply.
    static func read(_ bytes: ArraySlice<UInt8>) throws(LoadError) -> (reply: RedisReply, rest: ArraySlice<UInt8>)? {
        guard let type = bytes.first, let end = bytes.firstIndex(of: 10) else { return nil }
        let line = String(decoding: bytes[(bytes.startIndex + 1)..<end].dropLast(), as: UTF8.self)
        var rest = bytes[(end + 1)...]
        switch type {
        case UInt8(ascii: "+"): return (.string(line), rest)
        case UInt8(ascii: "-"): return (.error(line), rest)
        default: break
        }
        guard let number = Int(line) else { throw LoadError("Redis answered with neither string nor number") }
        switch type {
        case UInt8(ascii: ":"):
            return (.number(number), rest)
        case UInt8(ascii: "$"):
            if number < 0 { return (.none, rest) }
            if rest.count < number + 2 { return nil }
            return (.string(String(decoding: rest.prefix(number), as: UTF8.self)), rest.dropFirst(number + 2))
        case UInt8(ascii: "*"):
            var items: [RedisReply] = []
            for _ in 0..<max(0, number) {
                guard let (item, next) = try self.read(rest) else { return nil }
                items.append(item)
                rest = next
            }
            return (.array(items), rest)
        default:
            throw LoadError("Redis answered with a type of its own: \(type)")
        }
    }
}

/// A command as Redis reads it: an array of bulk strings.
func redisCommand(_ arguments: [String]) -> [UInt8] {
    var bytes = Array("*\(arguments.count)\r\n".utf8)
    for argument in arguments {
        bytes.append(contentsOf: "$\(argument.utf8.count)\r\n".utf8)
        bytes.append(contentsOf: argument.utf8)
        bytes.append(contentsOf: "\r\n".utf8)
    }
    return bytes
}
