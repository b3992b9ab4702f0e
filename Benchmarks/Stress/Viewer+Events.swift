//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension Viewer {
    var moment: Oracle.Moment {
        let now = Clock.now
        let isCalm = self.disturbances.isCalm(self.gateway, since: self.check.connection.requestedAt)
        return Oracle.Moment(now: now, isCalm: isCalm, isQuick: self.isQuick && !self.isHurrying)
    }

    func take(_ events: [EventStream.Event]) {
        let moment = self.moment
        for event in events {
            if event.data.isEmpty, let id = event.id {
                self.complain(self.check.see(cursor: id, moment))
            } else if event.data.hasPrefix(#"{"type":"log""#) {
                self.take(event, number: Story.number(in: event.data.utf8), moment)
            } else if event.data.hasPrefix(#"{"type":"end""#) || event.data.hasPrefix(#"{"type":"batch_end""#) {
                self.take(event, number: Story.number(inEnd: event.data.utf8), moment)
            } else {
                self.takeControl(event, moment)
            }
        }
    }

    private func take(_ event: EventStream.Event, number: Int?, _ moment: Oracle.Moment) {
        guard let number else {
            return self.complain(.changed, "a record without its number: \(event.data.prefix(300))")
        }
        let before = self.check.deliveries
        let complaints = self.check.see(number, as: event.id, data: event.data, moment)
        if self.check.deliveries > before {
            self.tally.deliveries += 1
            self.history.saw(number, event.id)
            if let id = event.id, let index = self.check.ledger.index(ofNumber: number) {
                self.check.ledger.saw(index, as: id, by: "viewer \(self.index)")
            }
        }
        self.complain(complaints)
    }

    private func takeControl(_ event: EventStream.Event, _ moment: Oracle.Moment) {
        let ledger = self.check.ledger
        let name = #""\#(ledger.isBatch ? "batch_id" : "request_id")":"\#(ledger.name)""#
        if event.id != nil { self.complain(.protocolError, "an id on \(event.data.prefix(200))") }
        if event.data.hasPrefix(#"{"type":"connected",\#(name)"#) {
            if self.isConnected { self.complain(.protocolError, "connected twice") }
            self.isConnected = true
            // While Redis does not answer, the place is known later.
            if moment.isCalm { self.check.connected(at: moment.now) }
        } else if event.data.hasPrefix(#"{"type":"heartbeat""#) {
            self.tally.heartbeats += 1
            if self.check.connection.connectedAt == nil { self.check.connected(at: moment.now) }
        } else if event.data.hasPrefix(#"{"type":"error""#) {
            self.tally.errors += 1
            if moment.isCalm { self.complain(.protocolError, "an error although nothing is broken: \(event.data)") }
            if self.check.connection.connectedAt == nil { self.check.connected(at: moment.now) }
            self.history.add("error event")
        } else if event.data.hasPrefix(#"{"type":"gap""#) {
            guard event.data.hasPrefix(#"{"type":"gap","data":{\#(name)"#) else {
                return self.complain(.changed, "a gap of another: \(event.data.prefix(300))")
            }
            self.tally.gaps += 1
            self.history.add("gap \(event.data.dropFirst(name.utf8.count + 22).prefix(120))")
            self.complain(self.check.see(Oracle.Gap(event.data), moment))
        } else {
            self.complain(.protocolError, "an unknown event: \(event.data.prefix(300))")
        }
    }

    func complain(_ complaints: [Oracle.Complaint]) {
        for complaint in complaints { self.complain(complaint.kind, complaint.text) }
    }

    /// Tells of something wrong. One thing that goes wrong is often many: of those of one kind on one connection, the
    /// first is told with its history, the others are counted.
    func complain(_ kind: Violation.Kind, _ text: String) {
        guard self.complaints.insert(kind).inserted else { return self.tally.count(kind) }
        self.history.add("\(kind.rawValue): \(text)")
        let filter = self.habits.level == .debug ? "" : " (level \(self.habits.level.name))"
        self.tally.add(
            Violation(
                kind: kind,
                text: "viewer \(self.index)\(filter), gateway \(self.gateway), \(self.check.ledger.name): \(text)",
                run: self.check.ledger.name,
                history: self.history.lines(since: self.tally.origin)
            )
        )
    }
}
