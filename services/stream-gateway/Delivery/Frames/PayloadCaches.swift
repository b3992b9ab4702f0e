//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// `browser agent` → `browser-agent`, for the name that came last: a run has one.
struct AgentName {
    private var name: [UInt8]?

    /// The name as an event has it, without quotes.
    private(set) var source: [UInt8] = []

    /// - Parameter name: The characters of a JSON string. Its escapes survive lower case: they are lower case already.
    mutating func set(_ name: Slice<UnsafeBufferPointer<UInt8>>) {
        if let last = self.name, name.elementsEqual(last) { return }
        self.name = Array(name)
        source = Array(LogRecord.eventName(of: String(decoding: name, as: UTF8.self)).utf8)
    }
}

/// A time as ISO 8601. The text of its second is kept for the next: records come many to a second.
struct ClockText {
    private var second: Int64 = .min
    private var milliseconds: Int64 = 0

    /// `2025-09-21T10:30:00.`
    private var text: [UInt8] = []

    /// Takes `1695307200.123`.
    ///
    /// - Returns: `false` for a text of another form than ours: digits, a point, three digits.
    mutating func set(_ seconds: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let time = Self.milliseconds(seconds) else { return false }
        milliseconds = time % 1000
        if time / 1000 != second {
            second = time / 1000
            text = Array(Timestamp(milliseconds: second * 1000).iso8601.utf8.dropLast(4))
        }
        return true
    }

    func append(to output: inout ByteBuffer) {
        output.writeBytes(text)
        output.writeInteger(UInt8(ascii: "0") + UInt8(milliseconds / 100))
        output.writeInteger(UInt8(ascii: "0") + UInt8(milliseconds / 10 % 10))
        output.writeInteger(UInt8(ascii: "0") + UInt8(milliseconds % 10))
        output.writeInteger(UInt8(ascii: "Z"))
    }

    private static func milliseconds(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
        guard text.count >= 5, text.count <= 16, text[text.endIndex - 4] == UInt8(ascii: ".") else { return nil }
        var value: Int64 = 0
        for byte in text where byte != UInt8(ascii: ".") { value = value * 10 + Int64(byte - UInt8(ascii: "0")) }
        guard text.count(where: { $0 == UInt8(ascii: ".") }) == 1, value < 253_402_300_800_000 else { return nil }
        return value
    }
}
