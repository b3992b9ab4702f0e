//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What one Server-Sent Event of the stream of changes of all runs reports (protocol, section 3).
package enum ChangeEvent: Hashable, Sendable {
    /// The first event of each connection.
    case connected(channel: String, timestamp: Timestamp)

    /// A run has changed, or is a part of the snapshot of the runs that have not ended.
    case run(RunChange, timestamp: Timestamp)

    /// The snapshot is complete: so many runs have not ended.
    case snapshot(runs: Int, timestamp: Timestamp)

    /// Changes that can no longer be had: the list of runs is to be read anew.
    case gap(after: String?, timestamp: Timestamp)

    /// Nothing new; the connection is alive.
    case heartbeat(timestamp: Timestamp)

    /// Something is wrong with the delivery. The connection stays, unless the code is `token_expired`.
    case error(message: String, code: String? = nil, timestamp: Timestamp)

    /// An event of a later version. To be passed over.
    case unknown(type: String)

    /// The event as one line of JSON, the fields in the documented order.
    package var json: [UInt8] {
        var writer = JSONWriter()
        switch self {
        case .connected(let channel, let timestamp):
            writer.field("type", "connected")
            writer.field("message", "Connected to the changes of all runs")
            writer.field("channel", channel)
            writer.field("timestamp", timestamp.iso8601)
        case .run(let change, let timestamp):
            writer.field("type", "run")
            writer.field("data") { change.write(to: &$0) }
            writer.field("timestamp", timestamp.iso8601)
        case .snapshot(let runs, let timestamp):
            writer.field("type", "snapshot")
            writer.field("data") { $0.field("runs", runs) }
            writer.field("timestamp", timestamp.iso8601)
        case .gap(let after, let timestamp):
            writer.field("type", "gap")
            writer.field("data") { data in if let after { data.field("after", after) } }
            writer.field("timestamp", timestamp.iso8601)
        case .heartbeat(let timestamp):
            writer.field("type", "heartbeat")
            writer.field("timestamp", timestamp.iso8601)
        case .error(let message, let code, let timestamp):
            writer.field("type", "error")
            if let code { writer.field("code", code) }
            writer.field("message", message)
            writer.field("timestamp", timestamp.iso8601)
        case .unknown(let type):
            writer.field("type", type)
        }
        return writer.finish()
    }

    /// Reads the data of an event.
    ///
    /// - Returns: `nil` for what is no JSON object with a `type`, or lacks what its type needs.
    package init?(json text: some Sequence<UInt8>) {
        guard let value = try? JSONValue(lenientlyParsing: text), let type = value["type"]?.string else { return nil }
        let data = value["data"] ?? .object([:])
        let timestamp = (value["timestamp"]?.string).flatMap(Timestamp.init(iso8601:)) ?? Timestamp(milliseconds: 0)
        switch type {
        case "connected": self = .connected(channel: value["channel"]?.string ?? "", timestamp: timestamp)
        case "run":
            guard let change = RunChange(data: data) else { return nil }
            self = .run(change, timestamp: timestamp)
        case "snapshot": self = .snapshot(runs: data["runs"]?.integer ?? 0, timestamp: timestamp)
        case "gap": self = .gap(after: data["after"]?.string, timestamp: timestamp)
        case "heartbeat": self = .heartbeat(timestamp: timestamp)
        case "error":
            self = .error(
                message: value["message"]?.string ?? "",
                code: value["code"]?.string,
                timestamp: timestamp
            )
        default: self = .unknown(type: type)
        }
    }
}
