//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs
public import ServerSentEvents

/// What a viewer of a batch has seen, over any number of connections, held against the promise: each record of each run
/// once and in order.
public struct BatchRecords: Sendable {
    /// What was wrong, in words.
    public private(set) var faults: [String] = []

    /// How the runs ended that have.
    public private(set) var ends: [String: RunStatus] = [:]

    /// The batch's end, once it came.
    public private(set) var end: StreamEvent.BatchEnd?

    /// How many records there were.
    public private(set) var count = 0

    /// The last id, to resume from.
    public private(set) var lastEventID: String?

    private var numbers: [String: Int] = [:]
    private var lastID = EntryID.zero

    /// Nothing seen so far.
    public init() {}

    /// Takes what a connection has brought.
    public mutating func take(_ events: [ServerSentEvent]) {
        for raw in events {
            guard let event = StreamEvent(json: raw.data.utf8) else {
                self.faults.append("no event: \(raw.data)")
                continue
            }
            switch event {
            case .log(let log):
                self.take(seq: log.seq ?? 0, of: log.requestID, channel: log.channel, raw)
            case .end(let end):
                self.take(seq: nil, of: end.requestID, channel: end.channel, raw)
                if self.ends.updateValue(end.outcome.status, forKey: end.requestID) != nil {
                    self.faults.append("\(end.requestID) ends twice")
                }
            case .batchEnd(let end):
                if self.end != nil { self.faults.append("two ends of the batch") }
                self.take(id: raw)
                self.end = end
            case .gap, .screenshot, .unknown: self.faults.append("unexpected: \(raw.data)")
            case .connected, .heartbeat, .error: break
            }
        }
    }

    private mutating func take(seq: Int?, of run: String, channel: String, _ raw: ServerSentEvent) {
        self.take(id: raw)
        self.count += 1
        if self.end != nil { self.faults.append("\(run) speaks after the end of the batch") }
        if self.ends[run] != nil { self.faults.append("\(run) speaks after its end") }
        if !channel.hasSuffix(":\(run)") { self.faults.append("\(run) speaks on \(channel)") }
        let last = self.numbers[run] ?? 0
        self.numbers[run] = seq ?? last + 1
        if let seq, seq != last + 1 { self.faults.append("\(run) says \(seq) after \(last)") }
    }

    private mutating func take(id raw: ServerSentEvent) {
        guard let id = raw.id.flatMap({ EntryID($0) }) else { return self.faults.append("no id: \(raw.data)") }
        if id <= self.lastID { self.faults.append("\(id) after \(self.lastID)") }
        self.lastID = id
        self.lastEventID = raw.id
    }
}
