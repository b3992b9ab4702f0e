//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The runs that somebody watches, in the order in which they are shown.
struct WatchedRuns: Sendable {
    struct Entry: Hashable, Sendable {
        var run: RunChange

        /// The last line of its log, if any was read.
        var lastLine = ""
    }

    private(set) var entries: [Identifier: Entry] = [:]

    /// Runs that have not ended and of which the snapshot, which is being read, has said nothing so far.
    private var unconfirmed: Set<Identifier> = []

    /// The most runs that have ended and are shown.
    private static let mostEnded = 200

    subscript(id: Identifier) -> Entry? { entries[id] }

    /// A run is in another state, or was found in a list.
    mutating func apply(_ change: RunChange) {
        unconfirmed.remove(change.requestID)
        var entry = entries[change.requestID] ?? Entry(run: change)
        // A list may be older than what was told meanwhile.
        if entry.run.status.isFinal, !change.status.isFinal, change.createdAt == entry.run.createdAt { return }
        entry.run = change
        entries[change.requestID] = entry
        forgetOldest()
    }

    mutating func set(lastLine: String, of id: Identifier) { entries[id]?.lastLine = lastLine }

    /// A snapshot of the runs that have not ended begins.
    mutating func snapshotBegan() {
        unconfirmed = Set(entries.values.filter { !$0.run.status.isFinal }.map(\.run.requestID))
    }

    /// The snapshot is whole.
    ///
    /// - Returns: the runs that it lacks, though they had not ended when they were seen last.
    mutating func snapshotEnded() -> Set<Identifier> {
        defer { unconfirmed = [] }
        return unconfirmed
    }

    /// There is no such run any more.
    mutating func remove(_ id: Identifier) { entries[id] = nil }

    private mutating func forgetOldest() {
        let ended = entries.values.filter { $0.run.status.isFinal }
        guard ended.count > Self.mostEnded + 50 else { return }
        for entry in ended.sorted(by: Self.isBefore).dropFirst(Self.mostEnded) { entries[entry.run.requestID] = nil }
    }

    /// Those that go on first, then those that wait, then those that have ended; of each the newest first.
    var inOrder: [Entry] { entries.values.sorted(by: Self.isBefore) }

    private static func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        let (a, b) = (rank(left.run.status), rank(right.run.status))
        if a != b { return a < b }
        let (since, otherSince) = (time(of: left.run), time(of: right.run))
        return since == otherSince ? left.run.requestID.rawValue < right.run.requestID.rawValue : since > otherSince
    }

    private static func rank(_ status: RunStatus) -> Int {
        switch status {
        case .waiting: -1
        case .running, .paused: 0
        case .queued: 1
        default: 2
        }
    }

    private static func time(of run: RunChange) -> Int64 {
        (run.finishedAt ?? run.startedAt ?? run.createdAt)?.milliseconds ?? 0
    }

    func count(_ status: RunStatus) -> Int { entries.values.count { $0.run.status == status } }
}

extension RunChange {
    /// How long the run takes or took; how long it has waited as long as it waits. In milliseconds.
    func elapsed(at now: Timestamp) -> Int64? {
        guard let began = startedAt ?? createdAt else { return nil }
        let end = finishedAt ?? (status.isFinal ? nil : now)
        return end.map { max(0, $0.milliseconds - began.milliseconds) }
    }
}
