//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Browser
import JSON

/// Turns the events of a run into log records. This is the only place that gives an event a text.
package struct AgentEventRenderer: Sendable {
    private let requestID: Identifier

    /// Renders the events of a run.
    package init(requestID: Identifier) {
        self.requestID = requestID
    }

    /// The record of an event, without a number.
    package func record(of event: AgentEvent, at time: Timestamp) -> LogRecord {
        var record = LogRecord(
            message: message(of: event),
            requestID: requestID,
            timestamp: time,
            level: event.what.level,
            step: event.step,
            action: event.action,
            url: event.url,
            durationMilliseconds: event.duration.map { Int($0 / .milliseconds(1)) }
        )
        record.data = event.target?.data
        if case .pictured(let path) = event.what {
            record.kind = .screenshot
            record.data = ["url": .string(path)]
        }
        if case .standing(let status, let reason, let waitingFor) = event.what {
            record.kind = .status
            let members: [String: JSONValue?] = [
                "status": .string(status.rawValue), "reason": reason.map { .string($0) },
                "waiting_for": waitingFor?.data,
            ]
            record.data = .object(members.compactMapValues { $0 })
        }
        return record
    }

    private func message(of event: AgentEvent) -> String {
        var text = event.what.text
        switch event.what {
        case .stepBegan: text = "Step \(event.step ?? 0): \(text)"
        case .pictured: text = "Screenshot of step \(event.step ?? 0)"
        default: break
        }
        let message = event.what.sign.map { "\($0) \(text)" } ?? text
        return event.textLimit.map { message.clipped(to: $0) } ?? message
    }
}

extension AgentEvent.What {
    fileprivate var level: LogLevel {
        switch self {
        case .retried, .pictured, .understood, .verified: .debug
        case .stopped, .invalidAnswer, .noAnswer, .pageShortened, .actionFailed, .downloadFailed, .blocked,
            .handedOver, .unanswered:
            .warning
        case .finished(.givenUp), .finished(.failed): .error
        default: .info
        }
    }
}

extension PageTarget {
    /// The target as records have it, in whole pixels.
    fileprivate var data: JSONValue {
        func pixels(_ values: Double...) -> JSONValue {
            .array(values.map { .integer(Int64($0.rounded().clamped(to: -1e6...1e6))) })
        }
        return ["box": pixels(x, y, width, height), "view": pixels(windowWidth, windowHeight)]
    }
}

extension Double {
    /// The nearest number of a range; its lower bound for what is no number.
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? range.lowerBound : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}
