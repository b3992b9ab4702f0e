//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Finds the fields of a published record in its bytes without parsing them into values.
///
/// A JSON string is copied from a payload into an event as it stands, escapes and all, so that a record costs no parsing
/// and no allocation. What is not exactly of the form that our publishers write (another shape, an unknown field, an
/// escape that could be half a character, a control character, a line break of Unicode, bytes that are not UTF-8) is left
/// to ``LogRecord``, which understands everything.
struct PayloadScanner {
    private struct Field {
        var name: StaticString
        var form: RecordField.Form
    }

    /// The fields in the order in which our publishers write them.
    private let fields: [Field]

    /// Where the values are in the payload, strings without their quotes, in the order of the fields. None begins at 0.
    private var values: [Range<Int>]

    init() {
        let links = RecordField.links.map { Field(name: $0, form: .text) }
        let payload = RecordField.payload.map { Field(name: $0.name, form: $0.form) }
        fields = payload.dropLast() + links + payload.suffix(1)
        values = fields.map { _ in 0..<0 }
    }

    /// The place of a field that the table has.
    func place(of name: String) -> Int {
        guard let place = fields.firstIndex(where: { "\($0.name)" == name }) else {
            preconditionFailure("there is no field \(name)")
        }
        return place
    }

    /// The value at a place in the payload that was scanned last; `nil` when that lacks it.
    subscript(place: Int) -> Range<Int>? {
        let value = values[place]
        return value.lowerBound == 0 ? nil : value
    }

    /// Whether the payload that was scanned last has values at all of these places.
    func hasAll(_ places: [Int]) -> Bool { places.allSatisfy { values[$0].lowerBound != 0 } }

    /// Looks for the fields.
    ///
    /// - Returns: `false` when the payload is not of the plain form.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { return false }
        for place in values.indices { values[place] = 0..<0 }
        var cursor = PayloadCursor(bytes)
        guard cursor.take(UInt8(ascii: "{")) else { return false }
        var next = 0
        repeat {
            guard let name = cursor.string(), cursor.take(UInt8(ascii: ":")),
                let place = Self.place(of: UnsafeBufferPointer(rebasing: bytes[name]), in: fields, from: next),
                // A field that comes twice means something only to a real parser.
                values[place].lowerBound == 0, let value = cursor.value(fields[place].form)
            else { return false }
            values[place] = value
            next = place + 1
        } while cursor.take(UInt8(ascii: ","))
        return cursor.take(UInt8(ascii: "}")) && cursor.isAtEnd
    }

    /// The place of a field by its name. Those of our publishers come in order, so the first that is compared is nearly
    /// always the right one.
    private static func place(of name: UnsafeBufferPointer<UInt8>, in fields: [Field], from next: Int) -> Int? {
        for place in next..<fields.count where matches(name, fields[place].name) { return place }
        for place in 0..<min(next, fields.count) where matches(name, fields[place].name) { return place }
        return nil
    }

    private static func matches(_ name: UnsafeBufferPointer<UInt8>, _ other: StaticString) -> Bool {
        name.count == other.utf8CodeUnitCount && name.elementsEqual(bytes(other))
    }

    private static func bytes(_ name: StaticString) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
    }
}
