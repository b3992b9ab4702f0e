//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The log of one run on a screen.
struct WatchedLog: Sendable {
    private struct Line: Sendable {
        var text: String
        var tint: Style.Tint?
    }

    let requestID: Identifier
    private var lines: [Line] = []
    private var renderer: EventRenderer
    private var hasDropped = false

    /// How many rows the end of the log is below the last row that is shown; 0 follows the log.
    var rowsBelow = 0

    /// The most lines that are kept.
    private static let capacity = 10_000

    init(of requestID: Identifier, api: ServiceURL, times: TimeStyle) {
        self.requestID = requestID
        renderer = EventRenderer(style: .plain, api: api, times: times)
    }

    /// Adds what the events say.
    ///
    /// - Parameter columns: The width of the screen. What is looked at stays in its place.
    mutating func append(_ events: [StreamEvent], columns: Int) {
        for event in events {
            let text = renderer.text(for: event)
            guard !text.isEmpty else { continue }
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                // Tabs would have a width that only the terminal knows.
                let line = Line(text: String(line).replacing("\t", with: "    "), tint: Self.tint(of: event))
                lines.append(line)
                if rowsBelow > 0 { rowsBelow += rows(of: line, columns) }
            }
        }
        if lines.count > Self.capacity + 1000 {
            lines.removeFirst(lines.count - Self.capacity)
            hasDropped = true
        }
    }

    /// Moves up by so many rows, or down. How far up there is anything, the next picture finds out.
    mutating func scroll(by rows: Int) { rowsBelow = max(0, rowsBelow + rows) }

    private static func tint(of event: StreamEvent) -> Style.Tint? {
        switch event {
        case .log(let record, _):
            switch record.level {
            case .debug: .dim
            case .info: nil
            case .warning: .yellow
            case .error, .critical: .red
            }
        case .screenshot: .dim
        case .status: .magenta
        case .gap, .error: .yellow
        case .end(let end): end.outcome.status.tint
        default: nil
        }
    }

    private func rows(of line: Line, _ columns: Int) -> Int {
        TextWidth.columns(line.text) <= columns ? 1 : TextWidth.wrapped(line.text, to: columns).count
    }

    /// The rows that are shown.
    ///
    /// - Parameter search: Only lines that have this text; empty for all.
    mutating func rows(in size: ScreenSize, search: String) -> [ScreenLine] {
        let found = search.lowercased()
        var rows: [ScreenLine] = []
        var skipped = 0
        for line in lines.reversed() where found.isEmpty || line.text.lowercased().contains(found) {
            for piece in TextWidth.wrapped(line.text, to: max(1, size.columns)).reversed() {
                if skipped < rowsBelow {
                    skipped += 1
                } else {
                    rows.append(ScreenLine(piece, line.tint))
                }
            }
            if rows.count >= size.rows { return Array(rows.prefix(size.rows).reversed()) }
        }
        // There is nothing above: the first line stands at the top.
        let most = max(0, skipped + rows.count - size.rows)
        if rowsBelow > most {
            rowsBelow = most
            return self.rows(in: size, search: search)
        }
        if hasDropped { rows.append(ScreenLine("… earlier lines are not kept …", .dim)) }
        return rows.reversed()
    }
}
