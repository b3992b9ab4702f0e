//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension Oracle {
    /// A gateway that was stopped, or has not noticed yet that the stream was begun anew, tells who comes from the new
    /// stream of a gap, and shows the former one again.
    mutating func rewind(to epoch: Int, _ moment: Moment) {
        guard epoch < cursorEpoch, cursor != nil, !connection.gaps.isEmpty, connection.isFresh,
            !moment.isCalm || ledger.epochBegun > connection.requestedAt - Self.notice
        else { return }
        place = -1
        cursor = nil
        cursorEpoch = epoch
        shownWithID = []
        connection.optionalThrough = .max
        settle()
    }

    mutating func see(entry record: Record, _ index: Int, as id: EntryID, _ moment: Moment) -> [Complaint] {
        guard let place = record.place else {
            return [(.changed, "\(Self.name(record)) has the id \(id), but was not stored")]
        }
        rewind(to: record.epoch, moment)
        let isShown = connection.shownWithoutID.contains(index) && !record.isApart
        if shownWithID.contains(index) || isShown {
            return [(.repeated, "\(Self.name(record)) (\(id)) came again")]
        }
        guard place > self.place else {
            shownWithID.insert(index)
            return [(.outOfOrder, "\(Self.name(record)) (\(id)) came after \(placeName)")]
        }
        var complaints: [Complaint] = []
        if let cursor = self.cursor, record.epoch == cursorEpoch, id <= cursor {
            complaints.append((.changed, "\(Self.name(record)) has the id \(id), which is not above \(cursor)"))
        }
        if let text = isBeforeStart(record, place) { complaints.append((.protocolError, text)) }
        let (gone, lost) = pass(to: place, moment)
        if !lost.isEmpty { complaints.append((.lost, tell(lost, before: record))) }
        complaints += judgeGap(before: record, place, gone: gone, moment)
        shownWithID.insert(index)
        deliveries += 1
        move(to: place, id, epoch: record.epoch)
        return complaints
    }

    /// What is wrong with an entry that the viewer did not ask for.
    func isBeforeStart(_ record: Record, _ place: Int) -> String? {
        guard connection.isFresh, !connection.isResumed, !record.isGone else { return nil }
        switch connection.start {
        case .tail(let count) where place < ledger.begin(ofTail: count, at: connection):
            return "\(Self.name(record)) is not one of the last \(count)"
        case .now where place < connection.confirmedBefore && record.kind == .log:
            // Its message may have come later, or be waited for.
            if record.publishConfirmed ?? 0 > connection.requestedAt { return nil }
            if record.counter == nil, record.storeConfirmed ?? .max > connection.requestedAt - Self.notice {
                return nil
            }
            return "\(Self.name(record)) was there before who wants what is added from now on"
        default:
            return nil
        }
    }

    mutating func see(message record: Record, _ index: Int, _ moment: Moment) -> [Complaint] {
        let isPossible =
            record.form.isPublishedFirst || record.isGone || isOfUnknownAge(record) || ledger.isOutrun(record)
        guard let publishPlace = record.publishPlace, isPossible else {
            shownWithoutID.insert(index)
            connection.shownWithoutID.insert(index)
            return [(.withoutID, "\(Self.name(record)) has no id, but its entry was there before any message")]
        }
        let isNewHere = connection.shownWithoutID.insert(index).inserted
        if !shownWithoutID.insert(index).inserted {
            // A gateway may show a message when the viewer has seen it at another one: a moment later, or when it was
            // stopped meanwhile.
            if isNewHere,
                !moment.isCalm || record.publishConfirmed ?? moment.now > connection.requestedAt - Self.waiting
            {
                return []
            }
            return [(.repeated, "\(Self.name(record)) came again, without an id")]
        }
        if shownWithID.contains(index) {
            if record.isApart || isOfUnknownAge(record) || ledger.isOutrun(record) { return [] }
            // A gateway that began after the entry had gone knows the message alone.
            if record.isGone, record.isStored, !moment.isCalm { return [] }
            return [(.repeated, "\(Self.name(record)) came again, without an id")]
        }
        deliveries += 1
        let isBehind = publishPlace < connection.lastPublishPlace
        connection.lastPublishPlace = max(publishPlace, connection.lastPublishPlace)
        if isBehind { return [(.outOfOrder, "\(Self.name(record)) came after messages that were published later")] }
        if moment.isCalm, moment.isQuick, let sent = record.publishConfirmed,
            sent + Self.waiting < connection.latestBegun
        {
            return [(.outOfOrder, "\(Self.name(record)) came after records that were begun later")]
        }
        return []
    }

    /// Whether an entry was there before the viewer came, under an id that is no time: a gateway that finds it when it
    /// begins to watch cannot know whether its message is still to come.
    func isOfUnknownAge(_ record: Record) -> Bool {
        guard let id = record.id, let stored = record.storeSent else { return false }
        return id.milliseconds < 1_000_000_000_000 && stored <= connection.requestedAt + Self.notice
    }

    // MARK: Passing entries over
}
