//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// Reads Server-Sent Events (WHATWG HTML, section 9.2.6) out of a stream that is cut anywhere, and the records of the
/// load out of them. It is made for servers that end lines with LF or CRLF, and fast: nothing is allocated for an event.
struct EventReader {
    /// What an event was.
    enum Event {
        case record(RecordText.Content)
        case heartbeat
        /// Anything else that is well-formed: `connected`, `error`, `gap` and so on.
        case other
        /// A record that is not as it was sent.
        case malformed
    }

    /// Whether a record must have an id: what was stored can be resumed from.
    var needsID = true
    /// The events with an `id`; the last of them, if wanted.
    var keepsLastID = false
    private(set) var lastID: [UInt8] = []

    /// Whether anything has come, be it a comment.
    private(set) var hasBegun = false

    /// The text of the last event that is neither record nor heartbeat.
    private(set) var lastOther: [UInt8] = []

    private let textLength: Int
    private var unfinishedLine: [UInt8] = []
    private var current: Event?
    private var dataLines = 0
    private var hasID = false

    /// The longest line, in bytes, that a server may send.
    private static let lineLimit = 4 << 20

    /// - Parameter textLength: Of the records' texts, in bytes.
    init(textLength: Int) {
        self.textLength = textLength
    }

    /// Reads on.
    ///
    /// - Parameter handle: Is told each event.
    @inline(__always)
    mutating func read(_ input: UnsafeBufferPointer<UInt8>, handle: (Event) -> Void) {
        guard var start = input.baseAddress else { return }
        hasBegun = true
        let end = start + input.count
        while start < end {
            guard let newline = memchr(start, 0x0A, end - start) else {
                unfinishedLine.append(contentsOf: UnsafeBufferPointer(start: start, count: end - start))
                if unfinishedLine.count > Self.lineLimit {
                    unfinishedLine = []
                    handle(.malformed)
                }
                return
            }
            let count = UnsafeRawPointer(newline) - UnsafeRawPointer(start)
            let line = UnsafeBufferPointer(start: start, count: count)
            start += count + 1
            let event: Event?
            if unfinishedLine.isEmpty {
                event = self.line(line)
            } else {
                var whole: [UInt8] = []
                swap(&whole, &unfinishedLine)
                whole.append(contentsOf: line)
                event = whole.withUnsafeBufferPointer { self.line($0) }
                whole.removeAll(keepingCapacity: true)
                swap(&whole, &unfinishedLine)
            }
            if let event { handle(event) }
        }
    }

    /// Takes a line, without its LF.
    ///
    /// - Returns: The event that it ends.
    private mutating func line(_ text: UnsafeBufferPointer<UInt8>) -> Event? {
        var line = text
        if line.last == UInt8(ascii: "\r") { line = UnsafeBufferPointer(rebasing: line.dropLast()) }
        guard let first = line.first else { return dispatch() }
        switch first {
        case UInt8(ascii: "d"):
            if let value = Self.value(of: "data:", in: line) { data(value) }
        case UInt8(ascii: "i"):
            guard let value = Self.value(of: "id:", in: line) else { break }
            hasID = true
            if keepsLastID { lastID = Array(value) }
        case UInt8(ascii: "e"):
            if Self.value(of: "event: ping", in: line) != nil { current = .heartbeat }
        default:
            break
        }
        return nil
    }

    private mutating func data(_ value: UnsafeBufferPointer<UInt8>) {
        dataLines += 1
        if let text = RecordText.find(in: value) {
            current = RecordText.parse(text, length: textLength).map { .record($0) } ?? .malformed
        } else if Self.value(of: #"{"type":"heartbeat""#, in: value) != nil {
            current = .heartbeat
        } else {
            current = .other
            lastOther = Array(value)
        }
    }

    private mutating func dispatch() -> Event? {
        defer {
            current = nil
            dataLines = 0
            hasID = false
        }
        if case .record = current, dataLines != 1 || !hasID && needsID { return .malformed }
        return current
    }

    /// What follows a field's name, and one space if there is one.
    @inline(__always)
    private static func value(
        of name: StaticString,
        in line: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        let count = name.utf8CodeUnitCount
        guard line.count >= count, let base = line.baseAddress, memcmp(base, name.utf8Start, count) == 0 else {
            return nil
        }
        let skipped = line.count > count && base[count] == UInt8(ascii: " ") ? count + 1 : count
        return UnsafeBufferPointer(start: base + skipped, count: line.count - skipped)
    }
}
