//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

// What a viewer must see, given what has happened to the stream and the channel (see `Ledger`).
//
// Entries. "The log" is every entry that was ever stored, in the order of the stream. A viewer's place is the last entry
// that it has seen or that its cursor passed.
//  1. Each event with an id stands for the entry of that id and says what was written.
//  2. Such events come in the order of the log, each once, over all connections of a viewer.
//     Where a stream that was begun anew has the ids that it had before, nobody can tell the entries apart.
//  3. An entry between the place and the next event is passed over only if it is gone, if the level leaves it out, if the
//     viewer was shown its message without an id on the same connection, or if it lies before where the viewer began.
//  4. An id without an event moves the place under rule 3, and only forwards.
//
// Messages. An event without an id is right only for a record whose message was sent before its entry, or whose entry is
// gone, or that has none.
//  5. A viewer is shown each message at most once without an id, and never after it was shown the entry. A viewer that
//     resumes behind an earlier entry is shown the entry.
//     Where the message and the entry come more than 5 s apart, nobody need know that they belong together.
//  6. Events without an id come in the order of publication. One that was published well before something else begun is
//     not shown after that.
//  7. A message that is never stored is shown to each viewer that reads at once, was connected before, and stays for a
//     while, with nothing broken meanwhile.
//
// Gaps. A hole is a run of entries between the place and the next event that are gone and that this viewer was not shown.
//  8. A gap is told only where there is a hole, where the entry at the cursor of a viewer that resumes is gone (nobody
//     can tell then whether something is missing), or where the stream was begun anew.
//  9. It must be told where the hole can be known: by numbered records that are missing between two of the same
//     numbering, or before the first one of a viewer from the start; or since the entry at the cursor is gone with what
//     followed it. It is told before the numbered record, or before the entry, that shows it.
// 10. It must be told, before anything else, to who comes with an id ahead of the stream.
// 11. It is told once. Holes with something between them that the level leaves out have a gap each.
//
// The end.
// 12. After the end nothing comes. Who returns with its id gets 204, whatever followed it; nobody else does.
// 13. Never silent: an entry that is there for long is shown to each viewer that reads at once, with nothing broken
//     meanwhile; and in the end everybody has everything.

/// Checks one viewer of one topic by the rules above. It is pure: times and what is broken are the caller's.
struct Oracle {
    /// What is wrong.
    typealias Complaint = (kind: Violation.Kind, text: String)

    /// The moment of an event.
    struct Moment {
        var now: Int64
        /// Whether nothing was broken for the last seconds.
        var isCalm = true
        /// Whether this viewer reads all that comes, at once.
        var isQuick = true
    }

    let ledger: Ledger
    let level: Level

    /// The index in the log of the last entry that was seen or passed; -1 for none.
    var place = -1
    /// What a browser would come back with: an event id that came without an event counts.
    var cursor: EntryID?
    var cursorEpoch = 0
    /// Whether the end was seen.
    private(set) var isDone = false
    /// How many records were shown.
    var deliveries = 0

    var connection = Connection(requestedAt: 0)
    var shownWithID: Set<Int> = []
    /// The entries of the log that are gone and of which a gap has told.
    var toldPlaces: Set<Int> = []
    var shownWithoutID: Set<Int> = []

    /// How long, in nanoseconds, something may take of which nothing keeps the gateway.
    static let patience = Int64(seconds: 8)
    /// How long, in nanoseconds, a gateway may take to notice that a stream was begun anew.
    static let notice = Int64(seconds: 3)
    /// How much later, in nanoseconds, something must have begun to be surely later.
    static let margin = Int64(seconds: 0.15)

    /// How long, in nanoseconds, a message may be shown behind what was begun after it: it waits 120 ms for its entry, and
    /// nobody knows how long a busy machine takes to look for that.
    static let waiting = Int64(seconds: 1)

    init(ledger: Ledger, level: Level) {
        self.ledger = ledger
        self.level = level
    }

    // MARK: Events

    /// Takes note of a record's event.
    ///
    /// - Parameters:
    ///   - number: The number in what it says.
    ///   - data: The event's data.
    mutating func see(_ number: Int, as id: EntryID?, data: String, _ moment: Moment) -> [Complaint] {
        guard let index = ledger.index(ofNumber: number) else {
            return [(.changed, "a record that was never written: \(data.prefix(200))")]
        }
        let record = ledger.records[index]
        var complaints: [Complaint] = []
        if isDone { complaints.append((.protocolError, "\(Self.name(record)) came after the end")) }
        // Of a numbered record whose entry is gone before it was read, the text is all that there is.
        let isTextAlone = id == nil && record.form == .oursAsText && record.isGone
        if !(isTextAlone ? ledger.story.isText(data, record) : ledger.story.matches(data, record)) {
            complaints.append((.changed, "\(Self.name(record)) is not as it was written: \(data.prefix(300))"))
        }
        if !record.passes(self.level), !isTextAlone {
            complaints.append((.protocolError, "\(Self.name(record)) came, which the level filter leaves out"))
        }
        if let id {
            complaints += self.see(entry: record, index, as: id, moment)
        } else {
            complaints += self.see(message: record, index, moment)
        }
        connection.latestBegun = max(connection.latestBegun, record.begun ?? 0)
        connection.heardAt = moment.now
        if index == ledger.endIndex { isDone = true }
        return complaints
    }

