//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks that one viewer of one run sees each of its records once, in order and unchanged.
struct RunCheck {
    let run: Run
    let level: Level

    /// The number of the record that was seen last, and its id.
    private(set) var last = 0
    private(set) var lastID: EntryID?

    /// What a browser would come back with: an event id that came without an event counts.
    private(set) var cursor: EntryID?

    /// Numbers that were passed over.
    private var missed: Set<Int> = []

    /// Whether the `end` was seen.
    var isDone: Bool { self.last >= self.run.length }

    /// What is wrong with an event; `nil` when nothing is.
    typealias Complaint = (kind: Violation.Kind, text: String)

    init(run: Run, level: Level) {
        self.run = run
        self.level = level
    }

    /// Takes note of an id without an event: records that the filter left out.
    mutating func see(cursor id: EntryID) -> Complaint? {
        defer { self.cursor = id }
        if self.level == .debug { return (.protocolError, "the id \(id) without an event") }
        guard let cursor = self.cursor, id <= cursor else { return nil }
        return (.protocolError, "the id \(id) without an event came after \(cursor)")
    }

    /// Takes note of a `log` or an `end`.
    mutating func see(_ event: EventStream.Event, isEnd: Bool) -> [Complaint] {
        guard let id = event.id else { return [(.protocolError, "a record without an id: \(event.data.prefix(200))")] }
        guard let seq = isEnd ? self.run.length : Self.seq(event.data) else {
            return [(.changed, "a record without its number: \(event.data.prefix(200))")]
        }
        var complaints: [Complaint] = []
        let expected = self.run.next(after: self.last, level: self.level)
        if seq > expected {
            complaints.append(
                (.lost, "\(expected)…\(seq - 1) of \(self.run.length) lost: \(seq) came after \(self.last)")
            )
            self.missed.formUnion((expected..<seq).filter { self.run.level($0) >= self.level })
        } else if seq < expected, seq > self.last {
            complaints.append((.protocolError, "\(seq) came, which the level filter leaves out"))
        } else if seq < expected {
            let kind: Violation.Kind = self.missed.remove(seq) == nil ? .repeated : .outOfOrder
            complaints.append((kind, "\(seq) (\(id)) came after \(self.last) (\(self.lastID?.description ?? "-"))"))
        } else if let cursor = self.cursor, id <= cursor {
            complaints.append((.changed, "\(seq) has the id \(id), which is not above \(cursor)"))
        }
        if !self.isAsWritten(event.data, seq, isEnd) {
            complaints.append((.changed, "\(seq) is not as it was written: \(event.data.prefix(300))"))
        }
        if seq > self.last {
            self.cursor = id
            (self.last, self.lastID) = (seq, id)
        }
        return complaints
    }

    private func isAsWritten(_ data: String, _ seq: Int, _ isEnd: Bool) -> Bool {
        let run = self.run
        if isEnd {
            let start = #"{"type":"end","data":{"request_id":"\#(run.name)","status":"completed","#
            let rest = #""result":"all of \#(run.name)","steps":\#(run.length)}"#
            return data.hasPrefix(start) && data.dropFirst(start.count).hasPrefix(rest)
        }
        guard (1..<run.length).contains(seq) else { return false }
        var text = #"{"type":"log","data":{"level":"\#(run.level(seq).name)","message":"\#(run.message(seq))","#
        text += #""source":"browser-agent","request_id":"\#(run.name)","timestamp":"2023-09-21T14:40:00.123Z","#
        text += #""log_source":"logger","seq":\#(seq)},"timestamp":"2023-09-21T14:40:00.123Z","#
        text += #""channel":"\#(run.key)"}"#
        return data.utf8.elementsEqual(text.utf8)
    }

    /// The number behind `📍 Step` in the message.
    private static func seq(_ data: String) -> Int? {
        let marker = Array("Step ".utf8)
        let bytes = Array(data.utf8.prefix(200))
        var index = 0
        while index + marker.count < bytes.count, !bytes[index...].starts(with: marker) { index += 1 }
        let digits = bytes[min(bytes.count, index + marker.count)...].prefix { (48...57).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
