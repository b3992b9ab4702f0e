//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// What the gateway knows of the log of a run or a batch: the latest frames, and how they relate to the stream. The channel is the fast
/// path and a doorbell; the stream is the truth.
///
/// A pure state machine: messages and pages go in, frames come to stand in the ring, and what is returned says whether
/// the stream must be read.
struct TopicLog {
    /// How many records are read when a run begins to be watched. The stream of a run has about a thousand unless told
    /// otherwise, so most viewers never need more.
    static let initialRecords = 1200

    private(set) var ring: FrameRing

    /// Whether the stream was read for the first time.
    private(set) var isLoaded = false

    /// How often the stream has begun anew with lower ids.
    private(set) var epoch = 0

    /// Whether the stream could be read the last time that it was tried.
    var isReachable = true

    private let name: TopicName
    private var encoder: FrameEncoder
    private var foreign = ForeignRecords()

    /// The last entry that stands in the ring, and its number.
    private var lastID = EntryID.zero
    private var lastSeq: Int?

    /// The ring's index of the stream's first entry, while that is there.
    private var beginning: Int?

    /// The stream's counter at an id up to which the ring is known to have everything, and what came since.
    private var verified: (added: Int, id: EntryID, since: Int)?

    private var openFrames: [Frame] = []
    private var openEnds: [Int] = []
    private var openBytes = ByteBuffer()
    private var early: [ByteBuffer] = []

    /// - Parameter prefix: The setting `REDIS_STREAM`.
    init(name: TopicName, prefix: String, limits: FrameRing.Limits = .init()) {
        self.name = name
        self.encoder = FrameEncoder(name: name, prefix: prefix)
        self.ring = FrameRing(limits: limits)
    }

    /// When the stream is to be read, at the latest, for a message that waits for its entry.
    var deadline: ContinuousClock.Instant? { self.foreign.deadline }

    /// The last entry that stands in the ring.
    var position: EntryID { self.lastID }

    /// How the stream stands if nothing has come to it that the ring does not have. `nil` when it must be read to know.
    var expectation: StreamReader.Expectation? {
        guard self.isLoaded, self.isReachable else { return nil }
        // Of a stream that is not there yet nothing is expected but that.
        guard let verified = self.verified ?? (self.lastID == .zero ? (0, .zero, 0) : nil) else { return nil }
        return .init(name: self.name, lastID: self.lastID, entriesAdded: verified.added + verified.since)
    }

    // MARK: The channel

    /// Takes a message of the channel.
    ///
    /// - Returns: Whether the stream must be read.
    mutating func receive(_ payload: ByteBuffer, at now: ContinuousClock.Instant) -> Bool {
        guard self.isLoaded else {
            if self.early.count < 1000 { self.early.append(payload) }
            return true
        }
        let mark = self.openBytes.writerIndex
        let frame = self.encoder.append(payload: payload, to: &self.openBytes)
        if let id = frame.id {
            if id > self.lastID, let seq = frame.seq, let last = self.lastSeq, seq == last + 1 {
                if self.foreign.isHolding {
                    self.openBytes.moveWriterIndex(to: mark)
                    self.giveHeld()
                    self.keep(self.encoder.append(payload: payload, to: &self.openBytes))
                    return false
                }
                self.keep(frame)
                return false
            }
            self.openBytes.moveWriterIndex(to: mark)
            // Seen before; or behind something that was not, which the stream knows.
            return id > self.lastID
        }
        self.openBytes.moveWriterIndex(to: mark)
        // A batch has no publishers but ours, who store everything: what has no id is no more than a doorbell.
        if case .batch = self.name { return true }
        let record = self.encoder.record(payload: payload)
        switch self.foreign.receive(record, at: now) {
        case .look: return true
        case .known: return false
        case .give(let records):
            for record in records { self.append(counted: record) }
            return false
        }
    }

    // MARK: The stream

    /// Takes the first look into the stream: its last records, the newest first.
    mutating func load(_ page: StreamReader.Page, at now: ContinuousClock.Instant) {
        guard !self.isLoaded else { return }
        self.isLoaded = true
        if !page.isFull { self.beginning = self.ring.endIndex }
        // Messages without an id wait for their entries, which may be in the page.
        let early = self.early
        self.early = []
        for payload in early where self.encoder.record(payload: payload).id == nil {
            _ = self.receive(payload, at: now)
        }
        for record in page.records.reversed() { self.append(stored: record, notes: false, at: now) }
        if page.records.isEmpty { self.lastSeq = 0 }
        self.lastID = max(self.lastID, page.lastID ?? .zero)
        self.verify(page)
        for payload in early where self.encoder.record(payload: payload).id != nil {
            _ = self.receive(payload, at: now)
        }
    }

    /// The stream is about to be read.
    mutating func beginReading(at now: ContinuousClock.Instant) { self.foreign.beginLooking(at: now) }

    /// The stream was read to its end. What was published and is not in it is given as it is.
    mutating func endReading(at now: ContinuousClock.Instant) {
        for record in self.foreign.releaseHeld(at: now) { self.append(counted: record) }
        for record in self.foreign.endLooking(at: now) { self.append(record) }
    }

    /// What is to be read next.
    enum Following: Equatable {
        /// Nothing; all is there.
        case nothing

        /// The page after ``position``.
        case page

        /// All entries behind an id: some of them were never seen.
        case missing(after: EntryID)
    }

    /// Takes a page of what follows an id, which was ``position`` when the page was asked for; messages may have come
    /// since.
    mutating func follow(
        _ page: StreamReader.Page,
        after position: EntryID,
        at now: ContinuousClock.Instant
    ) -> Following {
        if page.lastID ?? .zero < position, page.records.isEmpty {
            // The stream is gone, or has begun anew below where it was.
            if let last = page.lastID, last > .zero {
                self.beginAnew()
                return .page
            }
            self.verified = nil
            return .nothing
        }
        for record in page.records { self.append(stored: record, at: now) }
        if page.isFull { return .page }
        return self.verify(page)
    }

