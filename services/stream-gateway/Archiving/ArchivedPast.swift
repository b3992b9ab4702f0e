//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Archive
package import Delivery

/// What viewers are given from the archive.
package struct ArchivedPast: PastRecords {
    private let archive: OpenArchive

    /// The bytes of a page, which a viewer that does not read holds.
    private static let pageBytes = 160 << 10

    package init(_ archive: OpenArchive) {
        self.archive = archive
    }

    package func page(of name: Subject, _ query: PastQuery) async throws -> PastPage {
        let start: ReplayQuery.Start =
            switch query.start {
            case .beginning: .beginning
            case .tail(let count): .tail(count)
            case .after(let id): .after(id)
            }
        let through = query.through ?? .greatest
        let store = try await archive.open()
        let replay = try await store.replay(name, ReplayQuery(start, through: through, bytes: Self.pageBytes))
        var page = PastPage()
        page.records = replay.records.map(PastRecord.init)
        page.isFull = replay.isFull
        page.count = replay.number.map { .last($0) } ?? .unknown
        page.isAnchored = replay.isAnchored
        page.reaches = query.through != nil && replay.reaches
        // Without a stream in Redis there is nothing that the archive could get from it.
        // Of a log that has begun anew since then, it has everything.
        page.isBehind = query.through != nil && !replay.reaches && !replay.isFull && replay.isLatest
        page.startsAnew = replay.startsAnew
        page.isLatest = replay.isLatest
        page.isOver = !replay.isFull && replay.isLatest && replay.cursor?.isOver ?? false
        return page
    }
}

extension PastRecord {
    fileprivate init(_ record: ArchivedRecord) {
        let kind: Frame.Kind =
            switch record.kind {
            case .record, .superseded: .record
            case .end: .end
            case .runEnd: .runEnd
            case .gap: .gap
            }
        self.init(id: record.id, number: record.number, level: record.level, kind: kind, json: record.event)
    }
}
