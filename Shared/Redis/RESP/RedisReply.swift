//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import NIOCore

/// A type that a Redis reply can be converted to.
package protocol RedisReply {
    /// The expected reply, for messages: "a string".
    static var expectation: String { get }

    /// Nil if the reply is something else.
    init?(_ reply: RESPValue)
}

extension RESPValue {
    /// Converts the reply to the expected type.
    ///
    /// ```swift
    /// let length = try await redis.send(RedisCommand("STRLEN", "key")).as(Int.self)
    /// ```
    ///
    /// - Throws: ``RedisError`` with the code `protocolError`. Its message says what was expected and what was
    ///   received.
    package func `as`<Value: RedisReply>(_ type: Value.Type) throws(RedisError) -> Value {
        guard let value = Value(self) else { throw misfit(Value.expectation) }
        return value
    }

    /// The first elements of an array. More may follow: later releases of Redis add elements to some replies.
    ///
    /// ```swift
    /// let (run, begun) = try await redis.send(RedisCommand("HMGET", key, "run", "begun"))
    ///     .elements(String?.self, String?.self)
    /// ```
    ///
    /// - Throws: ``RedisError`` with the code `protocolError`. Its message says what was expected and what was
    ///   received.
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

/// An integer, or a string that contains one (as `HGET` returns).
extension Int: RedisReply {
    package static var expectation: String { "an integer" }

    package init?(_ reply: RESPValue) {
        guard let number = reply.integer.flatMap({ Int(exactly: $0) }) else { return nil }
        self = number
    }
}

/// The integers 0 and 1, as `EXISTS` with one key returns.
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

    /// - Parameter reply: As `XRANGE` returns it. An entry that was deleted while it was pending has no fields.
    package init?(_ reply: RESPValue) {
        guard let (id, fields) = try? reply.elements(String.self, [String]?.self) else { return nil }
        self.id = id
        self.fields = fields ?? []
    }

    /// The value of the first field with that name.
    package subscript(name: String) -> String? {
        stride(from: 0, to: fields.count - 1, by: 2).first { fields[$0] == name }.map { fields[$0 + 1] }
    }
}

extension Array: RedisReply where Element: RedisReply {
    package static var expectation: String { "an array (each element \(Element.expectation))" }

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
