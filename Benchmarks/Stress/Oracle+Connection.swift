//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Oracle {
    /// What is known of the present connection.
    struct Connection {
        var start = Start.beginning
        var requestedAt: Int64
        var connectedAt: Int64?
        /// Whether no entry has come yet.
        var isFresh = true
        /// Whether the viewer came back with the id of an event.
        var isResumed = false
        /// Up to this index in the log the first event may pass entries over.
        var optionalThrough = -1
        /// How often the stream had been deleted at the request.
        var epoch = 0
        /// How many entries had been sent, and how many were confirmed, at the request.
        var confirmedBefore = 0
        /// How many of the messages that are never stored had been sent.
        var unstoredBefore = 0
        /// Whether the entry at the cursor was not there at the request.
        var isCursorGone = false
        /// Whether the stream has another entry of that id since it was begun anew.
        var isCursorReused = false
        /// Whether the cursor was above all that the stream had.
        var isAhead = false
        var shownWithoutID: Set<Int> = []
        /// The messages that were shown to others alone and of which a gap has told.
        var toldMessages: Set<Int> = []
        /// The gaps that were told since the last event with an id.
        var gaps: [Gap] = []
        /// The last numbered record of which the gateway can know, on this connection.
        var lastNumbered: (numbering: Int, counter: Int)?
        /// A hole that no gap has told of, in which numbered records are missing: their numbering.
        var hole: Int?
        /// Whether filtered or unnumbered entries are missing in it only.
        var hasPossibleHole = false
        /// Whether an entry was passed that was deleted from among others, and no gap has told of it yet.
        var hasUntoldDeletion = false
        /// A record that is gone with the cursor where older ones are not, and since when a gap is owed for it.
        var owedGap: (number: Int, since: Int64)?
        var latestBegun: Int64 = 0
        /// When the last record came.
        var heardAt: Int64 = 0
        var lastPublishPlace = -1

        init(requestedAt: Int64) {
            self.requestedAt = requestedAt
        }
    }

    /// What a `gap` says.
    struct Gap: Hashable {
        var after: EntryID?
        var before: EntryID?
        var missed: Int?
    }

    /// The viewer asks: with its cursor if it has one, else from where it wants to begin.
    mutating func connect(_ start: Start, at now: Int64) {
        var connection = Connection(requestedAt: now)
        connection.start = start
        connection.isResumed = self.cursor != nil
        connection.epoch = ledger.epoch
        connection.confirmedBefore = ledger.confirmedCount
        connection.unstoredBefore = ledger.unstored.count
        if self.cursor == nil {
            switch start {
            case .beginning, .tail:
                break
            case .now:
                connection.optionalThrough = .max
            case .after(let id):
                begin(after: id, &connection)
            }
        }
        if let cursor = self.cursor {
            let entry = place >= 0 ? ledger.entry(place) : nil
            connection.isCursorGone = entry.map { $0.id != cursor || $0.isGone } ?? true
            connection.isCursorReused = ledger.place(of: cursor).map { $0 > place } ?? false
            if !connection.isCursorGone, let entry, let counter = entry.counter {
                connection.lastNumbered = (entry.numbering, counter)
            }
            if let top = ledger.top, top < cursor, cursorEpoch < ledger.epoch,
                ledger.epochBegun < now - Self.notice
            {
                connection.isAhead = true
            }
        }
        self.connection = connection
    }

    /// Places a viewer behind an id that it has not from us.
    private mutating func begin(after id: EntryID, _ connection: inout Connection) {
        cursor = id
        cursorEpoch = ledger.epoch
        let start = ledger.epochStart
        if ledger.epoch > 0,
            ledger.top == nil || ledger.epochBegun > connection.requestedAt - Self.notice
        {
            // The gateway may still know the stream that was deleted a moment ago.
            place = -1
            cursor = nil
            connection.optionalThrough = .max
            connection.isCursorGone = true
            return
        }
        let behind = (start..<max(start, ledger.confirmedCount)).last {
            ledger.entry($0).id.map { $0 <= id } ?? false
        }
        place = behind ?? start - 1
        // A stream that is not there yet ends before every id.
        guard ledger.top.map({ $0 < id }) ?? true else { return }
        // Nobody knows what this viewer has seen: it may be shown all that there is, or what is added from now on.
        place = -1
        cursor = nil
        connection.optionalThrough = .max
        connection.isAhead = true
        connection.isCursorGone = true
    }

    /// The viewer is connected: what is added from now on is for who came for what is added from now on.
    mutating func connected(at now: Int64) {
        connection.connectedAt = now
        if connection.start == .now { settle() }
    }

    /// The viewer has its place at the latest by now.
    mutating func settle() {
        if connection.optionalThrough == .max { connection.optionalThrough = ledger.log.count - 1 }
    }
}

extension Ledger {
    /// The first entry with which a viewer may have begun that wanted the last `count`.
    func begin(ofTail count: Int, at connection: Oracle.Connection) -> Int {
        var (place, left) = (min(connection.confirmedBefore, log.count), count)
        while place > epochStart, left > 0 {
            place -= 1
            if !entry(place).isGone { left -= 1 }
        }
        return place
    }

    /// Whether more entries came behind a record before its message than a gateway reads when it begins to watch.
    func isOutrun(_ record: Record) -> Bool {
        guard let place = record.place, place + Self.leastFirstRead < log.count,
            let other = entry(place + Self.leastFirstRead).storeSent
        else { return false }
        return other < record.publishConfirmed ?? .max
    }

    /// How many entries a gateway reads at least: those that have 1 MiB together.
    private static let leastFirstRead = 400

    /// The last one. A gateway also counts entries that were removed after it had read them.
    func latestBegin(ofTail count: Int) -> Int { max(0, log.count - count) }
}