    /// Takes note of an id without an event: records that are not to be shown.
    mutating func see(cursor id: EntryID, _ moment: Moment) -> [Complaint] {
        if let known = ledger.place(of: id) { rewind(to: ledger.entry(known).epoch, moment) }
        if let cursor = self.cursor, id <= cursor, cursorEpoch == ledger.epoch {
            return [(.protocolError, "the id \(id) without an event came after \(cursor)")]
        }
        // It may be seen before Redis has confirmed it; then its place is not known yet.
        guard let place = ledger.place(of: id, behind: self.place), place > self.place else {
            connection.heardAt = moment.now
            self.cursor = id
            cursorEpoch = ledger.place(of: id).map { ledger.entry($0).epoch } ?? ledger.epoch
            return []
        }
        let record = ledger.entry(place)
        let (gone, lost) = pass(to: place + 1, moment)
        var complaints = judgeGap(before: record, place, gone: gone, moment)
        if !lost.isEmpty {
            complaints.append((.lost, tell(lost, before: nil) + " by the id \(id) without an event"))
        }
        move(to: place, id, epoch: record.epoch)
        connection.heardAt = moment.now
        return complaints
    }

    /// What lies between the place and another: entries that are gone, and those that should have been shown.
    func pass(to end: Int, _ moment: Moment) -> (gone: [Record], lost: [Int]) {
        var (gone, lost) = ([Record](), [Int]())
        var first = self.place + 1
        if connection.isFresh, case .tail(let count) = connection.start {
            first = max(first, ledger.begin(ofTail: count, at: connection))
        }
        for place in first..<max(first, end) {
            let index = ledger.log[place]
            let record = ledger.records[index]
            if isBehindCursor(record) || record.isReused { continue }
            if connection.shownWithoutID.contains(index) {
                // The message had no number, so that one is missing all the same.
                if record.isGone, record.counter != nil { gone.append(record) }
                continue
            }
            if record.isGone {
                gone.append(record)
            } else if record.passes(level), !(connection.isFresh && place <= optionalThrough(moment)) {
                lost.append(index)
            }
        }
        return (gone, lost)
    }

    /// Whether a record's id is not above the cursor, so that nobody can tell that it was not seen.
    func isBehindCursor(_ record: Record) -> Bool {
        guard let id = record.id, let cursor = self.cursor, id <= cursor else { return false }
        if record.epoch == cursorEpoch { return true }
        return ledger.top.map { $0 >= cursor } ?? false
    }

    /// Whether the cursor is that of the end, or of what followed it.
    var isBehindEnd: Bool {
        guard let end = ledger.endIndex.map({ ledger.records[$0] }), let id = end.id, let cursor = self.cursor
        else { return false }
        return cursorEpoch == end.epoch && id <= cursor
    }

    /// Whether a viewer begins behind the end, with an id of its own.
    func isBehindEnd(_ start: Start) -> Bool {
        guard ledger.isOver, case .after(let id) = start, let end = ledger.endIndex.flatMap({ ledger.records[$0].id })
        else { return false }
        return end <= id
    }

    func optionalThrough(_ moment: Moment) -> Int {
        guard case .tail(let count) = connection.start, cursor == nil else {
            return connection.optionalThrough
        }
        return ledger.latestBegin(ofTail: count) - 1
    }

    mutating func move(to place: Int, _ id: EntryID, epoch: Int) {
        self.place = place
        cursor = id
        cursorEpoch = epoch
        connection.isFresh = false
        connection.gaps = []
    }

    // MARK: Telling

    static func name(_ record: Record) -> String {
        "\(record.number) [\(record.form.rawValue)\(record.absurdSeq.map { ", seq \($0)" } ?? "")]"
    }

    var placeName: String {
        guard place >= 0 else { return "nothing" }
        return "\(Self.name(ledger.entry(place))) (\(cursor?.description ?? "-"))"
    }

    func tell(_ lost: [Int], before record: Record?) -> String {
        let names = lost.prefix(3).map { Self.name(ledger.records[$0]) }.joined(separator: ", ")
        let next = record.map { "; \(Self.name($0)) came after \(placeName)" } ?? " passed after \(placeName)"
        return "\(lost.count) lost: \(names)\(lost.count > 3 ? ", …" : "")\(next)"
    }
}
