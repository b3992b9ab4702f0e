//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension StreamEvent {
    /// The event as one line of JSON, the fields in the documented order.
    package var json: [UInt8] {
        var writer = JSONWriter()
        switch self {
        case .connected(let event):
            writer.field("type", "connected")
            if let batchID = event.batchID {
                writer.field("batch_id", batchID)
            } else {
                writer.field("request_id", event.requestID)
            }
            writer.field("message", event.message)
            writer.field("channel", event.channel)
            writer.field("timestamp", event.timestamp.iso8601)
        case .log(let event):
            writer.field("type", "log")
            writer.field("data") { event.write(to: &$0) }
            writer.field("timestamp", event.timestamp.iso8601)
            writer.field("channel", event.channel)
        case .screenshot(let event):
            writer.field("type", "screenshot")
            writer.field("data") { data in
                data.field("request_id", event.requestID)
                if let step = event.step { data.field("step", step) }
                if let url = event.url { data.field("url", url) }
                if let seq = event.seq { data.field("seq", seq) }
            }
            writer.field("timestamp", event.timestamp.iso8601)
            writer.field("channel", event.channel)
        case .heartbeat(let timestamp):
            writer.field("type", "heartbeat")
            writer.field("timestamp", timestamp.iso8601)
        case .gap(let event):
            writer.field("type", "gap")
            writer.field("data") { data in
                if let batchID = event.batchID {
                    data.field("batch_id", batchID)
                } else {
                    data.field("request_id", event.requestID)
                }
                if let after = event.after { data.field("after", after) }
                if let before = event.before { data.field("before", before) }
                if let missed = event.missed { data.field("missed", missed) }
            }
            writer.field("timestamp", event.timestamp.iso8601)
        case .error(let message, let timestamp):
            writer.field("type", "error")
            writer.field("message", message)
            writer.field("timestamp", timestamp.iso8601)
        case .end(let event):
            writer.field("type", "end")
            writer.field("data") { data in
                data.field("request_id", event.requestID)
                data.field("status", event.outcome.status.rawValue)
                if let result = event.outcome.result { data.field("result", result) }
                if let error = event.outcome.error { data.field("error", error) }
                data.field("steps", event.outcome.steps)
                if let usage = event.outcome.usage { data.field("usage", usage.data) }
            }
            writer.field("timestamp", event.timestamp.iso8601)
            writer.field("channel", event.channel)
        case .batchEnd(let event):
            writer.field("type", "batch_end")
            writer.field("data") { data in
                data.field("batch_id", event.batchID)
                event.outcome.write(to: &data)
            }
            writer.field("timestamp", event.timestamp.iso8601)
            writer.field("channel", event.channel)
        case .unknown(let type):
            writer.field("type", type)
        }
        return writer.finish()
    }

    /// Reads the data of an event.
    ///
    /// - Returns: `nil` for what is no JSON object with a `type`, or lacks what its type needs.
    package init?(json text: some Sequence<UInt8>) {
        guard let value = try? JSONValue(parsing: text), let type = value["type"]?.string else { return nil }
        let data = value["data"] ?? .object([:])
        let timestamp = (value["timestamp"]?.string).flatMap(Timestamp.init(iso8601:)) ?? Timestamp(milliseconds: 0)
        let requestID = data["request_id"]?.string ?? value["request_id"]?.string ?? ""
        let channel = value["channel"]?.string ?? ""
        switch type {
        case "connected":
            var event = Connected(requestID: requestID, channel: channel, timestamp: timestamp)
            event.batchID = value["batch_id"]?.string
            if let message = value["message"]?.string { event.message = message }
            self = .connected(event)
        case "log":
            guard let event = Log(data: data, requestID: requestID, timestamp: timestamp, channel: channel) else {
                return nil
            }
            self = .log(event)
        case "screenshot":
            self = .screenshot(
                Screenshot(
                    requestID: requestID,
                    step: data["step"]?.integer,
                    url: data["url"]?.string,
                    seq: data["seq"]?.integer,
                    timestamp: timestamp,
                    channel: channel
                )
            )
        case "heartbeat":
            self = .heartbeat(timestamp: timestamp)
        case "gap":
            self = .gap(
                Gap(
                    requestID: requestID,
                    batchID: data["batch_id"]?.string,
                    after: data["after"]?.string,
                    before: data["before"]?.string,
                    missed: data["missed"]?.integer,
                    timestamp: timestamp
                )
            )
        case "error":
            self = .error(message: value["message"]?.string ?? "", timestamp: timestamp)
        case "end":
            self = .end(
                End(requestID: requestID, outcome: RunOutcome(data: data), timestamp: timestamp, channel: channel)
            )
        case "batch_end":
            self = .batchEnd(
                BatchEnd(
                    batchID: data["batch_id"]?.string ?? "",
                    outcome: BatchOutcome(data: data),
                    timestamp: timestamp,
                    channel: channel
                )
            )
        default:
            self = .unknown(type: type)
        }
    }
}

extension StreamEvent.Log {
    fileprivate func write(to data: inout JSONWriter) {
        data.field("level", self.level.rawValue)
        data.field("message", self.message)
        data.field("source", self.source)
        data.field("request_id", requestID)
        data.field("timestamp", self.timestamp.iso8601)
        data.field("log_source", logSource)
        if let seq = self.seq { data.field("seq", seq) }
        if let step = self.step { data.field("step", step) }
        if let action = self.action { data.field("action", action) }
        if let url = self.url { data.field("url", url) }
        if let duration = durationMilliseconds { data.field("duration_ms", duration) }
        if let more = self.data { data.field("data", more) }
    }

    fileprivate init?(data: JSONValue, requestID: String, timestamp: Timestamp, channel: String) {
        guard let message = data["message"]?.string else { return nil }
        self.level = (data["level"]?.string).flatMap(LogLevel.init(name:)) ?? .info
        self.message = message
        self.source = data["source"]?.string ?? StreamEvent.source(of: "")
        self.requestID = requestID
        self.timestamp = (data["timestamp"]?.string).flatMap(Timestamp.init(iso8601:)) ?? timestamp
        logSource = data["log_source"]?.string ?? LogRecord.defaultSource
        self.seq = data["seq"]?.integer
        self.step = data["step"]?.integer
        self.action = data["action"]?.string
        self.url = data["url"]?.string
        durationMilliseconds = data["duration_ms"]?.integer
        self.data = data["data"]
        self.channel = channel
    }
}
