//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What the archive has, for people: runs as a table, hits as lines.
struct ArchiveRenderer {
    let style: Style

    /// The width to fit lines into; `nil` for as wide as they are.
    var columns: Int?

    private let times = TimeStyle()

    init(style: Style, columns: Int? = nil) {
        self.style = style
        self.columns = columns
    }

    // MARK: Runs

    private struct Row {
        var began, status, records, id, task: String

        var cells: [String] { [began, status, records, id] }
    }

    private static let names = Row(began: "BEGAN", status: "STATUS", records: "RECORDS", id: "REQUEST", task: "TASK")

    func heading(for runs: [JSONValue]) -> String {
        style(.dim, line(Self.names, widths(of: runs.map(row)))) + "\n"
    }

    /// One line for each run: when it began, how it stands, how many records it has, its name, its task.
    func lines(for runs: [JSONValue]) -> String {
        let rows = runs.map(row)
        let widths = widths(of: rows)
        return rows.map { line($0, widths) + "\n" }.joined()
    }

    private func row(for run: JSONValue) -> Row {
        let time = run["created_at"] ?? run["first_record_at"]
        let status = run["status"]?.string.flatMap(RunStatus.init(rawValue:))
        return Row(
            began: time?.string.flatMap(Timestamp.init(iso8601:)).map { times.brief($0) } ?? "",
            // Nobody says how runs of other publishers stand.
            status: status?.word ?? (run["ended"] == .bool(true) ? "ended" : "-"),
            records: run["records"]?.integer.map { "\($0)" } ?? "",
            id: TerminalText.singleLine(run["request_id"]?.string ?? ""),
            task: TerminalText.singleLine(run["task"]?.string ?? "")
        )
    }

    private func widths(of rows: [Row]) -> [Int] {
        let all = [Self.names] + rows
        return Self.names.cells.indices.map { index in all.map { $0.cells[index].count }.max() ?? 0 }
    }

    private func line(_ row: Row, _ widths: [Int]) -> String {
        let start = zip(row.cells, widths).enumerated().map { index, cell in
            TextWidth.padded(cell.0, to: cell.1, onLeft: index == 2)
        }
        .joined(separator: "  ")
        guard let columns else { return start + "  " + row.task }
        let space = columns - TextWidth.columns(start) - 2
        return space > 0 ? start + "  " + TextWidth.shortened(row.task, to: space) : start
    }

    // MARK: Hits

    /// A line for a hit: when, of which run, its level where that is not INFO, and the text around the match.
    func line(for hit: JSONValue) -> String {
        let event = hit["event"]
        let time = (event?["timestamp"]?.string).flatMap(Timestamp.init(iso8601:)).map { times.dateAndTime($0) } ?? ""
        let name = TerminalText.singleLine(hit["request_id"]?.string ?? "")
        let level = (event?["data"]?["level"]?.string).flatMap { LogLevel(rawValue: $0) } ?? .info
        let label = level == .info ? "" : level.rawValue + " "
        var parts = (hit["snippet"]?.array ?? []).map { part in
            (text: part["text"]?.string ?? "", isMatch: part["match"] == .bool(true))
        }
        if parts.isEmpty { parts = [(text: event?["data"]?["message"]?.string ?? "", isMatch: false)] }
        let text = parts.map { part in
            let text = TerminalText.singleLine(part.text)
            return part.isMatch ? style(.boldYellow, text) : text
        }
        return style(.dim, time) + "  " + style(.cyan, name) + "  " + label + text.joined() + "\n"
    }
}
