//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Reads Server-Sent Events (WHATWG HTML, section 9.2.6) out of a stream that is cut anywhere, and the records of the
/// load out of them. It is made for servers that end lines with LF or CRLF, and fast: nothing is allocated for an event.
struct EventReader {
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
    private var lines = EventLines()
    private var current: Event?
    private var dataLines = 0
    private var hasID = false

    /// - Parameter textLength: Of the records' texts, in bytes.
    init(textLength: Int) {
        self.textLength = textLength
    }

    /// Reads on.
    ///
    /// - Parameter handle: Is told each event.
    @inline(__always)
    mutating func read(_ input: UnsafeBufferPointer<UInt8>, handle: (Event) -> Void) {
        if input.isEmpty { return }
        hasBegun = true
        var lines = EventLines()
        swap(&lines, &self.lines)
        let isWell = lines.read(input) { line in
            if let event = self.line(line) { handle(event) }
        }
        swap(&lines, &self.lines)
        if !isWell { handle(.malformed) }
    }

    /// Takes a line.
    ///
    /// - Returns: The event that it ends.
    private mutating func line(_ line: UnsafeBufferPointer<UInt8>) -> Event? {
        guard let first = line.first else { return dispatch() }
        switch first {
        case UInt8(ascii: "d"):
            if let value = EventLines.value(of: "data:", in: line) { data(value) }
        case UInt8(ascii: "i"):
            guard let value = EventLines.value(of: "id:", in: line) else { break }
            hasID = true
            if keepsLastID { lastID = Array(value) }
        case UInt8(ascii: "e"):
            if EventLines.value(of: "event: ping", in: line) != nil { current = .heartbeat }
        default:
            break
        }
        return nil
    }

    private mutating func data(_ value: UnsafeBufferPointer<UInt8>) {
        dataLines += 1
        if let text = RecordText.find(in: value) {
            current = RecordText.parse(text, length: textLength).map { .record($0) } ?? .malformed
        } else if EventLines.value(of: #"{"type":"heartbeat""#, in: value) != nil {
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
}
