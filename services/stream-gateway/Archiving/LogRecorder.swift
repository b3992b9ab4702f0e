//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Archive
package import Delivery

/// Makes records for the archive of what a follower gets of one log. A pure state machine.
///
/// A log has a new generation when it has begun anew: when an id or a number is not higher than the one before, or a
/// numbered record follows the end.
package struct LogRecorder: Sendable {
    package let subject: Subject

    /// The ``FollowedLog`` whose events it takes.
    let follow: Int

    /// Up to where the log is recorded.
    package private(set) var cursor: ArchiveCursor

    /// What the log's end says of the run, as long as nobody has asked for it.
    package private(set) var outcome: RunFacts?

    /// The latest messages without ids, by their texts: their entries may still come.
    private var unstored: [(text: Int, place: Int)] = []

    /// The places of those whose entries have come.
    private var superseded: [Int] = []

    /// The steps whose pictures were announced.
    private var pictures: Set<Int> = []

    /// How many messages are remembered.
    private static let mostUnstored = 1000

    package init(_ subject: Subject, follow: Int = 0, after cursor: ArchiveCursor) {
        self.subject = subject
        self.follow = follow
        self.cursor = cursor
    }

    /// The records of some events.
    package mutating func take(_ part: FollowedPart) -> [ArchivedRecord] {
        var blocks = EventBlocks(part.bytes)
        var frames = part.frames[...]
        var records: [ArchivedRecord] = []
        while let block = blocks.next() {
            var frame: Frame?
            if let id = block.id {
                // Both are in the same order, but for what is filtered out.
                if let index = frames.firstIndex(where: { $0.id == id }) {
                    frame = frames[index]
                    frames = frames[(index + 1)...]
                }
                pass(id, number: frame?.number, kind: frame?.kind)
            }
            guard let json = block.json, let record = self.record(json, id: block.id, frame) else { continue }
            records.append(record)
        }
        return records
    }

    private mutating func pass(_ id: EntryID, number: Int?, kind: Frame.Kind?) {
        let goesBack = cursor.id.map { id <= $0 } ?? false
        let countsAnew = number.map { number in cursor.number.map { number <= $0 } ?? false } ?? false
        if goesBack || countsAnew || cursor.isOver && number != nil {
            cursor.generation += 1
            cursor.number = nil
            cursor.isOver = false
        }
        cursor.id = id
        if let number { cursor.number = number }
        if kind == .end { cursor.isOver = true }
    }

    private mutating func record(_ json: String, id: EntryID?, _ frame: Frame?) -> ArchivedRecord? {
        let isGap = json.hasPrefix("{\"type\":\"gap\"")
        // Behind the end nothing is missing: the log that comes next is another one.
        if isGap, cursor.isOver { return nil }
        guard isGap || !json.hasPrefix("{\"type\":\"error\"") else { return nil }
        var level = frame?.level ?? .info
        var kind = ArchivedRecord.Kind.record
        switch frame?.kind {
        case .end: kind = .end
        case .runEnd: kind = .runEnd
        case .record, .gap, nil: if isGap { kind = .gap }
        }
        var text: Int?
        if !isGap, frame == nil || frame?.given != nil,
            case .log(let record, _) = StreamEvent(json: json.utf8, of: subject)
        {
            if frame == nil { level = record.level }
            text = record.message.hashValue
        }
        if kind == .end { outcome = self.outcome(json) }
        if case .run = subject, json.hasPrefix("{\"type\":\"screenshot\""),
            case .screenshot(let record, _) = StreamEvent(json: json.utf8, of: subject), let step = record.step
        {
            pictures.insert(step)
        }
        cursor.place += 1
        if let text, id == nil {
            unstored.append((text, cursor.place))
            if unstored.count > Self.mostUnstored { unstored.removeFirst() }
        } else if let text, let index = unstored.firstIndex(where: { $0.text == text }) {
            superseded.append(unstored.remove(at: index).place)
        }
        return ArchivedRecord(
            place: cursor.place,
            generation: cursor.generation,
            id: id,
            number: frame?.number,
            time: Self.time(of: json) ?? .now(),
            level: level,
            kind: kind,
            event: json
        )
    }

    /// Takes the places of messages whose entries have come, once.
    package mutating func takeSuperseded() -> [Int] {
        defer { superseded = [] }
        return superseded
    }

    /// Takes the steps whose pictures were announced, once.
    package mutating func takePictures() -> [Int] {
        defer { pictures = [] }
        return pictures.sorted()
    }

    /// Takes what the end says, once.
    package mutating func takeOutcome() -> RunFacts? { outcome.take() }

    private func outcome(_ json: String) -> RunFacts? {
        guard case .end(let end) = StreamEvent(json: json.utf8, of: subject) else { return nil }
        var facts = RunFacts()
        facts.status = end.outcome.status
        facts.result = end.outcome.result
        facts.error = end.outcome.error
        facts.steps = end.outcome.steps
        facts.finishedAt = end.timestamp
        return facts
    }

    /// The event's own time. Its name cannot stand behind it: quotation marks in strings are escaped.
    private static func time(of json: String) -> Timestamp? {
        let bytes = Array(json.utf8)
        let name = Array("\"timestamp\":\"".utf8)
        var index = bytes.count - name.count
        while index >= 0 {
            if bytes[index] == name[0], bytes[index...].starts(with: name) {
                let value = bytes[(index + name.count)...].prefix { $0 != UInt8(ascii: "\"") }
                return Timestamp(iso8601: String(decoding: value, as: UTF8.self))
            }
            index -= 1
        }
        return nil
    }
}
