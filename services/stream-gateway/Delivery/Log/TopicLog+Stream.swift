//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import NIOCore

/// What the stream brings.
extension TopicLog {
    /// A look into the stream begins.
    ///
    /// - Returns: The id to read behind; `nil` for the first look, which is at the stream's last records.
    package mutating func beginLook() -> EntryID? {
        foreign.beginLook()
        asked = early.count
        looksBegun += 1
        isLooking = true
        return isLoaded ? position.id : nil
    }

    /// A look was over, and says what the stream holds now.
    private mutating func succeedLook() {
        isReachable = true
        isLooking = false
        lastLook = looksBegun
    }

    /// A look has failed. Another one may succeed.
    package mutating func abandonLook() { isLooking = false }

    /// Takes the first look into the stream, at its last records.
    ///
    /// - Parameter page: Its records, the oldest first; full when there are older ones.
    package mutating func load(_ page: StreamPage, at now: Moment) {
        guard !isLoaded else { return }
        isLoaded = true
        hasCaughtUp = true
        succeedLook()
        let startsBehindHole = hasPast && page.holeAtBeginning != nil
        if page.isFull || startsBehindHole, let first = page.records.first?.id {
            position = Position(id: first.predecessor)
            ring.removeAll(at: position)
        }
        let early = self.early
        self.early = []
        // Messages wait for their entries, which may be in the page. What proves its place comes behind the page.
        let unlinked = early.enumerated().filter { PayloadLink($0.element) == nil }
        for (index, payload) in unlinked where index < asked { _ = receive(payload, at: now) }
        foreign.beginLook()
        for (index, payload) in unlinked where index >= asked { _ = receive(payload, at: now) }
        append(
            page.records,
            unknown: page.isFull || startsBehindHole ? nil : page.holeAtBeginning,
            isLast: !page.isFull,
            mayHold: false,
            at: now
        )
        // The entries of the others may be older than the page: whoever asks for these gets them from the stream.
        if page.isFull { _ = foreign.giveUp() }
        if page.records.isEmpty, let gone = page.gone, gone > 0 { deleted = Hole(missed: gone) }
        // A stream that is not there yet has taken nothing.
        added = page.lastID == nil ? 0 : page.added
        position.id = max(position.id, page.lastID ?? .zero)
        for payload in early where PayloadLink(payload) != nil { _ = receive(payload, at: now) }
    }

    /// Takes a page of what follows ``position`` as it was when the look began; messages may have come since.
    ///
    /// - Parameter id: What ``beginLook()`` returned.
    /// - Returns: Whether the stream is to be looked into again at once.
    package mutating func endLook(_ page: StreamPage, after id: EntryID, at now: Moment) -> Bool {
        succeedLook()
        hasCaughtUp = false
        if let lastID = page.lastID, lastID < id, page.records.isEmpty {
            // The stream ends before it did.
            losses.formUnion(page.losses)
            let gone = foreign.abandon(after: lastID)
            beginAnew(at: lastID, at: now)
            for record in gone { append(unstored: record, at: now) }
            return true
        }
        if page.anchor == .unknown {
            losses.formUnion(page.losses)
            if !wasLost(id) {
                // It is another stream, which has come further than the one that was read.
                beginAnew(at: .zero, at: now)
                return true
            }
        }
        let known = position.id
        if id != known, let last = page.records.last?.id, last > known,
            !page.records.contains(where: { $0.id == known })
        {
            // Messages came meanwhile, and their entries are gone; what else is gone, a look behind them tells.
            return true
        }
        let front = id == position.id ? holeInFront(of: page) : nil
        // How many they are, nobody knows.
        if let front, front.missed == nil { added = nil }
        // Where nothing is left in front of the first, the counter tells which one that is.
        let isFirst = id == known && (page.anchor == .trimmed || id == .zero)
        append(
            page.records.drop { $0.id ?? .zero <= known },
            unknown: front?.followed(by: deleted) ?? deleted,
            gone: isFirst ? page.gone : nil,
            isLast: !page.isFull,
            mayHold: true,
            at: now
        )
        if page.isFull { return true }
        hasCaughtUp = true
        if passDeleted(to: page.lastID) { compare(page) }
        for held in foreign.expireHeld(at: now) { append(held.record, hole: held.hole) }
        for record in foreign.endLook(at: position.id, now: now) { append(unstored: record, at: now) }
        return false
    }

    /// The stream cannot be read until somebody changes that: what was published goes out as it is.
    package mutating func failLook(at now: Moment) {
        abandonLook()
        isReachable = false
        guard isLoaded else {
            early = []
            return
        }
        for record in foreign.giveUp() { append(unstored: record, at: now) }
    }

    /// What is gone between what was read last, which is gone itself, and a page's first record. The stream's counter
    /// knows; without it, only the numbers can tell that nothing is.
    func holeInFront(of page: StreamPage) -> Hole? {
        if page.anchor == .unknown { return Hole() }
        guard page.anchor == .trimmed || position.id == .zero, let first = page.records.first else { return nil }
        if let before = added, let gone = page.gone {
            // Nothing is left of what was read. Where fewer are gone, it is another stream of that name.
            if page.anchor != .trimmed, gone <= before { return nil }
            if gone == before { return isAddedAssumed && isUnclear(first, page) ? Hole() : nil }
            return Hole(missed: gone > before ? gone &- before : nil)
        }
        return page.anchor == .trimmed && isUnclear(first, page) ? Hole() : nil
    }

