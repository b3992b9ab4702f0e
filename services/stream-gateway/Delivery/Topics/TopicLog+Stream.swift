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
        self.foreign.beginLook()
        self.asked = self.early.count
        return self.isLoaded ? self.position.id : nil
    }

    /// Takes the first look into the stream, at its last records.
    ///
    /// - Parameter page: Its records, the oldest first; full when there are older ones.
    package mutating func load(_ page: StreamPage, at now: Moment) {
        guard !self.isLoaded else { return }
        self.isLoaded = true
        self.isReachable = true
        if page.isFull, let first = page.records.first?.id {
            self.position = Position(id: first.predecessor)
            self.ring.removeAll(at: self.position)
        }
        let early = self.early
        self.early = []
        // Messages wait for their entries, which may be in the page. What proves its place comes behind the page.
        let unlinked = early.enumerated().filter { PayloadLink($0.element) == nil }
        for (index, payload) in unlinked where index < self.asked { _ = self.receive(payload, at: now) }
        self.foreign.beginLook()
        for (index, payload) in unlinked where index >= self.asked { _ = self.receive(payload, at: now) }
        // Their entries may be older than the page: whoever asks for these gets them from the stream.
        if page.isFull { _ = self.foreign.giveUp() }
        self.append(page.records, unknown: page.isFull ? nil : page.holeAtBeginning, mayHold: false, at: now)
        self.passDeleted(to: page.lastID)
        // A stream that is not there yet has taken nothing.
        self.added = page.lastID == nil ? 0 : page.added
        if page.records.isEmpty, let gone = page.gone, gone > 0 {
            self.added = page.added.map { $0 - gone }
            self.deleted = Hole(missed: gone)
        }
        for payload in early where PayloadLink(payload) != nil { _ = self.receive(payload, at: now) }
    }

    /// Takes a page of what follows ``position`` as it was when the look began; messages may have come since.
    ///
    /// - Parameter id: What ``beginLook()`` returned.
    /// - Returns: Whether the stream is to be looked into again at once.
    package mutating func endLook(_ page: StreamPage, after id: EntryID, at now: Moment) -> Bool {
        self.isReachable = true
        self.looks += 1
        if let lastID = page.lastID, lastID < id, page.records.isEmpty {
            // The stream ends before it did.
            self.losses.formUnion(page.losses)
            self.beginAnew(at: lastID, at: now)
            return true
        }
        if id != self.position.id, let first = page.records.first?.id, first > self.position.id {
            // Messages came meanwhile, and their entries are gone; what else is gone, a look behind them tells.
            return true
        }
        let unknown = id == self.position.id ? self.holeInFront(of: page) ?? self.deleted : self.deleted
        let known = self.position.id
        self.append(
            page.records.drop { $0.id ?? .zero <= known },
            unknown: unknown,
            isLast: !page.isFull,
            mayHold: true,
            at: now
        )
        if page.isFull { return true }
        self.passDeleted(to: page.lastID)
        self.compare(page, at: now)
        for held in self.foreign.expireHeld(at: now) { self.append(held.record, hole: held.hole) }
        for record in self.foreign.endLook(at: self.position.id, now: now) { self.append(unstored: record, at: now) }
        return false
    }

    /// The stream cannot be read until somebody changes that: what was published goes out as it is.
    package mutating func failLook(at now: Moment) {
        self.isReachable = false
        guard self.isLoaded else {
            self.early = []
            return
        }
        for record in self.foreign.giveUp() { self.append(unstored: record, at: now) }
    }

    /// What is gone between what was read last, which is gone itself, and a page's first record. The stream's counter
    /// knows; without it, only the numbers can tell that nothing is.
    func holeInFront(of page: StreamPage) -> Hole? {
        guard page.anchor == .trimmed || self.position.id == .zero, let first = page.records.first else { return nil }
        let number = self.name.number(of: first)
        if let before = self.added, let gone = page.gone, gone >= before {
            // Nothing is left of what was read. Fewer would mean that it is another stream of that name.
            return gone > before ? Hole(missed: gone - before) : nil
        }
        let isUnclear = number == nil || self.position.count == .unknown
        return page.anchor == .trimmed && isUnclear ? Hole() : nil
    }

    /// Compares the stream's counter with what was read. Entries of others have no numbers: only the counter tells that
    /// some were deleted before anybody read them.
    mutating func compare(_ page: StreamPage, at now: Moment) {
        guard let added = page.added, page.lastID == self.position.id else { return }
        if let known = self.added, added > known {
            self.deleted = Hole(missed: added - known)
        } else {
            self.deleted = nil
            self.added = added
        }
    }

    /// The stream's last entries may have been deleted; what comes next comes behind them all the same.
    mutating func passDeleted(to lastID: EntryID?) {
        if let lastID, lastID > self.position.id, self.foreign.held.isEmpty { self.position.id = lastID }
    }

    mutating func append(
        _ records: some Collection<LogRecord>,
        unknown: Hole? = nil,
        isLast: Bool = true,
        mayHold: Bool,
        at now: Moment
    ) {
        let messages = self.foreign.assign(Array(records))
        let assigned = Set(messages.compactMap(\.self))
        var given = Set<Int>()
        var unknown = unknown
        for (record, message) in zip(records, messages) {
            guard let id = record.id, id > self.position.id else { continue }
            let number = self.name.number(of: record)
            let hole = self.position.hole(before: number)?.joined(with: unknown) ?? unknown
            unknown = nil
            self.deleted = nil
            self.position.pass(id, .init(number: number, hole: hole))
            self.count(missing: hole)
            let match = self.foreign.find(record, message: message, hole: hole, mayHold: mayHold, at: now)
            if let message {
                // The entries of those in front may be in the next page.
                let unstored = isLast ? self.foreign.unstored(before: message, assigned: assigned, given: given) : []
                for (index, record) in unstored {
                    self.giveHeld()
                    self.append(unstored: record, at: now)
                    given.insert(index)
                }
                given.insert(message)
            }
            switch match {
            case .give(let rich):
                self.giveHeld()
                self.append(rich, hole: hole)
            case .late(let frame):
                self.giveHeld()
                self.append(record, hole: hole, given: frame)
            case .alone:
                self.giveHeld()
                self.append(record, hole: hole)
            case .held:
                break
            }
        }
        self.foreign.finish(given)
    }

    mutating func count(missing hole: Hole?) {
        guard let added else { return }
        let (sum, overflow) = added.addingReportingOverflow(1 &+ (hole?.missed ?? 0))
        self.added = overflow || hole.map { $0.missed == nil } ?? false ? nil : sum
    }

    /// Gives the entries that wait for their messages: what comes now is behind them.
    mutating func giveHeld() {
        for held in self.foreign.releaseHeld(before: self.foreign.held.count) {
            self.append(held.record, hole: held.hole)
        }
    }

    /// The stream ends before what was read of it. Either it was deleted and begun anew, and all that it holds is new; or
    /// Redis has lost its latest entries, and only what is added from now on is.
    mutating func beginAnew(at lastID: EntryID, at now: Moment) {
        self.giveHeld()
        self.seal()
        let old = self.position
        self.position = self.restart(after: old.id, lastID: lastID)
        self.position.epoch = old.epoch + 1
        self.restarts.append((self.position.epoch, self.position.id == .zero ? nil : lastID))
        self.restarts.removeFirst(max(0, self.restarts.count - 16))
        self.formerID = old.id
        self.epochStart = self.position
        self.ring.removeAll(at: self.position)
        self.epochIndex = self.ring.endIndex
        self.given = [:]
        self.added = nil
        self.deleted = nil
        if self.position.id == .zero { self.endID = nil }
        self.open.appendGap(self.encoder, after: old.id, hole: Hole())
        self.seal()
    }

    /// Up to where the stream is the same as it was in an epoch; `nil` where all of it is new, or nobody knows.
    func unchanged(since epoch: Int) -> EntryID? {
        let later = self.restarts.filter { $0.epoch > epoch }
        guard later.count == self.position.epoch - epoch, later.allSatisfy({ $0.id != nil }) else { return nil }
        return later.compactMap(\.id).min()
    }

    /// Where somebody goes on who has seen an id that the stream does not reach.
    func restart(after id: EntryID, lastID: EntryID) -> Position {
        let wasLost = self.losses.contains { $0.contains(id.milliseconds) }
        if wasLost { return Position(epoch: self.position.epoch, id: lastID) }
        return Position(epoch: self.position.epoch, count: .last(0))
    }
}
