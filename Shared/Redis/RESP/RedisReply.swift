//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// What a reply of Redis can be read as.
package protocol RedisReply {
    /// What such a reply is, for messages: "a string".
    static var expectation: String { get }

    /// Nil when the reply is something else.
    init?(_ reply: RESPValue)
}

extension RESPValue {
    /// The reply as what is expected.
    ///
    /// ```swift
    /// let length = try await redis.send(RedisCommand("STRLEN", "key")).as(Int.self)
    /// ```
    ///
    /// - Throws: ``RedisError`` with the code `protocolError`, which says what was expected and what came.
    package func `as`<Value: RedisReply>(_ type: Value.Type) throws(RedisError) -> Value {
        guard let value = Value(self) else { throw misfit(Value.expectation) }
        return value
    }

    /// The elements with which an array begins. Others may follow: some commands answer more in later releases of Redis.
    ///
    /// ```swift
    /// let (run, begun) = try await redis.send(RedisCommand("HMGET", key, "run", "begun"))
    ///     .elements(String?.self, String?.self)
    /// ```
    ///
    /// - Throws: ``RedisError`` with the code `protocolError`, which says what was expected and what came.
    package func elements<each Value: RedisReply>(
        _ types: repeat (each Value).Type
    ) throws(RedisError) -> (repeat each Value) {
        var expectations: [String] = []
        repeat expectations.append((each Value).expectation)
        let expectation = "an array of (\(expectations.joined(separator: ", ")))"
        guard case .array(let elements) = self else { throw misfit(expectation) }
        guard elements.count >= expectations.count else { throw misfit(expectation, "\(elements.count) elements") }
        var index = 0
        func next<Element: RedisReply>(_ type: Element.Type) throws(RedisError) -> Element {
            defer { index += 1 }
            guard let value = Element(elements[index]) else {
                throw misfit(expectation, "\(elements[index].kind) as element \(index + 1)")
            }
            return value
        }
        return try (repeat next((each Value).self))
    }

    private func misfit(_ expectation: String, _ found: String? = nil) -> RedisError {
        RedisError(.protocolError, "Redis answered with \(found ?? kind) where \(expectation) was expected")
    }
}

extension RESPValue: RedisReply {
    package static var expectation: String { "anything" }

    package init(_ reply: RESPValue) {
        self = reply
    }
}

extension String: RedisReply {
    package static var expectation: String { "a string" }

    package init?(_ reply: RESPValue) {
        guard let text = reply.string else { return nil }
        self = text
    }
}

extension ByteBuffer: RedisReply {
    package static var expectation: String { "a string" }

    package init?(_ reply: RESPValue) {
        guard let buffer = reply.buffer else { return nil }
        self = buffer
    }
}

/// An integer, or a string that is written as one (as `HGET` answers).
extension Int: RedisReply {
    package static var expectation: String { "an integer" }

    package init?(_ reply: RESPValue) {
        guard let number = reply.integer.flatMap({ Int(exactly: $0) }) else { return nil }
        self = number
    }
}

/// The integers 0 and 1, as `EXISTS` of one key answers.
extension Bool: RedisReply {
    package static var expectation: String { "0 or 1" }

    package init?(_ reply: RESPValue) {
        switch reply {
        case .integer(0): self = false
        case .integer(1): self = true
        default: return nil
        }
    }
}

/// The null reply is nil.
extension Optional: RedisReply where Wrapped: RedisReply {
    package static var expectation: String { "\(Wrapped.expectation) or null" }

    package init?(_ reply: RESPValue) {
        if reply.isNull {
            self = .none
        } else if let value = Wrapped(reply) {
            self = .some(value)
        } else {
            return nil
        }
    }
}

package struct RedisStreamEntry: RedisReply, Sendable {
    package static var expectation: String { "an entry of a stream" }

    package let id: String

    private let fields: [String]

    /// - Parameter reply: as `XRANGE` answers; an entry that was deleted while it was pending has no fields.
    package init?(_ reply: RESPValue) {
        guard let (id, fields) = try? reply.elements(String.self, [String]?.self) else { return nil }
        self.id = id
        self.fields = fields ?? []
    }

    /// The value of the first field of that name.
    package subscript(name: String) -> String? {
        stride(from: 0, to: fields.count - 1, by: 2).first { fields[$0] == name }.map { fields[$0 + 1] }
    }
}

extension Array: RedisReply where Element: RedisReply {
    package static var expectation: String { "an array, each of it \(Element.expectation)" }

    package init?(_ reply: RESPValue) {
        guard case .array(let replies) = reply else { return nil }
        var elements: [Element] = []
        elements.reserveCapacity(replies.count)
        for reply in replies {
            guard let element = Element(reply) else { return nil }
            elements.append(element)
        }
        self = elements
    }
}