    /// Whether there may be a hole of which a record's number does not tell: where all that was in front of it is gone, and
    /// not surely numbered.
    private func isUnclear(_ record: LogRecord, _ page: StreamPage) -> Bool {
        guard let number = name.number(of: record), position.count != .unknown else { return true }
        return page.gone.map { $0 >= number } ?? true
    }

    /// Moves behind the stream's last entries, which may have been deleted before anybody read them: what comes next
    /// comes behind them all the same.
    ///
    /// - Returns: Whether the position is the stream's end.
    private mutating func passDeleted(to lastID: EntryID?) -> Bool {
        guard let lastID else { return false }
        if lastID > position.id, foreign.held.isEmpty {
            // The counter tells how many they are, if it is known how many there should be.
            if added == nil || isAddedAssumed { pass(Hole()) }
            position.id = lastID
        }
        return lastID == position.id
    }

    /// Compares the stream's counter with what was read to its end. Entries of others have no numbers: only the counter
    /// tells that some were deleted before anybody read them.
    private mutating func compare(_ page: StreamPage) {
        guard let counter = page.added else { return }
        if let added, counter > added { pass(Hole(missed: counter &- added)) }
        added = counter
        isAddedAssumed = false
    }

    /// Entries behind the position are gone. The next record tells of them.
    private mutating func pass(_ hole: Hole) { deleted = hole.followed(by: deleted) }

    mutating func append(
        _ records: some Collection<LogRecord>,
        unknown: Hole? = nil,
        gone: Int? = nil,
        isLast: Bool = true,
        mayHold: Bool,
        at now: Moment
    ) {
        let messages = foreign.assign(Array(records))
        let assigned = Set(messages.compactMap(\.self))
        var given = Set<Int>()
        var unknown = unknown
        var gone = gone
        for (record, message) in zip(records, messages) {
            guard let id = record.id, id > position.id else { continue }
            let number = name.number(of: record)
            let numbered = position.hole(before: number)
            let hole = numbered?.joined(with: unknown) ?? unknown
            unknown = nil
            position.pass(id, .init(number: number, hole: hole))
            count(missing: numbered, passed: deleted.take())
            if let first = gone.take() { (added, isAddedAssumed) = (first &+ 1, false) }
            let match =
                !hasPast || settled.insert(id)
                ? foreign.find(record, message: message, hole: hole, mayHold: mayHold, at: now)
                : self.given[id].map { .late($0) } ?? .alone
            if let message {
                // The entries of those in front may be in the next page.
                let unstored = isLast ? foreign.unstored(before: message, assigned: assigned, given: given) : []
                for (index, record) in unstored {
                    giveHeld()
                    self.append(unstored: record, at: now)
                    given.insert(index)
                }
                given.insert(message)
            }
            switch match {
            case .give(let rich):
                giveHeld()
                self.append(rich, hole: hole)
            case .late(let frame):
                giveHeld()
                self.append(record, hole: hole, given: frame)
            case .alone:
                giveHeld()
                self.append(record, hole: hole)
            case .held:
                break
            }
        }
        foreign.finish(given)
    }

    /// Counts an entry, and those that its number tells to be missing in front of it.
    ///
    /// - Parameter passed: Those that were counted when they were passed.
    private mutating func count(missing hole: Hole?, passed: Hole?) {
        guard let added else { return }
        self.added = added &+ 1
        guard let hole else { return }
        isAddedAssumed = true
        self.added = hole.missed.map { added &+ 1 &+ max(0, $0 &- (passed?.missed ?? 0)) }
    }

    /// Gives the entries that wait for their messages: what comes now is behind them.
    mutating func giveHeld() {
        for held in foreign.releaseHeld(before: foreign.held.count) {
            append(held.record, hole: held.hole)
        }
    }

    /// The stream ends before what was read of it. Either it was deleted and begun anew, and all that it holds is new; or
    /// Redis has lost its latest entries, and only what is added from now on is.
    mutating func beginAnew(at lastID: EntryID, at now: Moment) {
        giveHeld()
        seal()
        let old = position
        position = restart(after: old.id, lastID: lastID)
        position.epoch = old.epoch + 1
        restarts.append((position.epoch, position.id == .zero ? nil : lastID))
        restarts.removeFirst(max(0, restarts.count - 16))
        formerID = old.id
        ring.removeAll(at: position)
        epochIndex = ring.endIndex
        given = given.filter { $0.key <= position.id }
        settled.remove(after: position.id)
        holes.removeAll { $0 > position.id }
        added = nil
        deleted = nil
        if position.id == .zero { endID = nil }
        open.appendGap(encoder, after: old.id, hole: Hole())
        seal()
    }

    /// Up to where the stream is the same as it was in an epoch; zero where all of it is new, or nobody knows.
    func unchanged(since epoch: Int) -> EntryID {
        let later = restarts.filter { $0.epoch > epoch }
        guard later.count == position.epoch - epoch else { return .zero }
        return later.map { $0.id ?? .zero }.min() ?? .zero
    }

    /// In milliseconds.
    private static let longestSilence: UInt64 = 86_400_000

    func wasLost(_ id: EntryID) -> Bool { losses.contains { $0.contains(id.milliseconds) } }

    /// Where somebody goes on who has seen an id that the stream does not reach.
    func restart(after id: EntryID, lastID: EntryID) -> Position {
        // A stream that has lost its latest entries was written to not long before: nobody keeps one for longer than a day
        // without. One that ends far below was begun anew.
        let isSame = lastID.milliseconds.addingReportingOverflow(Self.longestSilence)
        if wasLost(id), isSame.overflow || isSame.partialValue >= id.milliseconds {
            return Position(epoch: position.epoch, id: lastID)
        }
        return Position(epoch: position.epoch, count: .last(0))
    }
}
