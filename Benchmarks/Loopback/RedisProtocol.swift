//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A Redis reply (RESP2).
package enum RedisReply {
    case string(String)
    case number(Int)
    case null
    case array([RedisReply])
    case error(String)

    /// The text of a string.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// Parses one reply.
    ///
    /// - Returns: `nil` if it is incomplete.
    /// - Throws: ``LoadError`` if it is invalid.
    package static func read(
        _ bytes: ArraySlice<UInt8>
    ) throws(LoadError) -> (reply: RedisReply, rest: ArraySlice<UInt8>)? {
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
            if number < 0 { return (.null, rest) }
            if rest.count < number + 2 { return nil }
            return (.string(String(decoding: rest.prefix(number), as: UTF8.self)), rest.dropFirst(number + 2))
        case UInt8(ascii: "*"):
            var items: [RedisReply] = []
            for _ in 0..<max(0, number) {
                guard let (item, next) = try read(rest) else { return nil }
                items.append(item)
                rest = next
            }
            return (.array(items), rest)
        default:
            throw LoadError("Redis answered with the unknown type \(type)")
        }
    }
}

extension [UInt8] {
    /// Appends a Redis command as an array of bulk strings.
    package mutating func append(redisCommand arguments: some Collection<some Collection<UInt8>>) {
        append(contentsOf: "*\(arguments.count)\r\n".utf8)
        for argument in arguments {
            append(contentsOf: "$\(argument.count)\r\n".utf8)
            append(contentsOf: argument)
            append(contentsOf: "\r\n".utf8)
        }
    }
}
