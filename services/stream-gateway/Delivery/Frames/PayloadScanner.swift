//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Finds the fields of a published record in its bytes without parsing them into values.
///
/// A JSON string is copied from a payload into an event as it stands, escapes and all, so that a record costs no parsing
/// and no allocation. What is not exactly of the form that our publishers write (another shape, an escape that could be
/// half a character, a control character, a line break of Unicode, bytes that are not UTF-8) is left to ``LogRecord``, which understands
/// everything.
struct PayloadScanner {
    /// The fields, as ranges of the payload; strings without their quotes.
    struct Fields {
        var agentName: Range<Int>?
        var message: Range<Int>?
        var requestID: Range<Int>?
        var timestamp: Range<Int>?
        var source: Range<Int>?
        var level: Range<Int>?
        var seq: Int?
        var batchSeq: Int?
        var kind: Range<Int>?
        var step: Int?
        var action: Range<Int>?
        var url: Range<Int>?
        var duration: Int?
        var id: Range<Int>?
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private var index = 0

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The fields, or `nil` when the payload is not of the plain form.
    static func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Fields? {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
        var scanner = PayloadScanner(bytes)
        return scanner.object()
    }

    private mutating func object() -> Fields? {
        var fields = Fields()
        guard self.take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = self.string(), self.take(UInt8(ascii: ":")), self.value(named: name, into: &fields) else {
                return nil
            }
        } while self.take(UInt8(ascii: ","))
        guard self.take(UInt8(ascii: "}")), self.index == self.bytes.count else { return nil }
        return fields
    }

    private mutating func value(named name: Range<Int>, into fields: inout Fields) -> Bool {
        if self.names(name, "msg") { return self.string(&fields.message) }
        if self.names(name, "agent_name") { return self.string(&fields.agentName) }
        if self.names(name, "request_id") { return self.string(&fields.requestID) }
        if self.names(name, "timestamp") { return self.number(&fields.timestamp) }
        if self.names(name, "source") { return self.string(&fields.source) }
        if self.names(name, "level") { return self.string(&fields.level) }
        if self.names(name, "seq") { return self.integer(&fields.seq) }
        if self.names(name, "kind") { return self.string(&fields.kind) }
        if self.names(name, "step") { return self.integer(&fields.step) }
        if self.names(name, "action") { return self.string(&fields.action) }
        if self.names(name, "url") { return self.string(&fields.url) }
        if self.names(name, "duration_ms") { return self.integer(&fields.duration) }
        if self.names(name, "id") { return self.string(&fields.id) }
        if self.names(name, "batch_id") { return self.string() != nil }
        if self.names(name, "batch_seq") { return self.integer(&fields.batchSeq) }
        if self.names(name, "run_entry") || self.names(name, "prev") { return self.string() != nil }
        return false
    }

    private func names(_ range: Range<Int>, _ name: StaticString) -> Bool {
        range.count == name.utf8CodeUnitCount
            && UnsafeBufferPointer(rebasing: self.bytes[range]).elementsEqual(
                UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            )
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard self.index < self.bytes.count, self.bytes[self.index] == byte else { return false }
        self.index += 1
        return true
    }

    /// A field that comes twice means something only to a real parser.
    private mutating func string(_ field: inout Range<Int>?) -> Bool {
        guard field == nil else { return false }
        field = self.string()
        return field != nil
    }

    private mutating func string() -> Range<Int>? {
        guard self.take(UInt8(ascii: "\"")) else { return nil }
        let start = self.index
        while self.index < self.bytes.count {
            switch self.bytes[self.index] {
            case UInt8(ascii: "\""):
                self.index += 1
                return start..<(self.index - 1)
            case UInt8(ascii: "\\"):
                guard self.index + 1 < self.bytes.count else { return nil }
                switch self.bytes[self.index + 1] {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    self.index += 2
                default:
                    return nil
                }
            case 0..<0x20:
                return nil
            case 0xC2 where self.follows(0x85), 0xE2 where self.follows(0x80, 0xA8) || self.follows(0x80, 0xA9):
                return nil
            default:
                self.index += 1
            }
        }
        return nil
    }

    /// Whether these bytes follow: U+0085, U+2028 and U+2029 have to be escaped.
    private func follows(_ first: UInt8, _ second: UInt8? = nil) -> Bool {
        let index = self.index + 1
        guard index < self.bytes.count, self.bytes[index] == first else { return false }
        guard let second else { return true }
        return index + 1 < self.bytes.count && self.bytes[index + 1] == second
    }

    private mutating func number(_ field: inout Range<Int>?) -> Bool {
        let start = self.index
        while self.index < self.bytes.count, self.isDigit || self.bytes[self.index] == UInt8(ascii: ".") {
            self.index += 1
        }
        guard field == nil, self.index > start else { return false }
        field = start..<self.index
        return true
    }

    private mutating func integer(_ field: inout Int?) -> Bool {
        let start = self.index
        var value = 0
        while self.index < self.bytes.count, self.isDigit, self.index - start < 16 {
            value = value * 10 + Int(self.bytes[self.index] - UInt8(ascii: "0"))
            self.index += 1
        }
        // A leading zero is no JSON, and a longer number may be beyond 2^53, which is none of ours.
        guard field == nil, self.index > start, self.index - start < 16 else { return false }
        guard self.bytes[start] != UInt8(ascii: "0") || self.index - start == 1 else { return false }
        field = value
        return true
    }

    private var isDigit: Bool {
        self.bytes[self.index] >= UInt8(ascii: "0") && self.bytes[self.index] <= UInt8(ascii: "9")
    }
}
