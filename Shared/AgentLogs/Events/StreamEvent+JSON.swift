//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension StreamEvent {
    /// The event as one line of JSON, with its fields in the documented order.
    package var json: [UInt8] {
        var writer = JSONWriter()
        switch self {
        case .connected(let event):
            writer.field("type", "connected")
            event.subject.write(to: &writer)
            writer.field("message", event.message)
            writer.field("channel", event.channel)
            writer.field("timestamp", event.timestamp.iso8601)
        case .log(let record, let channel):
            writer.field("type", "log")
            writer.field("data") { record.write(RecordField.log, to: &$0) }
            writer.field("timestamp", record.timestamp.iso8601)
            writer.field("channel", channel)
        case .screenshot(let record, let channel):
            writer.field("type", "screenshot")
            writer.field("data") { record.write(RecordField.screenshot, to: &$0) }
            writer.field("timestamp", record.timestamp.iso8601)
            writer.field("channel", channel)
        case .status(let record, let channel):
            writer.field("type", "status")
            writer.field("data") { data in
                Subject.run(record.requestID).write(to: &data)
                if let status = record.data?["status"] { data.field("status", status) }
                if let reason = record.data?["reason"] { data.field("reason", reason) }
                if let waiting = record.data?["waiting_for"] { data.field("waiting_for", waiting) }
                data.field("message", record.message)
                if let seq = record.seq { data.field("seq", seq) }
            }
            writer.field("timestamp", record.timestamp.iso8601)
            writer.field("channel", channel)
        case .heartbeat(let timestamp):
            writer.field("type", "heartbeat")
            writer.field("timestamp", timestamp.iso8601)
        case .gap(let event):
            writer.field("type", "gap")
            writer.field("data") { data in
                event.subject.write(to: &data)
                if let after = event.after { data.field("after", after) }
                if let before = event.before { data.field("before", before) }
                if let missed = event.missed { data.field("missed", missed) }
            }
            writer.field("timestamp", event.timestamp.iso8601)
        case .error(let message, let code, let timestamp):
            writer.field("type", "error")
            if let code { writer.field("code", code) }
            writer.field("message", message)
            writer.field("timestamp", timestamp.iso8601)
        case .end(let event):
            writer.field("type", "end")
            writer.field("data") { data in
                Subject.run(event.requestID).write(to: &data)
                event.outcome.write(to: &data)
            }
            writer.field("timestamp", event.timestamp.iso8601)
            writer.field("channel", event.channel)
        case .batchEnd(let event):
            writer.field("type", "batch_end")
            writer.field("data") { data in
                Subject.batch(event.batchID).write(to: &data)
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
    /// - Parameter watched: The subject being watched. An event that names neither a run nor a batch is about it.
    /// - Returns: `nil` if the text is not a JSON object with a `type`, or lacks a field that its type requires.
    package init?(json text: some Sequence<UInt8>, of watched: Subject? = nil) {
        guard let value = try? JSONValue(lenientlyParsing: text), let type = value["type"]?.string else { return nil }
        let data = value["data"] ?? .object([:])
        let timestamp = (value["timestamp"]?.string).flatMap(Timestamp.init(iso8601:)) ?? Timestamp(milliseconds: 0)
        let channel = value["channel"]?.string ?? ""
        let subject = Subject(data) ?? Subject(value) ?? watched
        switch type {
        case "connected":
            guard let subject else { return nil }
            var event = Connected(subject, channel: channel, timestamp: timestamp)
            if let message = value["message"]?.string { event.message = message }
            self = .connected(event)
        case "log":
            guard let subject, data["message"]?.string != nil else { return nil }
            let record = LogRecord(RecordField.log, of: data, requestID: subject.identifier, timestamp: timestamp)
            self = .log(record, channel: channel)
        case "screenshot":
            guard let subject else { return nil }
            var record = LogRecord(
                RecordField.screenshot,
                of: data,
                requestID: subject.identifier,
                timestamp: timestamp
            )
            record.kind = .screenshot
            self = .screenshot(record, channel: channel)
        case "status":
            guard let subject, data["status"]?.string != nil else { return nil }
            var record = LogRecord(
                message: data["message"]?.string ?? "",
                requestID: subject.identifier,
                timestamp: timestamp,
                seq: data["seq"]?.integer,
                kind: .status
            )
            var members: [String: JSONValue] = [:]
            for name in ["status", "reason", "waiting_for"] { members[name] = data[name] }
            record.data = .object(members)
            self = .status(record, channel: channel)
        case "heartbeat":
            self = .heartbeat(timestamp: timestamp)
        case "gap":
            guard let subject else { return nil }
            self = .gap(
                Gap(
                    subject,
                    after: data["after"]?.string,
                    before: data["before"]?.string,
                    missed: data["missed"]?.integer,
                    timestamp: timestamp
                )
            )
        case "error":
            self = .error(
                message: value["message"]?.string ?? "",
                code: value["code"]?.string,
                timestamp: timestamp
            )
        case "end":
            guard let subject else { return nil }
            let outcome = RunOutcome(data: data)
            self = .end(
                End(requestID: subject.identifier, outcome: outcome, timestamp: timestamp, channel: channel)
            )
        case "batch_end":
            guard let subject else { return nil }
            let outcome = BatchOutcome(data: data)
            self = .batchEnd(
                BatchEnd(batchID: subject.identifier, outcome: outcome, timestamp: timestamp, channel: channel)
            )
        default:
            self = .unknown(type: type)
        }
    }
}

extension LogRecord {
    fileprivate init(_ fields: [RecordField], of data: JSONValue, requestID: Identifier, timestamp: Timestamp) {
        let agentName = LogRecord.eventName(of: LogRecord.defaultAgentName)
        self.init(message: "", agentName: agentName, requestID: requestID, timestamp: timestamp)
        read(fields, of: data)
    }
}

extension Subject {
    /// Reads the batch or the run that an event's fields name.
    fileprivate init?(_ fields: JSONValue) {
        func name(_ key: String) -> Identifier? { fields[key]?.string.flatMap(Identifier.init(rawValue:)) }
        if let batchID = name("batch_id") {
            self = .batch(batchID)
        } else if let requestID = name("request_id") {
            self = .run(requestID)
        } else {
            return nil
        }
    }

    fileprivate func write(to writer: inout JSONWriter) {
        switch self {
        case .run(let requestID): writer.field("request_id", requestID.rawValue)
        case .batch(let batchID): writer.field("batch_id", batchID.rawValue)
        }
    }
}
