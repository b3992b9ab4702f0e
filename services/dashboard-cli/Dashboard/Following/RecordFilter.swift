//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServerSentEvents

/// An event as the follower hands it on.
struct ReceivedEvent: Sendable {
    /// What it says; `nil` when it is not understood.
    var event: StreamEvent?
    /// The JSON as received.
    var data: String
    /// The event's own id, which only durable records have.
    var id: String?
}

/// Lets each record through once. The gateway promises that already; this is the belt to its braces.
struct RecordFilter {
    /// The id to resume from.
    private(set) var lastEventID: String

    private var seen: Set<String> = []
    private var order: [String] = []
    private var oldest = 0
    /// The last id of this connection. An event without an id of its own shows the one before it once more.
    private var currentID: String?
    private var currentSeq: Int?

    /// More than a gateway could repeat by mistake, little enough to keep.
    private static let capacity = 4096

    private let subject: Subject

    init(_ subject: Subject, lastEventID: String) {
        self.subject = subject
        self.lastEventID = lastEventID
    }

    /// A new connection begins. Its parser starts without an id too.
    mutating func connectionBegan() {
        currentID = nil
        currentSeq = nil
    }

    /// - Returns: the event, or `nil` when it was handed on before.
    mutating func pass(_ raw: ServerSentEvent) -> ReceivedEvent? {
        let event = StreamEvent(json: raw.data.utf8, of: subject)
        let seq = Self.seq(of: event)
        defer { if let seq { currentSeq = seq } }
        guard let id = raw.id, id != currentID else {
            // The same id once more: no id of its own, unless it is the same record once more.
            let isRepeated = raw.id != nil && seq != nil && seq == currentSeq
            return isRepeated ? nil : ReceivedEvent(event: event, data: raw.data, id: nil)
        }
        currentID = id
        lastEventID = id
        // The id of a `connected` is a place to resume from, and no record's.
        if case .connected = event { return ReceivedEvent(event: event, data: raw.data, id: id) }
        guard remember(id) else { return nil }
        return ReceivedEvent(event: event, data: raw.data, id: id)
    }

    private static func seq(of event: StreamEvent?) -> Int? {
        switch event {
        case .log(let record, _), .screenshot(let record, _): record.seq
        default: nil
        }
    }

    private mutating func remember(_ id: String) -> Bool {
        guard seen.insert(id).inserted else { return false }
        if order.count < Self.capacity {
            order.append(id)
        } else {
            seen.remove(order[oldest])
            order[oldest] = id
            oldest = (oldest + 1) % Self.capacity
        }
        return true
    }
}
