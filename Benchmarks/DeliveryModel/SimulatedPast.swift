//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import NIOCore

/// An archive of the run, as far as delivery depends on it: the entries that somebody has copied from the stream before
/// they were gone, and gaps where others were.
package struct SimulatedPast: Sendable {
    private struct Kept: Sendable {
        var record: PastRecord
        var generation: Int
    }

    /// How many records a page has at most.
    private static let pageSize = 5

    private var kept: [Kept] = []
    private var generation = 0
    private var lastID = EntryID.zero
    private var lastNumber: Int?
    private var isOver = false

    /// The ordinals of the entries that are kept, of all that there ever were.
    package private(set) var ordinals: Set<Int> = []
    private var next = 0

    /// How many entries are missing in front of the next one.
    private var missing = 0

    /// Copies what the stream has of the entries that were not looked for yet.
    mutating func follow(_ stream: SimulatedStream, _ history: History, _ name: Subject) {
        let encoder = FrameEncoder(name: name, prefix: "browser_use_logs")
        for (ordinal, text) in history.stored.enumerated().dropFirst(next) {
            guard let entry = stream.entries.first(where: { $0.name == text }) else {
                missing += 1
                continue
            }
            var bytes = ByteBuffer()
            let frame = encoder.append(entry.record, to: &bytes)
            let previous = lastID
            pass(entry.id, frame)
            if missing > 0 {
                var gap = ByteBuffer()
                encoder.appendGap(
                    after: previous == .zero ? nil : previous,
                    before: entry.id,
                    missed: missing,
                    to: &gap
                )
                keep(gap, id: nil, number: nil, level: .info, kind: .gap)
            }
            missing = 0
            keep(bytes, id: frame.id, number: frame.number, level: frame.level, kind: frame.kind)
            ordinals.insert(ordinal)
        }
        next = history.stored.count
    }

    private mutating func pass(_ id: EntryID, _ frame: Frame) {
        let countsAnew = frame.number.map { number in lastNumber.map { number <= $0 } ?? false } ?? false
        if id <= lastID || countsAnew || isOver && frame.number != nil {
            generation += 1
            lastNumber = nil
            isOver = false
        }
        lastID = id
        if let number = frame.number { lastNumber = number }
        if frame.kind == .end { isOver = true }
    }

    private mutating func keep(
        _ bytes: ByteBuffer,
        id: EntryID?,
        number: Int?,
        level: LogLevel,
        kind: Frame.Kind
    ) {
        let line = String(buffer: bytes).split(separator: "\n").last { $0.hasPrefix("data: ") } ?? ""
        let json = String(line.dropFirst(6))
        let record = PastRecord(id: id, number: number, level: level, kind: kind, json: json)
        kept.append(Kept(record: record, generation: generation))
    }

    /// The page that is asked for.
    func page(_ query: PastQuery) -> PastPage {
        var page = PastPage()
        var start = kept.firstIndex { $0.generation == self.generation } ?? 0
        var generation = self.generation
        switch query.start {
        case .beginning, .after(.zero):
            page.isAnchored = true
        case .tail(let count):
            start = max(start, kept.count - count)
            page.isAnchored = true
        case .after(let id):
            if let index = kept.lastIndex(where: { $0.record.frame.id == id }) {
                (start, generation) = (index + 1, kept[index].generation)
                page.isAnchored = true
            } else if let index = kept.lastIndex(where: {
                $0.generation == generation && $0.record.frame.id.map { $0 < id } ?? false
            }) {
                start = index + 1
            } else {
                page.startsAnew = generation > 0
            }
        }
        var behind = kept[start...].drop { $0.record.frame.kind == .gap }
        if page.isAnchored, let next = behind.first, next.generation > generation {
            generation = next.generation
            page.startsAnew = true
        } else {
            behind = kept[start...]
        }
        page.isLatest = generation == self.generation
        let through = page.isLatest ? query.through : nil
        let found = behind.prefix {
            $0.generation == generation && (through == nil || $0.record.frame.id ?? .zero <= through ?? .zero)
        }
        page.records = found.prefix(Self.pageSize).map(\.record)
        page.isFull = found.count >= Self.pageSize || !page.isLatest
        while !page.isFull || !page.isLatest, page.records.last?.frame.kind == .gap { page.records.removeLast() }
        let number = kept[..<start].last { $0.generation == generation && $0.record.frame.number != nil }
        page.count = number?.record.frame.number.map { .last($0) } ?? .unknown
        page.reaches =
            query.through.map { id in kept.contains { $0.generation == generation && $0.record.frame.id == id } }
            ?? false
        page.isBehind = query.through != nil && !page.reaches && !page.isFull && page.isLatest
        page.isOver = !page.isFull && page.isLatest && isOver
        return page
    }
}