    /// Takes the entries behind an id, among them those that were never seen: foreign ones that stand between ours.
    /// They come late, and so without an id: a viewer's cursor never goes back.
    mutating func takeMissing(_ page: StreamReader.Page, after id: EntryID, at now: ContinuousClock.Instant) {
        self.giveHeld()
        let known = self.ring.ids(after: id).union(self.openFrames.compactMap(\.id))
        for record in page.records {
            guard let entryID = record.id, entryID <= self.lastID, !known.contains(entryID) else { continue }
            guard var late = self.foreign.find(record, mayHold: false, at: now) else { continue }
            late.id = nil
            self.append(late)
        }
        self.verified = nil
    }

    private mutating func append(stored record: LogRecord, notes: Bool = true, at now: ContinuousClock.Instant) {
        guard let id = record.id, id > self.lastID || self.isEmptyRestart else { return }
        if let seq = self.name.number(of: record) {
            self.giveHeld()
            if let last = self.lastSeq, seq != last + 1 {
                // A number that is lower than the last: the run has begun anew, and how much is missing nobody knows.
                let missed = seq > last ? seq - last - 1 : nil
                self.appendGap(before: id, missed: missed)
            }
            self.lastSeq = seq
            if self.foreign.claim(record, notes: notes, at: now) {
                self.verified?.since += 1
            } else {
                self.append(record)
            }
        } else if let record = self.foreign.find(record, mayHold: notes, at: now) {
            self.giveHeld()
            self.append(record)
        } else {
            self.verified?.since += 1
        }
        self.lastID = id
    }

    private var isEmptyRestart: Bool { self.lastID == .zero }

    /// Gives the entries that wait for their messages: what comes now is behind them.
    private mutating func giveHeld() {
        for record in self.foreign.releaseHeld() { self.append(counted: record) }
    }

    /// Gives an entry that was counted when it was found.
    private mutating func append(counted record: LogRecord) {
        let frame = self.encoder.append(record, to: &self.openBytes)
        self.openFrames.append(frame)
        self.openEnds.append(self.openBytes.readableBytes)
    }

    /// The stream begins again with lower ids than it had: what stands in the ring has no place in it any more.
    private mutating func beginAnew() {
        self.seal(all: true)
        self.epoch += 1
        self.ring.removeAll()
        self.beginning = nil
        self.lastID = .zero
        self.lastSeq = nil
        self.verified = nil
        self.openFrames.append(
            self.encoder.appendGap(after: nil, before: nil, missed: nil, to: &self.openBytes)
        )
        self.openEnds.append(self.openBytes.readableBytes)
    }

    /// Compares the stream's counter with what stands in the ring.
    @discardableResult
    private mutating func verify(_ page: StreamReader.Page) -> Following {
        guard let added = page.entriesAdded, let last = page.lastID else { return .nothing }
        // Messages of entries that are younger than the page have come meanwhile.
        let younger =
            last < self.lastID ? self.ring.ids(after: last).count + self.openFrames.count { $0.id ?? .zero > last } : 0
        defer { self.verified = (added, last, younger) }
        guard let verified = self.verified, added - verified.added > verified.since - younger else { return .nothing }
        return .missing(after: verified.id)
    }

    // MARK: The ring

    /// Makes a tick's frames visible to viewers.
    ///
    /// - Parameter all: Also what waits for its message.
    /// - Returns: Whether there were any.
    @discardableResult
    mutating func seal(all: Bool = false) -> Bool {
        if all, self.foreign.isHolding { self.giveHeld() }
        guard !self.openFrames.isEmpty else { return false }
        self.ring.append(self.openFrames, ends: self.openEnds, bytes: self.openBytes)
        self.openFrames.removeAll(keepingCapacity: true)
        self.openEnds.removeAll(keepingCapacity: true)
        self.openBytes = ByteBuffer()
        if let beginning, beginning < self.ring.startIndex { self.beginning = nil }
        return true
    }

    /// Whether there is something to be made visible.
    var hasOpenFrames: Bool { !self.openFrames.isEmpty }

    /// What a viewer is to be written next.
    mutating func read(from index: Int, level: LogLevel, liveFrom: Int) -> FrameRing.Slice? {
        self.ring.read(from: index, level: level, liveFrom: liveFrom)
    }

    /// An event that stands for records that are gone, for one viewer.
    func gap(after: EntryID? = nil, before: EntryID?, missed: Int? = nil) -> ByteBuffer {
        var bytes = ByteBuffer()
        _ = self.encoder.appendGap(after: after, before: before, missed: missed, to: &bytes)
        return bytes
    }

    /// Whether the ring has every entry of the stream.
    var hasBeginning: Bool { self.beginning != nil }

    private mutating func append(_ record: LogRecord) {
        self.keep(self.encoder.append(record, to: &self.openBytes))
    }

    private mutating func keep(_ frame: Frame) {
        self.openFrames.append(frame)
        self.openEnds.append(self.openBytes.readableBytes)
        guard let id = frame.id else { return }
        self.lastID = id
        if let seq = frame.seq { self.lastSeq = seq }
        self.verified?.since += 1
    }

    private mutating func appendGap(before: EntryID, missed: Int?) {
        let after = self.lastID == .zero ? nil : self.lastID
        let frame = self.encoder.appendGap(after: after, before: before, missed: missed, to: &self.openBytes)
        self.openFrames.append(frame)
        self.openEnds.append(self.openBytes.readableBytes)
    }
}
