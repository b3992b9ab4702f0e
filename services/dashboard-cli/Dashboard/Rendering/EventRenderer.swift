//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Turns events into lines for people.
protocol LineRenderer: Sendable {
    /// The text for an event with its line end, empty for what is not shown.
    mutating func text(for event: StreamEvent) -> String
}

/// Turns a run's events into the lines of a calm log: the time, the level where it is not INFO, the message. A day that is
/// not today is told once, on a line of its own.
struct EventRenderer: LineRenderer {
    let style: Style
    /// Where a path such as a screenshot's leads to.
    let api: ServiceURL
    let times: TimeStyle
    /// The day that the lines so far are of; today's until told otherwise.
    var shownDate: String
    /// The last error that was shown, which the outcome need not repeat.
    private var shownError = ""
    /// When the run's first record was made, if it was seen.
    private var startedAt: Timestamp?

    /// Whether what a run asks is asked below the log.
    private let asksInline: Bool

    init(style: Style, api: ServiceURL, times: TimeStyle = TimeStyle(), asksInline: Bool = false) {
        self.asksInline = asksInline
        self.style = style
        self.api = api
        self.times = times
        shownDate = times.date(.now())
    }

    mutating func text(for event: StreamEvent) -> String {
        switch event {
        case .log(let log, _):
            if log.seq == 1 { startedAt = log.timestamp }
            if log.level >= .error { shownError = log.message }
            return line(at: log.timestamp, label: label(for: log.level), log.message, level: log.level)
        case .screenshot(let screenshot, _):
            let step = screenshot.step.map { " of step \($0)" } ?? ""
            let url = screenshot.url.map { " " + ($0.hasPrefix("/") ? api.appending($0) : $0) } ?? ""
            return line(at: screenshot.timestamp, label: nil, "📸 Screenshot\(step)\(url)", level: .debug)
        case .status(let record, _):
            let text = line(at: record.timestamp, label: nil, record.message, level: .warning)
            guard record.standing == .waiting, !asksInline else { return text }
            let isApproval = record.data?["waiting_for"]?["kind"]?.string == WaitingFor.Kind.approval.rawValue
            let way = "dashboard-cli answer \(record.requestID) \(isApproval ? "--yes (or --no)" : "'…'")"
            return text + style(.dim, "   answer it: \(way)") + "\n"
        case .gap(let gap):
            let count =
                switch gap.missed {
                case nil: "some records are gone"
                case 1: "1 record is gone"
                case .some(let missed): "\(missed) records are gone"
                }
            return style(.yellow, "… \(count) …") + "\n"
        case .error(let message, _, _):
            return style(.yellow, "… the gateway reports: \(TerminalText.singleLine(message)) …") + "\n"
        case .end(let end):
            let duration = startedAt.map { end.timestamp.milliseconds - $0.milliseconds }
            return outcome(end.outcome, milliseconds: duration)
        case .batchEnd(let end):
            return batchOutcome(end.outcome)
        case .connected, .heartbeat, .unknown:
            return ""
        }
    }

    /// How a run ended, after an empty line.
    func outcome(_ outcome: RunOutcome, milliseconds: Int64?) -> String {
        let (sign, tint, word): (String, Style.Tint, String) =
            switch outcome.status {
            case .completed: ("✔", .boldGreen, "completed")
            case .failed: ("✘", .boldRed, "failed")
            case .cancelled: ("■", .boldYellow, "cancelled")
            case .timedOut: ("■", .boldYellow, "timed out")
            case .queued, .running, .paused, .waiting: ("…", .bold, outcome.status.rawValue)
            }
        var facts = ["\(outcome.steps) \(outcome.steps == 1 ? "step" : "steps")"]
        if let milliseconds, milliseconds >= 0 { facts.append(Self.duration(milliseconds)) }
        var text = "\n" + style(tint, "\(sign) \(word)") + style(.dim, " · " + facts.joined(separator: " · ")) + "\n"
        if let result = outcome.result, !result.isEmpty { text += field("result", result) }
        if let error = outcome.error, !error.isEmpty, !shownError.contains(error) { text += field("error", error) }
        return text
    }

    /// How a batch ended, after an empty line.
    func batchOutcome(_ outcome: BatchOutcome) -> String {
        let counts: [(Int, String, Style.Tint)] = [
            (outcome.completed, "completed", .green), (outcome.failed, "failed", .red),
            (outcome.cancelled, "cancelled", .yellow), (outcome.timedOut, "timed out", .yellow),
        ]
        let parts = counts.filter { $0.0 > 0 }.map { style($0.2, "\($0.0) \($0.1)") }
        let runs = "\(outcome.runs) \(outcome.runs == 1 ? "run" : "runs")"
        return "\n" + style(.bold, runs) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", ")) + "\n"
    }

    /// `0.4 s`, `12.3 s`, `2 min 05 s`.
    static func duration(_ milliseconds: Int64) -> String {
        let tenths = (milliseconds + 50) / 100
        if tenths < 600 { return "\(tenths / 10).\(tenths % 10) s" }
        let seconds = (milliseconds + 500) / 1000
        return "\(seconds / 60) min \(seconds % 60 < 10 ? "0" : "")\(seconds % 60) s"
    }

    private func label(for level: LogLevel) -> String? {
        switch level {
        case .info: nil
        case .debug: style(.dim, "DEBUG")
        case .warning: style(.yellow, "WARNING")
        case .error: style(.red, "ERROR")
        case .critical: style(.boldRed, "CRITICAL")
        }
    }

    private mutating func line(at time: Timestamp, label: String?, _ message: String, level: LogLevel) -> String {
        let lines = TerminalText.neutralised(message).split(separator: "\n", omittingEmptySubsequences: false)
        let start = times.lineStart(time)
        let head = style(.dim, start) + "  " + (label.map { $0 + "  " } ?? "")
        // Further lines of a message stand under its first word, not under the time.
        let indent = "\n" + String(repeating: " ", count: start.count + 2)
        let body = lines.map { level == .debug ? style(.dim, String($0)) : String($0) }
        return newDate(time) + head + body.joined(separator: indent) + "\n"
    }

    /// A line with the day, if it is another than that of the lines so far.
    mutating func newDate(_ time: Timestamp) -> String {
        let date = times.date(time)
        guard !times.isFull, date != shownDate else { return "" }
        shownDate = date
        return style(.dim, date) + "\n"
    }

    private func field(_ name: String, _ value: String) -> String {
        let lines = TerminalText.neutralised(value).split(separator: "\n", omittingEmptySubsequences: false)
        return "  " + style(.dim, name) + "  " + lines.joined(separator: "\n          ") + "\n"
    }
}
