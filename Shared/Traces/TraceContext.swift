//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Which trace something belongs to, and which span it is or continues (W3C Trace Context).
package struct TraceContext: Sendable, Hashable, CustomStringConvertible {
    let traceID: UInt128
    let spanID: UInt64
    /// Whether the spans of the trace are to be exported.
    let isSampled: Bool

    /// The beginning of a trace.
    init() {
        traceID = .random(in: 1 ... .max)
        spanID = .random(in: 1 ... .max)
        isSampled = true
    }

    private init(traceID: UInt128, isSampled: Bool) {
        self.traceID = traceID
        self.isSampled = isSampled
        spanID = .random(in: 1 ... .max)
    }

    /// Reads the field `traceparent`; `nil` for anything that is not one.
    package init?(traceparent text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, let version: UInt8 = Self.number(parts[0], digits: 2), version != 0xFF,
            // A later version may have more behind these.
            version > 0 || parts.count == 4,
            let trace: UInt128 = Self.number(parts[1], digits: 32), trace != 0,
            let span: UInt64 = Self.number(parts[2], digits: 16), span != 0,
            let flags: UInt8 = Self.number(parts[3], digits: 2)
        else { return nil }
        (traceID, spanID, isSampled) = (trace, span, flags & 1 == 1)
    }

    /// A new span in the same trace.
    func child() -> TraceContext { TraceContext(traceID: traceID, isSampled: isSampled) }

    /// The field `traceparent`.
    package var description: String { "00-\(traceText)-\(spanText)-\(isSampled ? "01" : "00")" }

    /// The trace in 32 hexadecimal digits.
    package var traceText: String { Self.text(traceID, digits: 32) }

    /// The span in 16 hexadecimal digits.
    var spanText: String { Self.text(spanID, digits: 16) }

    static func text(_ number: some BinaryInteger, digits: Int) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: digits - text.count) + text
    }

    private static func number<Number: FixedWidthInteger>(_ text: Substring, digits: Int) -> Number? {
        let isLowercase = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        return text.utf8.count == digits && isLowercase ? Number(text, radix: 16) : nil
    }
}
