//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore

/// What the gateway knows of the log of a run or a batch: the latest frames, and up to where it has read the stream. The
/// stream is the truth; the channel is a fast path and a doorbell.
///
/// The one rule: a record is taken from the channel only if it proves that it follows what was read last. Our publishers
/// say in each message which entry stands before it. Everything else makes the log look into the stream, and what the
/// stream holds is given in the stream's order.
///
/// A pure state machine: messages and pages go in, frames come to stand in the ring, and what is returned says whether
/// the stream must be read.
package struct TopicLog {
    /// How many records are read when a run begins to be watched. The stream of a run has about a thousand unless told
    /// otherwise, so most viewers never need more.
    package static let initialRecords = 1200

    package private(set) var ring: FrameRing

    /// Whether the stream was read for the first time.
    package private(set) var isLoaded = false

    /// Whether the stream could be read the last time that it was tried.
    package var isReachable = true

    /// How often the stream was looked into.
    private(set) var looks = 0

    /// Up to where the stream was read.
    package private(set) var position = Position.start

    /// Redis's losses of its latest entries, as ranges of milliseconds since 1970: an id from such a time that the stream
    /// does not reach was lost, and the older ones are still those that were seen.
    package var losses: Set<ClosedRange<UInt64>> = []

    let name: TopicName
    private var encoder: FrameEncoder
    private var foreign = ForeignMessages()

    /// How many entries the stream had taken when it was read up to ``position``. `nil` when that is not known.
    private var added: Int?

    /// The entries behind ``position`` that were deleted before anybody read them. The next record tells of them.
    private var deleted: Hole?

    /// How far the stream was read before it began anew: messages of that time may still come.
    private var formerID = EntryID.zero

    /// The entry that ended the run or the batch, if nothing but entries of others have come behind it.
    private var endID: EntryID?

    /// Where the stream began anew the last time, and the frame that tells of it.
    private(set) var epochStart = Position.start
    private(set) var epochIndex = -1

    /// The latest epochs, and up to where the stream is the same as in the epoch before; `nil` where all of it is new.
    private var restarts: [(epoch: Int, id: EntryID?)] = []

    /// The entries that were given after their messages, which were given as these frames.
    private(set) var given: [EntryID: GivenFrame] = [:]

    /// Messages that came before the stream was read for the first time, and how many of them before that look began.
    private var early: [ByteBuffer] = []
    private var asked = 0
    private var open = OpenFrames()

    /// - Parameter prefix: The setting `REDIS_STREAM`.
    package init(name: TopicName, prefix: String, limits: FrameRing.Limits = .init()) {
        self.name = name
        self.encoder = FrameEncoder(name: name, prefix: prefix)
        self.ring = FrameRing(limits: limits)
    }

    /// When the stream is to be looked into for something that waits, as uptime in milliseconds.
    package var deadline: Int64? { self.foreign.deadline }

    /// Whether the next record will tell of entries that are gone.
    var hasDeleted: Bool { self.deleted != nil }

    /// How the stream stands if nothing has come to it that was not read.
    package var expectation: StreamExpectation {
        StreamExpectation(id: self.position.id, added: self.added.map { $0 &+ (self.deleted?.missed ?? 0) })
    }

    /// Whether a viewer that has seen everything up to an id has seen the end.
    package func isOver(after id: EntryID) -> Bool {
        guard let endID = self.endID else { return false }
        return endID <= id && id <= self.position.id
    }

    /// The position in front of the end, once there is one: where somebody stands who wants what comes next.
    package var beforeEnd: EntryID? { self.endID?.predecessor }

    // MARK: The channel

    /// Takes a message of the channel.
    ///
    /// - Returns: Whether the stream must be looked into.
    package mutating func receive(_ payload: ByteBuffer, at now: Moment) -> Bool {
        guard self.isLoaded else {
            if self.early.count < 1000 { self.early.append(payload) }
            return true
        }
        if let link = PayloadLink(payload), link.previous == self.position.id, self.take(payload, link) { return false }
        let record = self.encoder.record(payload: payload)
        if let id = record.id, self.name.number(of: record) != nil {
            // Seen before; or behind something that was not read, which the stream knows.
            guard id > self.position.id else { return false }
            if id > self.formerID {
                self.foreign.expect(record, at: id, bytes: payload.readableBytes, now: now)
                self.giveOverflow(at: now)
            }
            return true
        }
        // A batch has no publishers but ours, who store everything: what has no id is no more than a doorbell.
        if case .batch = self.name { return true }
        return self.receive(foreign: record, bytes: payload.readableBytes, at: now)
    }

    /// Takes a message whose entry follows what was read last.
    ///
    /// - Returns: `false`, with nothing taken, when it is not as plain as that.
    private mutating func take(_ payload: ByteBuffer, _ link: PayloadLink) -> Bool {
        guard self.foreign.isEmpty, self.deleted == nil, link.id > self.position.id, link.id > self.formerID
        else { return false }
        let mark = self.open.bytes.writerIndex
        let frame = self.encoder.append(payload: payload, to: &self.open.bytes)
        guard frame.id == link.id, let number = frame.number, self.position.hole(before: number) == nil
        else {
            self.open.bytes.moveWriterIndex(to: mark)
            return false
        }
        self.keep(frame)
        return true
    }

    private mutating func receive(foreign record: LogRecord, bytes: Int, at now: Moment) -> Bool {
        var record = record
        record.id = nil
        switch self.foreign.receive(record, bytes: bytes, at: now) {
        case .look:
            self.giveOverflow(at: now)
            return true
        case .known:
            return false
        case .held(let index):
            for held in self.foreign.releaseHeld(before: index) { self.append(held.record, hole: held.hole) }
            for held in self.foreign.releaseHeld(before: 1) {
                record.id = held.record.id
                self.append(record, hole: held.hole)
            }
            return false
        }
    }

    private mutating func giveOverflow(at now: Moment) {
        for record in self.foreign.overflow() { self.append(unstored: record, at: now) }
    }

    // MARK: The stream

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
    private func holeInFront(of page: StreamPage) -> Hole? {
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
    private mutating func compare(_ page: StreamPage, at now: Moment) {
        guard let added = page.added, page.lastID == self.position.id else { return }
        if let known = self.added, added > known {
            self.deleted = Hole(missed: added - known)
        } else {
            self.deleted = nil
            self.added = added
        }
    }

    /// The stream's last entries may have been deleted; what comes next comes behind them all the same.
    private mutating func passDeleted(to lastID: EntryID?) {
        if let lastID, lastID > self.position.id, self.foreign.held.isEmpty { self.position.id = lastID }
    }

    private mutating func append(
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

    private mutating func count(missing hole: Hole?) {
        guard let added else { return }
        let (sum, overflow) = added.addingReportingOverflow(1 &+ (hole?.missed ?? 0))
        self.added = overflow || hole.map { $0.missed == nil } ?? false ? nil : sum
    }

    /// Gives the entries that wait for their messages: what comes now is behind them.
    private mutating func giveHeld() {
        for held in self.foreign.releaseHeld(before: self.foreign.held.count) {
            self.append(held.record, hole: held.hole)
        }
    }

    /// The stream ends before what was read of it. Either it was deleted and begun anew, and all that it holds is new; or
    /// Redis has lost its latest entries, and only what is added from now on is.
    private mutating func beginAnew(at lastID: EntryID, at now: Moment) {
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

    // MARK: The ring

    /// Makes a tick's frames visible to viewers.
    package mutating func seal() {
        self.ring.append(&self.open)
        // Behind the latest frame there may be entries that were deleted.
        if self.foreign.held.isEmpty { self.ring.advance(to: self.position.id) }
    }

    /// Whether there is something to be made visible.
    package var hasOpenFrames: Bool { !self.open.frames.isEmpty }

    /// What a viewer is to be written next.
    mutating func read(
        from index: Int,
        level: LogLevel,
        seen: SeenFrames,
        skipsGap: Bool = false,
        count: Position.Count? = nil
    ) -> FrameRing.Slice? {
        self.ring.read(from: index, level: level, seen: seen, skipsGap: skipsGap, count: count)
    }

    /// Whether a viewer that was not there for some frames has missed any for good: those that are in no stream, and
    /// whose entries have not come since.
    func hasMissing(in range: Range<Int>, from level: LogLevel) -> Bool {
        let stored = Set(self.given.values.map(\.index))
        return self.ring.ephemerals(in: range, from: level).contains { !stored.contains($0) }
    }

    /// An event that stands for records that are gone, for one viewer.
    func gap(after: EntryID?, before: EntryID?, hole: Hole) -> ByteBuffer {
        var bytes = ByteBuffer()
        self.encoder.appendGap(after: after, before: before, missed: hole.missed, to: &bytes)
        return bytes
    }

    /// Gives an entry.
    ///
    /// - Parameters:
    ///   - hole: What is missing in front of it.
    ///   - given: The frame with which its message was given before, without an id.
    private mutating func append(_ record: LogRecord, hole: Hole?, given: GivenFrame? = nil) {
        let start = self.open.bytes.readableBytes
        if let hole {
            let after = self.open.lastID ?? self.ring.head.id
            self.encoder.appendGap(
                after: after == .zero ? nil : after,
                before: record.id,
                missed: hole.missed,
                to: &self.open.bytes
            )
        }
        let gapLength = self.open.bytes.readableBytes - start
        var frame = self.encoder.append(record, to: &self.open.bytes)
        frame.gapLength = gapLength
        frame.isGapNumbered = hole?.isNumbered ?? false
        frame.given = given
        if let given, let id = frame.id { self.note(given, for: id) }
        self.open.append(frame)
        if frame.kind == .end {
            self.endID = frame.id
        } else if frame.number != nil {
            self.endID = nil
        }
    }

    private mutating func note(_ frame: GivenFrame, for id: EntryID) {
        // Older ones are those that the viewers have long passed.
        if self.given.count >= 1000, let oldest = self.given.keys.min() { self.given[oldest] = nil }
        self.given[id] = frame
    }

    /// Gives a message that is in no stream.
    private mutating func append(unstored record: LogRecord, at now: Moment) {
        var record = record
        record.id = nil
        self.foreign.gaveUnstored(record, index: self.ring.endIndex + self.open.frames.count, at: now)
        var frame = self.encoder.append(record, to: &self.open.bytes)
        // Nobody can come back behind an end that is in no stream, so it does not end anything.
        if frame.kind == .end { frame.kind = .runEnd }
        self.open.append(frame)
    }

    /// Keeps a frame whose bytes are there already and which follows what was read last.
    private mutating func keep(_ frame: Frame) {
        self.open.append(frame)
        guard let id = frame.id else { return }
        self.position.pass(id, frame.count)
        if let added { self.added = added &+ 1 }
        if frame.kind == .end {
            self.endID = id
        } else if frame.number != nil {
            self.endID = nil
        }
    }
}

/// How a stream is expected to stand.
package struct StreamExpectation: Hashable, Sendable {
    /// The last entry.
    package var id: EntryID

    /// How many entries it ever took; `nil` when that is not to be compared.
    package var added: Int?
}

/// The frames of a tick, which viewers do not see yet.
struct OpenFrames {
    var frames: [Frame] = []

    /// Where each frame ends in the bytes.
    var ends: [Int] = []
    var bytes = ByteBuffer()

    /// The last entry among them.
    var lastID: EntryID?

    /// Appends a frame whose bytes have just been written.
    mutating func append(_ frame: Frame) {
        self.frames.append(frame)
        self.ends.append(self.bytes.readableBytes)
        self.lastID = frame.id ?? self.lastID
    }

    /// Appends an event that stands for records that are gone, for those who watch now.
    mutating func appendGap(_ encoder: FrameEncoder, after: EntryID, hole: Hole) {
        encoder.appendGap(after: after == .zero ? nil : after, before: nil, missed: hole.missed, to: &self.bytes)
        self.append(Frame(level: .critical, kind: .gap))
    }
}
