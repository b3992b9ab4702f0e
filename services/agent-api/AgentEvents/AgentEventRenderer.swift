//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

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
        if case .pictured(let path) = event.what {
            record.kind = .screenshot
            record.data = ["url": .string(path)]
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
        case .retried, .pictured: .debug
        case .stopped, .invalidAnswer, .noAnswer, .pageShortened, .actionFailed, .downloadFailed, .blocked: .warning
        case .finished(.givenUp), .finished(.failed): .error
        default: .info
        }
    }
}
