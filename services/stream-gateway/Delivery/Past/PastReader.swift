//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// Reads what Redis does not have any more, for viewers whose place is in front of what it has.
struct PastReader: Sendable {
    private let past: any PastRecords

    /// How long the past may take to get what is written now, or to answer again. A viewer is then told a gap.
    private static let patience = Duration.seconds(3)

    /// How long it is from one question to the next.
    private static let pause = Duration.milliseconds(100)

    init(_ past: any PastRecords) {
        self.past = past
    }

    /// The next page for a viewer that reads the past already, if that fills a page; `nil` otherwise: then Redis is to be
    /// asked too.
    func fullPage(for request: PageRequest) async -> EncodedPage? {
        let found = try? await past.page(of: request.name, PastQuery(for: request))
        return found.flatMap { EncodedPage($0, ifFullFor: request, at: .now()) }
    }

    /// What is to be given in place of a page of Redis that lacks something.
    func complete(_ page: EncodedPage) async -> EncodedPage {
        guard let lack = page.lack else { return page }
        let query = PastQuery(for: lack)
        let deadline = ContinuousClock.now + Self.patience
        while true {
            // While it does not answer, it may have what is missing.
            let found = try? await past.page(of: page.request.name, query)
            let isBehind = found?.isToGrow ?? true
            if isBehind, .now < deadline, (try? await Task.sleep(for: Self.pause)) != nil { continue }
            return found.map { page.completed(by: $0, lack, at: .now()) } ?? page
        }
    }
}

extension PastQuery {
    /// What a viewer asks the past for that reads it already.
    package init(for request: PageRequest) {
        start = .after(request.lost ?? request.position.id)
        through = request.read > request.position.id ? request.read : nil
    }

    /// What a page of Redis lacks.
    package init(for lack: EncodedPage.Lack) {
        start = lack.start
        through = lack.through
    }
}

extension PastPage {
    /// Whether it is to be asked again, as it may yet get what was asked for.
    package var isToGrow: Bool { isBehind && (records.isEmpty || !isAnchored) && !reaches }

    /// Whether its records are behind the place that was asked for. Where it does not have the entry there, only times tell.
    func isBehind(_ start: PastQuery.Start) -> Bool {
        if case .after(let id) = start { isAnchored || id.isTime } else { true }
    }
}

extension EncodedPage {
    /// What a page of Redis lacks.
    package struct Lack: Hashable, Sendable {
        var start: PastQuery.Start
        var through: EntryID?
    }

    /// What is missing in a page of the stream, if anything.
    ///
    /// - Parameter first: The first of its records.
    static func lack(of page: StreamPage, first: Frame?, _ request: PageRequest) -> Lack? {
        if let count = request.tail {
            // Fewer records than were asked for are enough, but for a stream that is gone.
            return page.lastID == nil ? Lack(start: .tail(count)) : nil
        }
        if request.skipsGap { return nil }
        if request.position.id == .zero {
            let begins = first?.number.map { $0 == 1 } ?? (page.gone ?? 0 == 0)
            if first != nil || page.lastID != nil, begins { return nil }
            return Lack(start: .beginning, through: first?.id ?? page.lastID)
        }
        let start = request.lost ?? request.position.id
        let number = first?.number
        let hasHole = request.position.hole(before: number) != nil
        let endsBefore = first == nil && page.lastID.map { $0 < request.position.id } ?? true
        if let id = first?.id, request.holes.contains(id) { return Lack(start: .after(start), through: id) }
        guard page.anchor != .present || hasHole || endsBefore else { return nil }
        // Numbers that follow one another prove that nothing is missing.
        if let number, !request.isUnchecked, page.anchor != .unknown, request.position.count == .last(number - 1) {
            return nil
        }
        // What has come since Redis answered, Redis has too.
        let last = page.lastID.flatMap { $0 > request.position.id ? $0 : nil }
        return Lack(start: .after(start), through: first?.id ?? last)
    }

    /// A page of the past for a viewer that reads it already; `nil` if Redis is to be asked too.
    package init?(_ past: PastPage, ifFullFor request: PageRequest, at now: Moment) {
        guard past.isFull, past.isAnchored else { return nil }
        self.init(past, for: request, isBehind: request.read > request.position.id, at: now)
        if isEmpty { return nil }
        isUnbounded = past.isLatest && (!past.startsAnew || !past.isAnchored) && request.read <= request.position.id
    }

    /// A page of the past.
    ///
    /// - Parameters:
    ///   - isBehind: Whether the log has not read all of the stream. What it has not read comes from the ring then, as the
    ///     log knows which messages belong to it.
    ///   - count: What the stream tells of the numbers in front of the first record.
    private init(
        _ past: PastPage,
        for request: PageRequest,
        isBehind: Bool,
        count: Position.Count = .unknown,
        at now: Moment
    ) {
        self.init(empty: request)
        isPast = true
        isFullPast = past.isFull
        isEarlier = !past.isLatest
        replay = Replay(moment: now)
        if position.count == .unknown { position.count = count }
        if position.count == .unknown, past.isAnchored { position.count = past.count }
        let last = isBehind && past.isLatest ? request.read : EntryID.greatest
        let count = past.records.firstIndex { $0.frame.id.map { $0 > last } ?? false } ?? past.records.count
        if past.startsAnew, count > 0 {
            if !request.skipsGap { tell(nil, before: nil) }
            position.count = .last(0)
        }
        encode(past.records[..<count], of: past)
    }

