//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension Oracle.Gap {
    /// Reads the data of a `gap`.
    init(_ data: String) {
        self.after = Self.value(#""after":""#, in: data).flatMap { EntryID($0) }
        self.before = Self.value(#""before":""#, in: data).flatMap { EntryID($0) }
        self.missed = Self.value(#""missed":"#, in: data).flatMap { Int($0) }
    }

    private static func value(_ name: String, in data: String) -> Substring? {
        data.firstRange(of: name).map { data[$0.upperBound...].prefix { $0.isNumber || $0 == "-" } }
    }
}

extension Oracle {
    /// Takes note of a `gap`.
    mutating func see(_ gap: Gap, _ moment: Moment) -> [Complaint] {
        if isDone { return [(.protocolError, "a gap after the end")] }
        connection.gaps.append(gap)
        settle()
        // What it says of the place, as far as the viewer knows.
        if let after = gap.after, let cursor = self.cursor, after < cursor, cursorEpoch == ledger.epoch {
            return [(.changed, "a gap after \(after), although \(cursor) was seen")]
        }
        if let missed = gap.missed, missed < 1 || missed > ledger.records.count {
            return [(.changed, "a gap of \(missed) records; there were \(ledger.records.count) at most")]
        }
        return []
    }

    /// Judges what was told, and what was not, between the place and an entry that is shown now.
    ///
    /// - Parameter gone: The entries between the two that are gone and were not shown.
    mutating func judgeGap(before record: Record, _ place: Int, gone: [Record], _ moment: Moment) -> [Complaint] {
        defer {
            if let counter = record.counter { self.connection.lastNumbered = (record.numbering, counter) }
        }
        let gaps = self.connection.gaps
        if !gaps.isEmpty { self.connection.owedGap = nil }
        let missing = gone.filter { record in
            record.passes(level)
                && !(record.place.map { self.connection.shownWithoutID.contains(ledger.log[$0]) } ?? false)
        }
        if gaps.isEmpty {
            let why = whyToTell(record, gone: gone, missing: missing, moment)
            if record.counter == nil { noteHole(gone, missing: missing) } else { forgetHole() }
            noteDeletions(gone)
            guard let why else { return [] }
            let text =
                "nothing told that \(why) before \(Self.name(record)), after \(placeName)"
                + tell(between: place)
            return [(.missingGap, text)]
        }
        var complaints: [Complaint] = []
        if isToldTwice(gaps, before: place) {
            complaints.append((.gapTwice, "\(gaps.count) gaps before \(Self.name(record)), after \(placeName)"))
        }
        // A filter may leave out the record that the gap belongs to.
        let told = gaps[0].before.flatMap { ledger.place(of: $0) }.map { ledger.entry(min($0, place)) } ?? record
        let end = told.place ?? place
        defer {
            toldPlaces.formUnion(gone.compactMap(\.place))
            if gone.isEmpty { self.connection.hasUntoldDeletion = false }
            noteDeletions(gone.filter { $0.place ?? 0 >= end })
        }
        let isHole =
            !gone.isEmpty || self.connection.hole != nil || self.connection.hasPossibleHole
            || self.connection.hasUntoldDeletion
        if !isHole, !mayBeUnread(before: end), !mayTellWithoutHole(before: told, moment) {
            let text =
                "a gap before \(Self.name(record)), after \(placeName), where nothing is gone"
                + tell(between: place)
            complaints.append((.gap, text))
        }
        if let before = gaps[0].before, level == .debug, let id = record.id, before != id,
            let other = ledger.place(of: before), other < place, !ledger.entry(other).isGone,
            !self.connection.shownWithoutID.contains(ledger.log[other])
        {
            complaints.append((.changed, "a gap before \(before), but \(id) followed"))
        }
        forgetHole()
        return complaints
    }

    /// Judges gaps that nothing followed on this connection, and those that should have come.
    mutating func judgeLastGap(_ moment: Moment, isWatched: (Int64) -> Bool) -> [Complaint] {
        let gaps = connection.gaps
        if isToldTwice(gaps, before: ledger.log.count) {
            return [(.gapTwice, "\(gaps.count) gaps after \(placeName)")]
        }
        if gaps.isEmpty {
            guard connection.isAhead, connection.isFresh, !isDone, moment.isQuick,
                let connectedAt = connection.connectedAt, connectedAt < moment.now - Self.patience,
                isWatched(connectedAt)
            else { return [] }
            return [(.missingGap, "an id ahead of the stream, and nothing was told for \(Self.patience.seconds) s")]
        }
        let rest = (place + 1)..<max(place + 1, ledger.log.count)
        let isHole =
            connection.hole != nil || connection.hasPossibleHole || connection.hasUntoldDeletion
            || rest.contains { ledger.entry($0).isGone }
        if isHole || mayBeUnread(before: rest.upperBound) || mayTellWithoutHole(before: nil, moment) {
            return []
        }
        return [(.gap, "a gap after \(placeName), where nothing is gone" + tell(between: rest.upperBound))]
    }

    /// Whether there are more gaps than there can be holes: between two there is an entry that the level leaves out, or
    /// that was shown without an id.
    private func isToldTwice(_ gaps: [Gap], before end: Int) -> Bool {
        guard gaps.count > 1 else { return false }
        let between = (place + 1)..<max(place + 1, min(end, ledger.log.count))
        let parts = between.count { place in
            !ledger.entry(place).passes(level) || connection.shownWithoutID.contains(ledger.log[place])
        }
        // That a stream begins anew is told to whoever is there.
        let isAnew = ledger.epoch > connection.epoch || ledger.epochBegun > connection.requestedAt - Self.notice
        return gaps.count > 1 + parts + (ledger.epoch > 0 && isAnew ? 1 : 0) || Set(gaps).count < gaps.count
    }

    /// Takes note of entries that were passed and are gone, of which nothing was told yet.
    ///
    /// - Parameter missing: Those among them that the viewer was not shown without an id either.
    mutating func noteHole(_ gone: [Record], missing: [Record]) {
        connection.hasPossibleHole = connection.hasPossibleHole && connection.hole != nil
        if let record = missing.last(where: { $0.counter != nil }) { connection.hole = record.numbering }
        if gone.contains(where: { $0.counter != nil }) { connection.hasPossibleHole = true }
    }

    /// Takes note of entries that no gap has told of and that were deleted from among others: the counter shows that they
    /// are gone, and not where they were, so that a gap may stand in front of a later record.
    private mutating func noteDeletions(_ gone: [Record]) {
        let isAmongOthers = gone.contains { record in record.place.map { !isTrimmed(before: $0, by: record) } ?? false }
        if isAmongOthers { connection.hasUntoldDeletion = true }
    }

    private mutating func forgetHole() {
        connection.hole = nil
        connection.hasPossibleHole = false
    }

    /// Rules 9 and 10: what must be told before a record; `nil` when nothing must.
    private mutating func whyToTell(_ record: Record, gone: [Record], missing: [Record], _ moment: Moment) -> String? {
        let connection = self.connection
        // Of a stream that was begun anew a moment ago the gateway need not know yet.
        if connection.isFresh, connection.isAhead, moment.isCalm || !connection.isResumed,
            record.id.map({ id in self.cursor.map { id < $0 } ?? true }) ?? false
        {
            return "the cursor is ahead of the stream"
        }
        if record.counter != nil {
            let isKnown =
                connection.lastNumbered.map { $0.numbering == record.numbering }
                ?? (connection.start == .beginning && !connection.isResumed)
            if isKnown, let lost = missing.first(where: { $0.counter != nil && $0.numbering == record.numbering }) {
                return "\(Self.name(lost)) is gone"
            }
            if isKnown, connection.hole == record.numbering { return "numbered records are gone" }
        }
        if let (number, since) = connection.owedGap, since + Self.notice < record.storeSent ?? 0, moment.isCalm {
            self.connection.owedGap = nil
            return "the cursor and \(number) were gone"
        }
        guard let lost = missing.first, self.place >= 0, self.cursor != nil else { return nil }
        if connection.isFresh {
            let isKnown = (lost.removalSent ?? .max) < connection.requestedAt && lost.epoch == cursorEpoch
            // What went while the entry at the cursor was still there, a gateway need not have noticed that had read that.
            let isBehind = lost.removal >= ledger.entry(self.place).removal
            // An id that never was in the stream may be that of the one record that is missing by the numbers.
            let isMadeUp = ledger.entry(self.place).id != cursor
            let mayBeCursor = isMadeUp && lost.counter != nil && gone.count { $0.counter != nil } == 1
            let isSeen = connection.isCursorGone && !connection.isCursorReused && isBehind && !mayBeCursor
            guard isSeen, isKnown else { return nil }
            if !ledger.isArchived, isTrimmed(before: self.place, by: lost) {
                return "the cursor and \(Self.name(lost)) are gone"
            }
            // A gateway that had read the entry at the cursor learns by the counter that others are gone, and not where.
            self.connection.owedGap = (lost.number, moment.now)
            return nil
        }
        // Numbers without a hole, as they come on the channel, do not show that something unnumbered was between them.
        if let counter = record.counter, let last = connection.lastNumbered, last.numbering == record.numbering,
            last.counter + 1 == counter
        {
            return nil
        }
        let last = ledger.entry(self.place)
        guard last.isGone, lost.place == self.place + 1, last.removal <= lost.removal, last.epoch == lost.epoch else {
            return nil
        }
        guard isTrimmed(before: self.place, by: lost) else { return nil }
        return "\(Self.name(lost)) is gone with what was before it"
    }

    /// Whether all that is before a place in its stream was gone when another record went. As long as older ones are
    /// there, only the counter tells that something is gone, and not where.
    private func isTrimmed(before place: Int, by lost: Record) -> Bool {
        let epoch = ledger.entry(place).epoch
        return (0..<place).allSatisfy { place in
            let older = ledger.entry(place)
            return older.epoch != epoch || older.isGone && older.removal <= lost.removal
        }
    }

    /// Whether the gateway may have missed an entry or a message that it knows nothing about but that there was one. Each
    /// of them accounts for one gap.
    private mutating func mayBeUnread(before place: Int) -> Bool {
        // An entry that was gone before it was read is one too few. The gateway finds that out by the stream's counter, and
        // it is told before what is read next. The viewer may have been shown its message.
        let end = min(place, ledger.log.count)
        let latest = end > 0 ? ledger.entry(end - 1).storeSent ?? 0 : 0
        let unread = (0..<end).first {
            if toldPlaces.contains($0) { return false }
            let record = ledger.entry($0)
            guard let stored = record.storeSent, let removed = record.removalSent else { return false }
            return removed - stored < Self.notice && latest < removed + Self.notice
        }
        if let unread {
            toldPlaces.insert(unread)
            return true
        }
        // A message that was shown to others without an id, while this viewer was behind: its entry may never come.
        let unheard = ledger.records.indices.first {
            let record = ledger.records[$0]
            guard record.form.isPublishedFirst, let published = record.publishSent,
                published > connection.requestedAt - Self.notice, !connection.shownWithoutID.contains($0),
                !connection.toldMessages.contains($0)
            else { return false }
            return record.storeConfirmed.map { $0 - published > Self.margin / 2 } ?? true
        }
        if let unheard { connection.toldMessages.insert(unheard) }
        return unheard != nil
    }

    /// The entries around a place, in words.
    private func tell(between end: Int) -> String {
        let places = max(0, self.place - 2)..<min(ledger.log.count, end + 2)
        let names = (places.count > 12 ? Array(places.prefix(6)) + places.suffix(6) : Array(places)).map { place in
            let record = ledger.entry(place)
            let index = ledger.log[place]
            return Self.name(record) + " \(record.id?.description ?? "-")"
                + (record.counter.map { " #\(record.numbering).\($0)" } ?? "")
                + (record.isGone ? " gone by \(record.removal)" : "")
                + (connection.shownWithoutID.contains(index) ? " shown without id" : "")
        }
        return "; around: " + names.joined(separator: ", ")
    }

    /// Rule 8: whether a gap may be told although nothing is known to be gone.
    private func mayTellWithoutHole(before record: Record?, _ moment: Moment) -> Bool {
        let connection = self.connection
        if connection.isFresh, connection.isCursorGone || connection.isAhead { return true }
        let last = self.place >= 0 ? ledger.entry(self.place) : nil
        let epoch = record?.epoch ?? ledger.epoch
        if cursor != nil, epoch != cursorEpoch { return true }
        // Where numbers begin anew, those that are gone may have been the last of the numbers before.
        if let record, let counter = record.counter, record.numbering > 0 {
            let isFirst = connection.lastNumbered.map { $0.numbering != record.numbering } ?? (counter == 1)
            if isFirst { return true }
        }
        // Who came back behind a numbered record that is gone is told of it by the next number: the gateway does not know
        // whether this viewer has seen it.
        if let record, record.counter != nil, connection.isResumed, connection.lastNumbered == nil,
            let place = record.place
        {
            let older = (0..<place).last {
                ledger.entry($0).counter != nil && ledger.entry($0).numbering == record.numbering
            }
            if let older, ledger.entry(older).isGone { return true }
        }
        // The first number in a stream that was begun anew while the numbers went on: those before it are gone with the
        // former stream, which a gateway that began since then does not know.
        if let record, record.counter != nil, record.epoch > 0, let place = record.place,
            !(0..<place).contains(where: {
                ledger.entry($0).epoch == record.epoch && ledger.entry($0).counter != nil
            })
        {
            return true
        }
        return last?.isGone ?? false && !(moment.isCalm && moment.isQuick)
    }
}
