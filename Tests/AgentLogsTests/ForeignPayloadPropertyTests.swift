//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import TestSupport
import Testing

/// Generated payloads, the same for the same seed.
@Suite("Generated payloads of other publishers")
struct ForeignPayloadPropertyTests {
    private let requestID: Identifier
    private let now = Timestamp(milliseconds: 1_700_000_000_000)

    init() throws {
        requestID = try Identifier("run-1")
    }

    private func read(_ payload: [UInt8]) -> LogRecord {
        LogRecord(payload: payload, requestID: requestID, receivedAt: now)
    }

    @Test("JSON with a text keeps the text, whatever else is in it", arguments: 0..<40 as Range<UInt64>)
    func valid(seed: UInt64) {
        var generator = JSONGenerator(seed: seed)
        for _ in 0..<50 {
            let text = generator.text()
            let payload = generator.payload(message: text)
            let record = read(Array(payload.utf8))
            #expect(record.message == text, "\(payload)")
            #expect(record.source != LogRecord.textSource || payload.contains("text"), "\(payload)")
            check(record)
        }
    }

    @Test(
        "JSON that was cut or changed is a record with its text, or is shown whole",
        arguments: 0..<40 as Range<UInt64>
    )
    func damaged(seed: UInt64) {
        var generator = JSONGenerator(seed: seed)
        for _ in 0..<50 {
            let text = generator.text()
            let payload = generator.damage(Array(generator.payload(message: text).utf8))
            let record = read(payload)
            let whole = String(decoding: payload, as: UTF8.self)
            if (try? JSONValue(lenientlyParsing: payload))?.object == nil {
                #expect(record.message == whole)
                #expect(record.source == LogRecord.textSource)
            } else {
                // The damage may be inside the text or its name.
                #expect(!record.message.isEmpty || whole.contains(#""""#), "\(whole)")
            }
            check(record)
        }
    }

    @Test("An entry of generated fields keeps its text", arguments: 0..<40 as Range<UInt64>)
    func entries(seed: UInt64) {
        var generator = JSONGenerator(seed: seed)
        for _ in 0..<50 {
            let text = generator.text()
            var fields = [(name: "msg", value: text)]
            for name in JSONGenerator.names.shuffled(using: &generator.random).prefix(6) {
                fields.append(
                    (name, Bool.random(using: &generator.random) ? generator.text() : generator.value(depth: 2))
                )
            }
            let id = EntryID(milliseconds: .random(in: 0 ... .max, using: &generator.random), sequence: 0)
            let record = LogRecord(id: id, fields: fields, requestID: requestID)
            #expect(record.message == text)
            #expect(record.id == id)
            check(record)
        }
    }

    /// Checks what every record must satisfy: numbers in range, and a valid event and payload.
    private func check(_ record: LogRecord) {
        for number in [record.seq, record.batchSeq, record.step].compactMap({ $0 }) {
            #expect((1...(1 << 53)).contains(number))
        }
        #expect(record.timestamp >= .earliest && record.timestamp <= .latest)
        #expect((0...(1 << 53)).contains(record.durationMilliseconds ?? 0))
        let event = StreamEvent(record, channel: "channel")
        #expect(StreamEvent(json: event.json) != nil)
        // With our own fields, so that a text that looks like a record remains text.
        #expect(read(record.payload).message == record.message)
    }
}

/// Writes JSON as other programs may: unusual numbers and texts, duplicate names, deep and wide values.
struct JSONGenerator {
    static let names = [
        "agent_name", "request_id", "timestamp", "source", "level", "levelname", "seq", "batch_id", "batch_seq", "kind",
        "step", "action", "url", "duration_ms", "data", "id", "message", "", "\u{0}", "msg ", "MSG", "📍",
    ]

    private static let numbers = [
        "0", "-0", "1", "-1", "1.5", "40", "1e3", "1E+400", "-1e-400", "NaN", "Infinity", "-Infinity",
        "9007199254740993",
        "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615", "1695307200.123",
        "1695307200123", "253402300800", "0.1234567890123456789", String(repeating: "7", count: 320),
    ]

    private static let pieces = [
        "a", " ", "ERROR", "📍", "e\u{301}", "\u{0}", "\u{1B}[31m", "\u{7F}", "\u{2028}", "\u{85}", "\r\n", "\"", "\\",
        "\\u0041", "\u{FFFD}", "👩‍👩‍👧‍👦", "\u{202E}", "\u{FEFF}", "ﷺ", "</script>", "data: x\n\n", "id: 1\n", "[",
        "2025-01-01 12:00:00",
    ]

    var random: SeededRandom

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
    }

    /// A text that does not start like an object, so that it is not a record itself.
    mutating func text() -> String {
        let count = [1, 2, 5, 40].randomElement(using: &random) ?? 1
        return (0..<count).map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }

    /// An object with the message, and some of the names with any values, in any order. Duplicates come first.
    mutating func payload(message: String) -> String {
        let names = Self.names.shuffled(using: &random).prefix(.random(in: 0...8, using: &random))
        var members = names.map { (quoted($0), value(depth: 0)) }
        if members.count > 1 { members.append((members[0].0, value(depth: 0))) }
        members.insert(
            (quoted("msg"), quoted(message)),
            at: .random(in: 0...members.count, using: &random)
        )
        if Bool.random(using: &random) { members.insert((quoted("msg"), value(depth: 0)), at: 0) }
        let space = ["", " ", "\n\t"].randomElement(using: &random) ?? ""
        return "{" + space + members.map { $0 + space + ":" + space + $1 }.joined(separator: "," + space) + space + "}"
    }

    mutating func value(depth: Int) -> String {
        switch Int.random(in: depth > 3 ? 0...4 : 0...7, using: &random) {
        case 0: return ["null", "true", "false"].randomElement(using: &random) ?? "null"
        case 1, 2: return Self.numbers.randomElement(using: &random) ?? "0"
        case 3, 4: return quoted(text())
        case 5:
            let count = Int.random(in: 0...4, using: &random)
            return "[" + (0..<count).map { _ in self.value(depth: depth + 1) }.joined(separator: ",") + "]"
        case 6:
            let depth = Int.random(in: 0...400, using: &random)
            return String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        default:
            let count = Int.random(in: 0...4, using: &random)
            let members = (0..<count).map { _ in quoted(text()) + ":" + self.value(depth: depth + 1) }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    /// Half of the time like `json.dumps`, with all non-ASCII characters escaped.
    private mutating func quoted(_ text: String) -> String {
        guard Bool.random(using: &random) else { return JSONValue.string(text).text }
        let units = text.utf16.map { unit in
            let digits = String(unit, radix: 16)
            return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"" + units.joined() + "\""
    }

    /// Cuts off, changes, duplicates or inserts some bytes.
    mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0...3, using: &random) {
            case 0: bytes.removeLast(bytes.count - index)
            case 1: bytes[index] = .random(in: 0 ... .max, using: &random)
            case 2: bytes.insert(contentsOf: bytes[index...], at: index)
            default: bytes.insert(contentsOf: #",:"{}[]\NI-"#.utf8.shuffled(using: &random).prefix(1), at: index)
            }
        }
        return bytes
    }
}
