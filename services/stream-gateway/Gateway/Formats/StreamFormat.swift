//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON

/// In whose terms a stream of records is told, by `?format=`.
enum StreamFormat: String, CaseIterable, Sendable {
    /// Our own (protocol, section 3).
    case stepcast

    /// The events of AG-UI.
    case agUI = "ag-ui"

    /// The UI message stream of the AI SDK, version 1.
    case aiSDK = "ai-sdk"

    /// What makes its events; `nil` for our own format, which has a way of its own.
    func translator(of requestID: Identifier) -> (any StreamTranslator)? {
        switch self {
        case .stepcast: nil
        case .agUI: AGUITranslator(requestID: requestID)
        case .aiSDK: AISDKTranslator(requestID: requestID)
        }
    }
}

/// Turns the events of a run into those of another protocol. It does no I/O.
protocol StreamTranslator: Sendable {
    /// The step that goes on.
    var step: Int { get set }

    /// What stands before all records, for who has seen none.
    func beginning() -> [JSONValue]

    /// What an event of the run is.
    mutating func events(of event: StreamEvent, id: String) -> [JSONValue]

    /// What follows the last event, as it stands in `data`.
    var last: String? { get }
}

extension StreamTranslator {
    var last: String? { nil }
}

extension LogRecord {
    /// How a run stands, for protocols that have no word for it.
    var standingData: JSONValue {
        var members = data?.object ?? [:]
        members["message"] = .string(message)
        return .object(members)
    }
}

/// AG-UI: steps, text messages, custom events, and the end of the run.
struct AGUITranslator: StreamTranslator {
    let requestID: Identifier
    var step = 0

    private var name: JSONValue { .string(requestID.rawValue) }

    private func event(_ type: String, at time: Timestamp?, _ members: [String: JSONValue] = [:]) -> JSONValue {
        var event = members
        event["type"] = .string(type)
        event["timestamp"] = time.map { .integer($0.milliseconds) }
        return .object(event)
    }

    func beginning() -> [JSONValue] { [event("RUN_STARTED", at: nil, ["threadId": name, "runId": name])] }

    mutating func events(of event: StreamEvent, id: String) -> [JSONValue] {
        switch event {
        case .log(let record, _):
            let time = record.timestamp
            var events = begin(record.step ?? 0, at: time)
            guard !record.message.isEmpty else { return events }
            let message: [String: JSONValue] = ["messageId": .string("\(requestID)-\(id)")]
            events += [
                self.event("TEXT_MESSAGE_START", at: time, message.merging(["role": "assistant"]) { $1 }),
                self.event(
                    "TEXT_MESSAGE_CONTENT",
                    at: time,
                    message.merging(["delta": .string(record.message)]) { $1 }
                ),
                self.event("TEXT_MESSAGE_END", at: time, message),
            ]
            return events
        case .status(let record, _):
            let members: [String: JSONValue] = ["name": "stepcast.status", "value": record.standingData]
            return [self.event("CUSTOM", at: record.timestamp, members)]
        case .screenshot(let record, _):
            let value: JSONValue = ["url": .string(record.url ?? ""), "step": .integer(Int64(record.step ?? 0))]
            return [self.event("CUSTOM", at: record.timestamp, ["name": "stepcast.screenshot", "value": value])]
        case .gap(let gap):
            let value: JSONValue = ["missed": gap.missed.map { .integer(Int64($0)) } ?? .null]
            return [self.event("CUSTOM", at: gap.timestamp, ["name": "stepcast.gap", "value": value])]
        case .end(let end):
            let events = finish(at: end.timestamp)
            guard end.outcome.status == .completed else {
                let members: [String: JSONValue] = [
                    "message": .string(end.outcome.error ?? end.outcome.status.rawValue),
                    "code": .string(end.outcome.status.rawValue),
                ]
                return events + [self.event("RUN_ERROR", at: end.timestamp, members)]
            }
            let members: [String: JSONValue] = ["threadId": name, "runId": name, "result": end.outcome.data]
            return events + [self.event("RUN_FINISHED", at: end.timestamp, members)]
        case .connected, .heartbeat, .error, .batchEnd, .unknown: return []
        }
    }

    private mutating func begin(_ number: Int, at time: Timestamp) -> [JSONValue] {
        guard number > step else { return [] }
        let events = finish(at: time)
        step = number
        return events + [event("STEP_STARTED", at: time, ["stepName": .string("Step \(number)")])]
    }

    private mutating func finish(at time: Timestamp) -> [JSONValue] {
        guard step > 0 else { return [] }
        defer { step = 0 }
        return [event("STEP_FINISHED", at: time, ["stepName": .string("Step \(step)")])]
    }
}

/// The AI SDK's UI message stream: one message with a text part for each record.
struct AISDKTranslator: StreamTranslator {
    let requestID: Identifier
    var step = 0

    func beginning() -> [JSONValue] { [["type": "start", "messageId": .string(requestID.rawValue)]] }

    var last: String? { "[DONE]" }

    mutating func events(of event: StreamEvent, id: String) -> [JSONValue] {
        switch event {
        case .log(let record, _):
            var events: [JSONValue] = []
            if let number = record.step, number > step {
                if step > 0 { events.append(["type": "finish-step"]) }
                events.append(["type": "start-step"])
                step = number
            }
            guard !record.message.isEmpty else { return events }
            let part = JSONValue.string("\(requestID)-\(id)")
            return events + [
                ["type": "text-start", "id": part],
                ["type": "text-delta", "id": part, "delta": .string(record.message)],
                ["type": "text-end", "id": part],
            ]
        case .status(let record, _): return [["type": "data-status", "data": record.standingData]]
        case .screenshot(let record, _):
            let data: JSONValue = ["url": .string(record.url ?? ""), "step": .integer(Int64(record.step ?? 0))]
            return [["type": "data-screenshot", "data": data]]
        case .gap(let gap):
            return [["type": "data-gap", "data": ["missed": gap.missed.map { .integer(Int64($0)) } ?? .null]]]
        case .end(let end):
            var events: [JSONValue] = step > 0 ? [["type": "finish-step"]] : []
            if end.outcome.status != .completed {
                let text = end.outcome.error ?? end.outcome.status.rawValue
                events.append(["type": "error", "errorText": .string(text)])
            }
            return events + [["type": "data-end", "data": end.outcome.data], ["type": "finish"]]
        case .connected, .heartbeat, .error, .batchEnd, .unknown: return []
        }
    }
}
