//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// One Redis reply in the RESP2 protocol.
///
/// Strings are kept as bytes: Redis does not guarantee UTF-8, so the reader decides how to decode them.
package enum RESPValue: Sendable, Hashable {
    /// The null bulk string (`$-1`) or the null array (`*-1`).
    case null
    /// A signed 64-bit integer.
    case integer(Int64)
    /// A status such as `OK` or `PONG`.
    case simpleString(String)
    /// A binary-safe string.
    case bulkString(ByteBuffer)
    /// An array of values of any kind, including arrays.
    case array([RESPValue])
    /// A value omitted because it would make the reply too large (``RedisConfiguration/largestReply``), with its size.
    /// As the last element of an array it may stand for all the remaining ones.
    case omitted(byteCount: Int)
    /// An error inside an array, as in replies to `EXEC`. An error that is the whole reply is thrown as ``RedisError``.
    case error(String)
}

extension RESPValue {
    /// The text of a simple or a bulk string. Bytes that are not UTF-8 become U+FFFD.
    package var string: String? {
        switch self {
        case .simpleString(let text): text
        case .bulkString(let buffer): String(buffer: buffer)
        case .null, .integer, .array, .error, .omitted: nil
        }
    }

    /// The elements of an array.
    package var array: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The value of an integer, or of a string that contains one (as `HGET` returns).
    package var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .simpleString, .bulkString: string.flatMap { Int64($0) }
        case .null, .array, .error, .omitted: nil
        }
    }

    /// The bytes of a bulk string.
    package var buffer: ByteBuffer? {
        if case .bulkString(let buffer) = self { buffer } else { nil }
    }

    /// Whether this is the null reply.
    package var isNull: Bool {
        self == .null
    }

    /// The kind of reply, for messages about an unexpected reply.
    var kind: String {
        switch self {
        case .null: "null"
        case .integer: "an integer"
        case .simpleString: "a simple string"
        case .bulkString: "a bulk string"
        case .array: "an array"
        case .omitted: "a value that is too large"
        case .error: "an error"
        }
    }
}
