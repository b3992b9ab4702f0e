//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import ServerSentEvents

/// What a viewer of a batch has seen over any number of connections, checked against the promise: each record of each
/// run once and in order.
package struct BatchRecords: Sendable {
    /// The violations, in words.
    package private(set) var faults: [String] = []

    /// How runs ended.
    package private(set) var ends: [String: RunStatus] = [:]

    /// The batch's end, once received.
    package private(set) var end: StreamEvent.BatchEnd?

    /// The number of records.
    package private(set) var count = 0

    /// The last id, to resume from.
    package private(set) var lastEventID: String?

    private var numbers: [String: Int] = [:]
    private var lastID = EntryID.zero

    package init() {}

    /// Adds the events of a connection.
    package mutating func take(_ events: [ServerSentEvent]) {
        for raw in events {
            guard let event = StreamEvent(json: raw.data.utf8) else {
                faults.append("no event: \(raw.data)")
                continue
            }
            switch event {
            case .log(let log, let channel):
                self.take(seq: log.seq ?? 0, of: log.requestID.rawValue, channel: channel, raw)
            case .end(let end):
                self.take(seq: nil, of: end.requestID.rawValue, channel: end.channel, raw)
                if self.ends.updateValue(end.outcome.status, forKey: end.requestID.rawValue) != nil {
                    faults.append("\(end.requestID) ends twice")
                }
            case .batchEnd(let end):
                if self.end != nil { faults.append("two ends of the batch") }
                self.take(id: raw)
                self.end = end
            case .gap, .screenshot, .status, .unknown: faults.append("unexpected: \(raw.data)")
            case .connected, .heartbeat, .error: break
            }
        }
    }

    private mutating func take(seq: Int?, of run: String, channel: String, _ raw: ServerSentEvent) {
        self.take(id: raw)
        count += 1
        if self.end != nil { faults.append("\(run) speaks after the end of the batch") }
        if ends[run] != nil { faults.append("\(run) speaks after its end") }
        if !channel.hasSuffix(":\(run)") { faults.append("\(run) speaks on \(channel)") }
        let last = numbers[run] ?? 0
        numbers[run] = seq ?? last + 1
        if let seq, seq != last + 1 { faults.append("\(run) says \(seq) after \(last)") }
    }

    private mutating func take(id raw: ServerSentEvent) {
        guard let id = raw.id.flatMap({ EntryID($0) }) else { return faults.append("no id: \(raw.data)") }
        if id <= lastID { faults.append("\(id) after \(lastID)") }
        lastID = id
        lastEventID = raw.id
    }
}
