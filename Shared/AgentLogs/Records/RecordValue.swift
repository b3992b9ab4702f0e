//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The value of a record's field, ready to be written.
enum RecordValue: Sendable {
    case text(String)
    case agentName(String)
    case number(Int)
    case time(Timestamp)
    case json(JSONValue)

    /// The value as text, as in an entry.
    var text: String {
        switch self {
        case .text(let text), .agentName(let text): text
        case .number(let number): String(number)
        case .time(let time): time.secondsText
        case .json(let value): value.text
        }
    }
}

/// Values of optional properties.
extension RecordValue? {
    static func text(_ text: String?) -> Self { text.map { .some(.text($0)) } ?? nil }
    static func number(_ number: Int?) -> Self { number.map { .some(.number($0)) } ?? nil }
    static func json(_ value: JSONValue?) -> Self { value.map { .some(.json($0)) } ?? nil }
    static func identifier(_ identifier: Identifier?) -> Self { .text(identifier?.rawValue) }
    static func name(_ value: some RawRepresentable<String>) -> Self { .text(value.rawValue) }
    static func entryID(_ id: EntryID?) -> Self { .text(id?.description) }
}

/// Reads values of a payload from any publisher. Each is `nil` if the value is of another kind.
extension JSONValue {
    /// The largest number, 2^53: every JSON parser reads it exactly, and adding to it cannot overflow. A larger number
    /// is not one of ours.
    private static let largestNumber = 1 << 53

    /// A whole number from the given one up to 2^53.
    func whole(from least: Int) -> Int? {
        integer.flatMap { $0 >= least && $0 <= Self.largestNumber ? $0 : nil }
    }

    /// A number counted from 1.
    var count: Int? { whole(from: 1) }

    /// A duration in milliseconds. Fractions are rounded.
    var duration: Int? {
        guard let number, number >= 0, number <= Double(Self.largestNumber) else { return nil }
        return Int(number.rounded())
    }

    /// A string, or any other value as JSON, so that it is not lost.
    var shown: String? { self == .null ? nil : string ?? text }

    /// Any value but `null`.
    var present: JSONValue? { self == .null ? nil : self }

    /// Seconds or milliseconds since 1970, or ISO 8601.
    var time: Timestamp? {
        number.flatMap(Timestamp.init(number:)) ?? string.flatMap(Timestamp.init(text:))
    }

    var identifier: Identifier? { string.flatMap(Identifier.init(rawValue:)) }
    var level: LogLevel? { LogLevel(value: self) }
    var recordKind: RecordKind? { string.flatMap(RecordKind.init(rawValue:)) }

    /// The id of an entry. A publisher's own id does not have this form.
    var entryID: EntryID? {
        guard var text = string else { return nil }
        return text.withUTF8 { EntryID(ascii: $0) }
    }
}
