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
        var complaints = judgeLastGap(moment, isWatched: isWatched)
        guard !isDone, let connectedAt = connection.connectedAt, moment.isQuick else { return complaints }
        for index in ledger.unstored.dropFirst(connection.unstoredBefore) {
            let record = ledger.records[index]
            guard let sent = record.publishSent, let confirmed = record.publishConfirmed, record.passes(level)
            else { continue }
            if confirmed > moment.now - Self.patience { break }
            if sent < connectedAt + Int64(seconds: 1.5) || shownWithoutID.contains(index) { continue }
            if isWatched(connectedAt) {
                complaints.append((.lost, "\(Self.name(record)), published only, was not shown"))
                break
            }
        }
        for place in (self.place + 1)..<max(self.place + 1, ledger.confirmedCount) {
            let index = ledger.log[place]
            let record = ledger.records[index]
            guard let stored = record.storeConfirmed, stored < moment.now - Self.patience,
                connectedAt < moment.now - Self.patience
            else { break }
            if record.isGone || record.isReused || !record.passes(level) || isBehindCursor(record) {
                continue
            }
            if connection.shownWithoutID.contains(index) { continue }
            if connection.isFresh, place <= optionalThrough(moment) { continue }
            // Where this one began is not known.
            if connection.isFresh, !connection.isResumed, connection.start != .beginning { break }
            // While events come in, what is behind them is on its way.
            if moment.now - connection.heardAt < Self.notice { break }
            if isWatched(max(stored, connectedAt)) {
                let since = Tally.time(moment.now - max(stored, connectedAt))
                complaints.append((.late, "\(Self.name(record)) was there for \(since) s and not shown"))
            }
            break
        }
        return complaints
    }
}
