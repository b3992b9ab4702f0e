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
        let through = request.read > request.position.id ? request.read : nil
        let query = PastQuery(start: .after(request.position.id), through: through)
        guard let found = try? await past.page(of: request.name, query), found.isFull, found.isAnchored else {
            return nil
        }
        let page = EncodedPage(found, for: request, hasStream: through != nil)
        return page.isEmpty ? nil : page
    }

    /// What is to be given in place of a page of Redis that lacks something.
    func complete(_ page: EncodedPage) async -> EncodedPage {
        guard let lack = page.lack else { return page }
        let query = PastQuery(start: lack.start, through: lack.through)
        let deadline = ContinuousClock.now + Self.patience
        while true {
            // While it does not answer, it may have what is missing.
            let found = try? await past.page(of: page.request.name, query)
            let isBehind = found.map { $0.isBehind && $0.records.isEmpty && !$0.reaches } ?? true
            if isBehind, .now < deadline, (try? await Task.sleep(for: Self.pause)) != nil { continue }
            return found.map { page.completed(by: $0, lack) } ?? page
        }
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
            return Lack(start: .beginning, through: first?.id)
        }
        let number = first?.number
        let hasHole = request.position.hole(before: number) != nil
        let endsBefore = first == nil && page.lastID.map { $0 < request.position.id } ?? true
        guard page.anchor != .present || hasHole || endsBefore else { return nil }
        // Numbers that follow one another prove that nothing is missing.
        if let number, !request.isUnchecked, request.position.count == .last(number - 1) { return nil }
        return Lack(start: .after(request.position.id), through: first?.id)
    }

    /// A page of the past.
    ///
    /// - Parameters:
    ///   - hasStream: Whether the log has a stream. Then what the log has not read yet comes from the ring: only the log
    ///     knows which messages belong to it.
    ///   - count: What the stream tells of the numbers in front of the first record.
    init(_ past: PastPage, for request: PageRequest, hasStream: Bool, count: Position.Count = .unknown) {
        self.init(empty: request)
        isPast = true
        isFullPast = past.isFull
        if position.count == .unknown { position.count = count == .unknown ? past.count : count }
        let last = hasStream ? request.read : EntryID.greatest
        let count = past.records.firstIndex { $0.frame.id.map { $0 > last } ?? false } ?? past.records.count
        encode(past.records[..<count], isAnchored: past.isAnchored)
    }

    private init(empty request: PageRequest) {
        self.request = request
        position = request.position
        losses = []
        isThere = true
    }

    /// This page, or the one of the past that belongs in its place.
    func completed(by past: PastPage, _ lack: Lack) -> EncodedPage {
        var page = self
        // The beginning of a log that has begun anew since then is not what Redis has the end of.
        let isUsable = lack.start != .beginning || lack.through == nil || past.reaches
        guard isUsable, !past.records.isEmpty else {
            page.isPastOver = past.isAnchored && past.isOver && lastID == nil
            page.endsWithPast = past.isAnchored && lastID == nil
            return page
        }
        page = EncodedPage(past, for: request, hasStream: lastID != nil, count: startCount)
        page.lastID = lastID
        if !page.isEmpty { return page }
        page = self
        page.isAheadOfLog = true
        return page
    }

    private mutating func encode(_ records: some Collection<PastRecord>, isAnchored: Bool) {
        var passed: EntryID?
        var gap: String?
        var mayLack = !isAnchored
        for record in records {
            guard let id = record.frame.id else {
                gap = record.json
                continue
            }
            if gap != nil || mayLack || position.hole(before: record.frame.number) != nil {
                tell(gap, before: id, record.frame.number)
            }
            (gap, mayLack) = (nil, false)
            position.pass(id, record.frame.count)
            if record.frame.passes(request.level),
                !(request.given[id]?.wasShown(to: request.seen, from: request.level) ?? false)
            {
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

    /// Tells what is missing in front of an entry, unless the numbers prove that nothing is: the viewer may have seen what
    /// the archiver has not.
    ///
    /// - Parameter archived: The gap that was archived in front of it.
    private mutating func tell(_ archived: String?, before id: EntryID, _ number: Int?) {
        if let number, position.count != .unknown, position.hole(before: number) == nil { return }
        DeliveryCounts.gaps.add()
        let after = position.id == .zero ? nil : position.id.description
        if let archived, case .gap(let gap) = StreamEvent(json: archived.utf8, of: request.name), gap.after == after {
            bytes.append(json: archived, id: nil)
            return
        }
        let missed = position.hole(before: number)?.missed
        let gap = StreamEvent.Gap(
            request.name,
            after: after,
            before: id.description,
            missed: missed,
            timestamp: .now()
        )
        bytes.append(event: .gap(gap))
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
