//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension Viewer {
    var moment: Oracle.Moment {
        let now = Clock.now
        let isCalm = disturbances.isCalm(gateway, since: check.connection.requestedAt)
        return Oracle.Moment(now: now, isCalm: isCalm, isQuick: isQuick && !isHurrying)
    }

    func take(_ events: [EventStream.Event]) {
        let moment = self.moment
        for event in events {
            if event.data.isEmpty, let id = event.id {
                complain(check.see(cursor: id, moment))
            } else if event.data.hasPrefix(#"{"type":"log""#) {
                self.take(event, number: Story.number(in: event.data.utf8), moment)
            } else if event.data.hasPrefix(#"{"type":"end""#) || event.data.hasPrefix(#"{"type":"batch_end""#) {
                self.take(event, number: Story.number(inEnd: event.data.utf8), moment)
            } else {
                takeControl(event, moment)
            }
        }
    }

    private func take(_ event: EventStream.Event, number: Int?, _ moment: Oracle.Moment) {
        guard let number else {
            return complain(.changed, "a record without its number: \(event.data.prefix(300))")
        }
        let before = check.deliveries
        let complaints = check.see(number, as: event.id, data: event.data, moment)
        if check.deliveries > before {
            tally.deliveries += 1
            history.saw(number, event.id)
            if let id = event.id, let index = check.ledger.index(ofNumber: number) {
                check.ledger.saw(index, as: id, by: "viewer \(self.index)")
            }
        }
        complain(complaints)
    }

    private func takeControl(_ event: EventStream.Event, _ moment: Oracle.Moment) {
        let ledger = check.ledger
        let name = #""\#(ledger.isBatch ? "batch_id" : "request_id")":"\#(ledger.name)""#
        if event.id != nil { complain(.protocolError, "an id on \(event.data.prefix(200))") }
        if event.data.hasPrefix(#"{"type":"connected",\#(name)"#) {
            if isConnected { complain(.protocolError, "connected twice") }
            isConnected = true
            // Who wants what is added from now on is told when it has its place; for others, that is known later while
            // Redis does not answer.
            if moment.isCalm || check.connection.start == .now { check.connected(at: moment.now) }
        } else if event.data.hasPrefix(#"{"type":"heartbeat""#) {
            tally.heartbeats += 1
            if check.connection.connectedAt == nil, check.connection.start != .now { check.connected(at: moment.now) }
        } else if event.data.hasPrefix(#"{"type":"error""#) {
            tally.errors += 1
            if moment.isCalm { complain(.protocolError, "an error although nothing is broken: \(event.data)") }
            if check.connection.connectedAt == nil, check.connection.start != .now { check.connected(at: moment.now) }
            history.add("error event")
        } else if event.data.hasPrefix(#"{"type":"gap""#) {
            guard event.data.hasPrefix(#"{"type":"gap","data":{\#(name)"#) else {
                return complain(.changed, "a gap of another: \(event.data.prefix(300))")
            }
            tally.gaps += 1
            history.add("gap \(event.data.dropFirst(name.utf8.count + 22).prefix(120))")
            complain(check.see(Oracle.Gap(event.data), moment))
        } else {
            complain(.protocolError, "an unknown event: \(event.data.prefix(300))")
        }
    }

    func complain(_ complaints: [Oracle.Complaint]) {
        for complaint in complaints { self.complain(complaint.kind, complaint.text) }
    }

    /// Tells of something wrong. One thing that goes wrong is often many: of those of one kind on one connection, the
    /// first is told with its history, the others are counted.
    func complain(_ kind: Violation.Kind, _ text: String) {
        guard complaints.insert(kind).inserted else { return tally.count(kind) }
        history.add("\(kind.rawValue): \(text)")
        let filter = habits.level == .debug ? "" : " (level \(habits.level.name))"
        tally.add(
            Violation(
                kind: kind,
                text: "viewer \(index)\(filter), gateway \(self.gateway), \(check.ledger.name): \(text)",
                run: check.ledger.name,
                history: history.lines(since: tally.origin)
            )
        )
    }

    /// Tells that it has not come to the end.
    func complainUnfinished() {
        let state = "\(phase), heard something \(Tally.time(Clock.now - heardAt)) s ago"
        if check.isDone {
            complain(.unfinished, "has seen the end, but is neither told so by 204 nor let go: \(state)")
        } else {
            let place = "\(check.place + 1) of \(check.ledger.log.count)"
            complain(.unfinished, "has come to \(place), \(check.placeName): \(state)")
        }
    }
}
