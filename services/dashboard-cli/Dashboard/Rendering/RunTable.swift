//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Runs for people: one in full, or many as a table.
struct RunTable {
    let style: Style

    /// All of one run, a field a line.
    func detail(of run: Run) -> String {
        var rows: [(String, String)] = [
            ("request", run.requestID.rawValue),
            ("session", run.sessionID.rawValue),
        ]
        if let batch = run.batchID { rows.append(("batch", batch.rawValue)) }
        rows.append(("task", run.task))
        rows.append(("status", word(for: run.status)))
        rows.append(("steps", String(run.steps)))
        if let result = run.result { rows.append(("result", result)) }
        if let error = run.error { rows.append(("error", error)) }
        if let usage = run.usage { rows.append(("tokens", "\(usage.input) read, \(usage.output) written")) }
        rows.append(("created", LocalTime.dateAndTime(run.createdAt)))
        if let started = run.startedAt { rows.append(("started", LocalTime.dateAndTime(started))) }
        if let finished = run.finishedAt {
            let took = finished.milliseconds - (run.startedAt ?? run.createdAt).milliseconds
            rows.append(
                ("finished", "\(LocalTime.dateAndTime(finished)), after \(EventRenderer.duration(max(0, took)))")
            )
        }
        return rows.map { name, value in
            let lines = TerminalText.neutralised(value).split(separator: "\n", omittingEmptySubsequences: false)
            let text = lines.joined(separator: "\n          ")
            let shown = name == "status" ? style(tint(for: run.status), text) : text
            return style(.dim, padded(name, to: 10)) + shown + "\n"
        }.joined()
    }

    /// One line for each run: when, how it stands, its id, its task.
    func lines(for runs: [Run]) -> String {
        let width = runs.map(\.requestID.rawValue.count).max() ?? 0
        return runs.map { run in
            let time = style(.dim, LocalTime.dateAndTime(run.createdAt))
            let status = style(tint(for: run.status), padded(word(for: run.status), to: 10))
            let task = TerminalText.singleLine(run.task)
            let shortened = task.count > 80 ? task.prefix(79) + "…" : task[...]
            return "\(time)  \(status) \(padded(run.requestID.rawValue, to: width))  \(shortened)\n"
        }.joined()
    }

    private func word(for status: RunStatus) -> String {
        status == .timedOut ? "timed out" : status.rawValue
    }

    private func tint(for status: RunStatus) -> Style.Tint {
        switch status {
        case .queued: .dim
        case .running: .cyan
        case .completed: .green
        case .failed: .red
        case .cancelled, .timedOut: .yellow
        }
    }

    private func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
