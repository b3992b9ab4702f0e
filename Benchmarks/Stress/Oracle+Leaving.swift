//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension Oracle {
    /// The connection ends, from whatever side.
    ///
    /// - Parameter isWatched: Whether the viewer was connected, read at once, and nothing broke, since that moment.
    mutating func leave(_ moment: Moment, isWatched: (Int64) -> Bool) -> [Complaint] {
        var complaints = self.judgeLastGap(moment, isWatched: isWatched)
        guard !self.isDone, let connectedAt = self.connection.connectedAt, moment.isQuick else { return complaints }
        for index in self.ledger.unstored.dropFirst(self.connection.unstoredBefore) {
            let record = self.ledger.records[index]
            guard let sent = record.publishSent, let confirmed = record.publishConfirmed, record.passes(self.level)
            else { continue }
            if confirmed > moment.now - Self.patience { break }
            if sent < connectedAt + Int64(seconds: 1.5) || self.shownWithoutID.contains(index) { continue }
            if isWatched(connectedAt) {
                complaints.append((.lost, "\(Self.name(record)), published only, was not shown"))
                break
            }
        }
        for place in (self.place + 1)..<max(self.place + 1, self.ledger.confirmedCount) {
            let index = self.ledger.log[place]
            let record = self.ledger.records[index]
            guard let stored = record.storeConfirmed, stored < moment.now - Self.patience,
                connectedAt < moment.now - Self.patience
            else { break }
            if record.isGone || record.isReused || !record.passes(self.level) || self.isBehindCursor(record) {
                continue
            }
            if self.connection.shownWithoutID.contains(index) { continue }
            if self.connection.isFresh, place <= self.optionalThrough(moment) { continue }
            // Where this one began is not known.
            if self.connection.isFresh, !self.connection.isResumed, self.connection.start != .beginning { break }
            if isWatched(max(stored, connectedAt)) {
                let since = Tally.time(moment.now - max(stored, connectedAt))
                complaints.append((.late, "\(Self.name(record)) was there for \(since) s and not shown"))
            }
            break
        }
        return complaints
    }
}