    private init(empty request: PageRequest) {
        self.request = request
        position = request.position
        losses = []
        anchor = .present
    }

    /// This page, or the one of the past that belongs in its place.
    package func completed(by past: PastPage, _ lack: Lack, at now: Moment) -> EncodedPage {
        var page = self
        // The beginning of a log that has begun anew since then is not what Redis has the end of. What comes after an id that
        // the past does not have may be another log's, as long as it has not come as far as Redis.
        let isUsable =
            lack.start == .beginning
            ? lack.through == nil || past.reaches
            : past.isAnchored || !past.isBehind
        guard isUsable, !past.records.isEmpty, past.isBehind(lack.start) else {
            page.isPastOver = past.isAnchored && past.isOver && lastID == nil
            page.endsWithPast = past.isAnchored && lastID == nil
            return page
        }
        let isBehind = lastID.map { $0 > request.read } ?? false
        page = EncodedPage(past, for: request, isBehind: isBehind, count: startCount, at: now)
        page.lastID = lastID
        page.isUnbounded = past.isLatest && (!past.startsAnew || !past.isAnchored) && lack.through == nil
        if !page.isEmpty { return page }
        page = self
        page.isAheadOfLog = true
        return page
    }

    private mutating func encode(_ records: some Collection<PastRecord>, of past: PastPage) {
        var passed: EntryID?
        var gap: StreamEvent.Gap?
        var mayLack = !past.isAnchored
        var last = if case .last(let number) = past.count { number } else { 0 }
        var skipsGap = request.skipsGap || past.startsAnew
        var unstored = request.unstored
        for record in records {
            guard let id = record.frame.id else {
                if case .gap(let found) = StreamEvent(json: record.json.utf8, of: request.name) { gap = found }
                continue
            }
            var hole: Hole?
            if !skipsGap, gap != nil || mayLack || position.hole(before: record.frame.number) != nil {
                hole = tell(gap, before: id, record.frame.number, last: last)
            }
            (gap, mayLack, skipsGap) = (nil, false, false)
            last = record.frame.number ?? last
            position.pass(id, .init(number: record.frame.number, hole: hole))
            if record.frame.passes(request.level), !isShown(record, id, &unstored) {
                passed = nil
                bytes.append(json: record.json, id: id)
                DeliveryCounts.records.add()
            } else {
                passed = id
            }
            if record.frame.kind == .end {
                hasEnd = true
                break
            }
        }
        if let passed { bytes.append(cursor: passed) }
    }

    /// Whether the viewer was given a record as a message without an id.
    private mutating func isShown(_ record: PastRecord, _ id: EntryID, _ unstored: inout Notes<GivenFrame>) -> Bool {
        var frame = request.given[id]
        if let moment = replay?.moment, ForeignMessages.isNew(id, at: moment) ?? true,
            case .log(let log, _) = StreamEvent(json: record.json.utf8, of: request.name)
        {
            if frame == nil, !request.settled.contains(id) { frame = unstored.take(log.message, at: moment) }
            let isLeftOut = frame?.wasShown(to: request.seen, from: request.level) ?? false
            replay?.records.append(Replay.Record(id: id, message: log.message, isLeftOut: isLeftOut))
        }
        return frame?.wasShown(to: request.seen, from: request.level) ?? false
    }

    /// Tells what is missing in front of an entry, unless the numbers prove that nothing is: the viewer may have seen what
    /// the archiver has not.
    ///
    /// - Parameters:
    ///   - archived: The gap that was archived in front of it.
    ///   - last: The last number that was archived in front of that.
    /// - Returns: What was told.
    private mutating func tell(_ archived: StreamEvent.Gap?, before id: EntryID, _ number: Int?, last: Int) -> Hole? {
        let after = position.id == .zero ? nil : position.id.description
        let isKnown = archived.map { $0.after == after } ?? false
        let follows = number != nil && position.count != .unknown && position.hole(before: number) == nil
        if follows, isNumbered(archived, number ?? 0, last: last) ?? !request.holes.contains(id) { return nil }
        let missed = isKnown ? archived?.missed : position.hole(before: number)?.missed
        tell(missed, before: id)
        return Hole(missed: missed)
    }

    /// Whether nothing but numbered records can be missing; `nil` where no gap was archived.
    private func isNumbered(_ archived: StreamEvent.Gap?, _ number: Int, last: Int) -> Bool? {
        archived.map { gap in gap.missed.map { $0 == number &- last &- 1 } ?? (last > 0) }
    }

    private mutating func tell(_ missed: Int?, before id: EntryID?) {
        DeliveryCounts.gaps.add()
        let after = position.id == .zero ? nil : position.id.description
        let before = id?.description
        bytes.append(event: .gap(.init(request.name, after: after, before: before, missed: missed, timestamp: .now())))
    }
}

extension ByteBuffer {
    /// Appends an event whose JSON is there already.
    fileprivate mutating func append(json: String, id: EntryID?) {
        if let id { writeString("id: \(id)\n") }
        writeStaticString("data: ")
        writeString(json)
        writeStaticString("\n\n")
    }
}
