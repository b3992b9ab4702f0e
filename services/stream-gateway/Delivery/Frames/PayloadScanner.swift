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
        guard take(UInt8(ascii: "{")) else { return nil }
        repeat {
            guard let name = string(), take(UInt8(ascii: ":")), value(named: name, into: &fields) else {
                return nil
            }
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")), index == bytes.count else { return nil }
        return fields
    }

    private mutating func value(named name: Range<Int>, into fields: inout Fields) -> Bool {
        if names(name, "msg") { return string(&fields.message) }
        if names(name, "agent_name") { return string(&fields.agentName) }
        if names(name, "request_id") { return string(&fields.requestID) }
        if names(name, "timestamp") { return number(&fields.timestamp) }
        if names(name, "source") { return string(&fields.source) }
        if names(name, "level") { return string(&fields.level) }
        if names(name, "seq") { return integer(&fields.seq) }
        if names(name, "kind") { return string(&fields.kind) }
        if names(name, "step") { return integer(&fields.step) }
        if names(name, "action") { return string(&fields.action) }
        if names(name, "url") { return string(&fields.url) }
        if names(name, "duration_ms") { return integer(&fields.duration) }
        if names(name, "id") { return string(&fields.id) }
        if names(name, "batch_id") { return string() != nil }
        if names(name, "batch_seq") { return integer(&fields.batchSeq) }
        if names(name, "run_entry") || names(name, "prev") { return string() != nil }
        return false
    }

    private func names(_ range: Range<Int>, _ name: StaticString) -> Bool {
        range.count == name.utf8CodeUnitCount
            && UnsafeBufferPointer(rebasing: bytes[range]).elementsEqual(
                UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            )
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// A field that comes twice means something only to a real parser.
    private mutating func string(_ field: inout Range<Int>?) -> Bool {
        guard field == nil else { return false }
        field = self.string()
        return field != nil
    }

    private mutating func string() -> Range<Int>? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = index
        while index < self.bytes.count {
            switch self.bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return start..<(index - 1)
            case UInt8(ascii: "\\"):
                guard index + 1 < self.bytes.count else { return nil }
                switch self.bytes[index + 1] {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    index += 2
                default:
                    return nil
                }
            case 0..<0x20:
                return nil
            case 0xC2 where follows(0x85), 0xE2 where follows(0x80, 0xA8) || follows(0x80, 0xA9):
                return nil
            default:
                index += 1
            }
        }
        return nil
    }

    /// Whether these bytes follow: U+0085, U+2028 and U+2029 have to be escaped.
    private func follows(_ first: UInt8, _ second: UInt8? = nil) -> Bool {
        let index = self.index + 1
        guard index < bytes.count, bytes[index] == first else { return false }
        guard let second else { return true }
        return index + 1 < bytes.count && bytes[index + 1] == second
    }

    private mutating func number(_ field: inout Range<Int>?) -> Bool {
        let start = index
        while index < bytes.count, isDigit || bytes[index] == UInt8(ascii: ".") {
            index += 1
        }
        guard field == nil, index > start else { return false }
        field = start..<index
        return true
    }

    private mutating func integer(_ field: inout Int?) -> Bool {
        let start = index
        var value = 0
        while index < bytes.count, isDigit, index - start < 16 {
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        // A leading zero is no JSON, and a longer number may be beyond 2^53, which is none of ours.
        guard field == nil, index > start, index - start < 16 else { return false }
        guard bytes[start] != UInt8(ascii: "0") || index - start == 1 else { return false }
        field = value
        return true
    }

    private var isDigit: Bool {
        bytes[index] >= UInt8(ascii: "0") && bytes[index] <= UInt8(ascii: "9")
    }
}
