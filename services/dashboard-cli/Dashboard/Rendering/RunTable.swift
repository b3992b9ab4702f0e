//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Runs for people: one in full, or many as a table.
struct RunTable {
    let style: Style
    /// The width to fit lines into; `nil` for as wide as they are.
    var columns: Int?

    private let times = TimeStyle()

    init(style: Style, columns: Int? = nil) {
        self.style = style
        self.columns = columns
    }

    /// All of one run, a field a line.
    func detail(of run: Run) -> String {
        var rows: [(String, String)] = [
            ("request", run.requestID.rawValue),
            ("session", run.sessionID.rawValue),
        ]
        if let batch = run.batchID { rows.append(("batch", batch.rawValue)) }
        rows.append(("task", run.task))
        rows.append(("status", run.status.word))
        rows.append(("steps", String(run.steps)))
        if let result = run.result { rows.append(("result", result)) }
        if let error = run.error { rows.append(("error", error)) }
        if let usage = run.usage { rows.append(("tokens", "\(usage.input) read, \(usage.output) written")) }
        rows.append(("created", times.dateAndTime(run.createdAt)))
        if let started = run.startedAt { rows.append(("started", times.dateAndTime(started))) }
        if let finished = run.finishedAt {
            let took = finished.milliseconds - (run.startedAt ?? run.createdAt).milliseconds
            rows.append(("finished", "\(times.dateAndTime(finished)), after \(EventRenderer.duration(max(0, took)))"))
        }
        return rows.map { name, value in
            let lines = TerminalText.neutralised(value).split(separator: "\n", omittingEmptySubsequences: false)
            let text = lines.joined(separator: "\n          ")
            let shown = name == "status" ? style(run.status.tint, text) : text
            return style(.dim, TextWidth.padded(name, to: 10)) + shown + "\n"
        }.joined()
    }

    /// A batch: how far it is, and its runs.
    func detail(of batch: Batch) -> String {
        let counts = RunStatus.allCases.compactMap { status in
            batch.counts[status.rawValue].flatMap { $0 > 0 ? style(status.tint, "\($0) \(status.word)") : nil }
        }
        let kind = batch.isSealed ? "" : ", open: more may be added"
        let rows = [
            ("batch", batch.batchID.rawValue),
            ("runs", "\(batch.runs.count)" + (counts.isEmpty ? "" : ": " + counts.joined(separator: ", ")) + kind),
            ("created", times.dateAndTime(batch.createdAt)),
        ]
        let head = rows.map { style(.dim, TextWidth.padded($0, to: 10)) + $1 + "\n" }.joined()
        return head + (batch.runs.isEmpty ? "" : "\n" + heading(for: batch.runs) + lines(for: batch.runs))
    }

    // MARK: the table

    /// Longer ids take their space from the task in their own line.
    private static let widestIDColumn = 36
    private static let narrowestTask = 8

    private struct Row {
        var created, status, took, id, task: String
        var tint: Style.Tint
    }

    /// What stands above the columns of these runs.
    func heading(for runs: [Run]) -> String {
        let row = Row(created: "CREATED", status: "STATUS", took: "TOOK", id: "REQUEST", task: "TASK", tint: .bold)
        return style(.dim, plain(row, widths(of: runs))) + "\n"
    }

    /// One line for each run: when, how it stands, how long it took, its id, its task.
    func lines(for runs: [Run]) -> String {
        let widths = widths(of: runs)
        return runs.map { run in
            let row = row(for: run)
            let line = plain(row, widths)
            guard style.isColoured else { return line + "\n" }
            // Only what stands in a column of a fixed place is coloured.
            let created = line.prefix(widths.created)
            let status = line.dropFirst(widths.created + 2).prefix(row.status.count)
            let rest = line.dropFirst(widths.created + 2 + row.status.count)
            return style(.dim, String(created)) + "  " + style(row.tint, String(status)) + rest + "\n"
        }.joined()
    }

    private func row(for run: Run) -> Row {
        let end = run.finishedAt ?? (run.status == .running ? .now() : nil)
        let took = end.map { max(0, $0.milliseconds - (run.startedAt ?? run.createdAt).milliseconds) }
        return Row(
            created: times.brief(run.createdAt),
            status: run.status.word,
            took: took.map(ShortDuration.text) ?? "",
            id: run.requestID.rawValue,
            task: TerminalText.singleLine(run.task),
            tint: run.status.tint
        )
    }

    private struct Widths {
        var created = 8
        var took = 4
        var id = 7
    }

    private func widths(of runs: [Run]) -> Widths {
        var widths = Widths()
        for run in runs {
            let row = row(for: run)
            widths.created = max(widths.created, row.created.count)
            widths.took = max(widths.took, row.took.count)
            if row.id.count <= Self.widestIDColumn { widths.id = max(widths.id, row.id.count) }
        }
        return widths
    }

    private func plain(_ row: Row, _ widths: Widths) -> String {
        let start = [
            TextWidth.padded(row.created, to: widths.created), TextWidth.padded(row.status, to: 9),
            TextWidth.padded(row.took, to: widths.took, onLeft: true), TextWidth.padded(row.id, to: widths.id),
        ].joined(separator: "  ")
        guard let columns else { return start + "  " + row.task }
        let space = columns - TextWidth.columns(start) - 2
        // An id is of no use unless it is whole.
        guard space >= Self.narrowestTask || space >= TextWidth.columns(row.task) else {
            return String(start.reversed().drop { $0 == " " }.reversed())
        }
        return start + "  " + TextWidth.shortened(row.task, to: space)
    }
}
