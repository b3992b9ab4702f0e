//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

extension WatchModel {
    /// What the screen shows, a line for each row.
    mutating func screen(at now: Timestamp) -> [ScreenLine] {
        guard size.columns >= 20, size.rows >= 5 else { return [ScreenLine("The terminal is too small.")] }
        let body: [ScreenLine]
        if prompt == .help {
            body = Self.help
        } else if var log {
            body = log.rows(in: ScreenSize(columns: size.columns, rows: size.rows - 2), search: search)
            self.log = log
            return [logTitle(at: now)] + filled(body, size.rows - 2) + [footer]
        } else {
            body = [heading] + list(at: now)
        }
        return [title] + filled(body, size.rows - 2) + [footer]
    }

    private func filled(_ lines: [ScreenLine], _ count: Int) -> [ScreenLine] {
        Array((lines + Array(repeating: ScreenLine(), count: max(0, count - lines.count))).prefix(count))
    }

    // MARK: The first row

    private var title: ScreenLine {
        var line = ScreenLine(" Stepcast", .bold)
        for status in [RunStatus.running, .queued] {
            line.append(" · ", .dim)
            line.append("\(runs.count(status)) \(status.word)", status.tint)
        }
        if filter != .all {
            line.append(" · ", .dim)
            line.append("only \(filter.rawValue)", .yellow)
        }
        if !search.isEmpty {
            line.append(" · ", .dim)
            line.append("with “\(search)”", .yellow)
        }
        return withConnection(line)
    }

    private func logTitle(at now: Timestamp) -> ScreenLine {
        guard let id = log?.requestID else { return title }
        var line = ScreenLine(" \(id)", .bold)
        if let run = runs[id]?.run {
            line.append(" · ", .dim)
            line.append(run.status.word, run.status.tint)
            line.append(" · step \(run.steps)")
            if let elapsed = run.elapsed(at: now) { line.append(" · \(ShortDuration.text(elapsed))") }
        }
        if !search.isEmpty {
            line.append(" · ", .dim)
            line.append("with “\(search)”", .yellow)
        }
        if let below = log?.rowsBelow, below > 0 { line.append(" · \(below) lines below", .dim) }
        return withConnection(line)
    }

    /// The state of the connection stands on the right.
    private func withConnection(_ line: ScreenLine) -> ScreenLine {
        let (text, tint): (String, Style.Tint) =
            switch connection {
            case .connecting: ("connecting … ", .dim)
            case .live: ("live ", .green)
            case .lost(let since, _): ("reconnecting since \(times.timeOfDay(since)) ", .yellow)
            }
        let space = size.columns - TextWidth.columns(text) - 1
        var line = line.cut(to: space).padded(to: space + 1)
        line.append(text, tint)
        return line
    }

    // MARK: The list

    private struct Columns {
        var status = 9
        var steps = 4
        var elapsed = 7
        var id: Int
        var rest: Int

        init(_ entries: some Sequence<WatchedRuns.Entry>, width: Int) {
            let longest = entries.map(\.run.requestID.rawValue.count).max() ?? 3
            id = max(3, min(longest, max(8, width * 2 / 5)))
            rest = max(0, width - 2 - status - 2 - steps - 2 - elapsed - 2 - id - 2)
            // Where it is narrow, the id is worth more than how long it takes.
            if rest < 8 {
                elapsed = 0
                rest = max(0, width - 2 - status - 2 - steps - 2 - id - 2)
            }
        }
    }

    private var inSight: ArraySlice<WatchedRuns.Entry> { shown.dropFirst(top).prefix(bodyRows) }

    private var heading: ScreenLine {
        let columns = Columns(inSight, width: size.columns)
        var text = "  " + TextWidth.padded("STATUS", to: columns.status) + "  STEP  "
        if columns.elapsed > 0 { text += TextWidth.padded("TIME", to: columns.elapsed, onLeft: true) + "  " }
        return ScreenLine(text + TextWidth.padded("RUN", to: columns.id) + "  LAST LINE", .dim)
    }

    private func list(at now: Timestamp) -> [ScreenLine] {
        guard !shown.isEmpty else {
            let isFiltered = !search.isEmpty || filter != .all
            let text = isFiltered ? "  no such run; esc shows all" : connection == .live ? "  no runs so far" : ""
            return [ScreenLine(text, .dim)]
        }
        let columns = Columns(inSight, width: size.columns)
        return inSight.map { line(for: $0, columns, at: now) }
    }

    private func line(for entry: WatchedRuns.Entry, _ columns: Columns, at now: Timestamp) -> ScreenLine {
        let run = entry.run
        let isSelected = run.requestID == selected
        var line = ScreenLine(isSelected ? "▌ " : "  ")
        line.append(TextWidth.padded(run.status.word, to: columns.status), run.status.tint)
        line.append(
            "  " + TextWidth.padded(run.steps > 0 ? "\(run.steps)" : "", to: columns.steps, onLeft: true) + "  "
        )
        if columns.elapsed > 0 {
            let text = run.elapsed(at: now).map(ShortDuration.text) ?? ""
            line.append(TextWidth.padded(text, to: columns.elapsed, onLeft: true) + "  ", .dim)
        }
        let id = TextWidth.shortened(run.requestID.rawValue, to: columns.id)
        line.append(TextWidth.padded(id, to: columns.id) + "  ", .bold)
        let text = run.status == .running && !entry.lastLine.isEmpty ? entry.lastLine : run.error ?? run.task
        line.append(TerminalText.singleLine(text), run.status.isFinal ? .dim : nil)
        line = line.cut(to: size.columns)
        if isSelected { line = line.padded(to: size.columns) }
        line.isSelected = isSelected
        return line
    }

    // MARK: The last row

    private var footer: ScreenLine {
        switch prompt {
        case .search: return ScreenLine(" / \(search)█   enter keeps, esc ends the search")
        case .cancel(let id):
            return ScreenLine(" Cancel the run \(id)? y cancels it, any other key does not", .boldYellow)
        case .help: return ScreenLine(" any key goes back", .dim)
        case .none: break
        }
        if !message.isEmpty { return ScreenLine(" " + message, .yellow) }
        if case .lost(_, let reason) = connection { return ScreenLine(" " + reason, .yellow) }
        return ScreenLine(
            log == nil
                ? " enter open   / search   f filter   p pause   c cancel   ? keys   q quit"
                : " q back   / search   ↑↓ scroll   G end   p pause   c cancel   ? keys",
            .dim
        )
    }

    private static let help = """

          ↑ ↓, k j          another run, or scroll
          PgUp PgDn, space  a page up or down
          g G, Home End     the first or the last; in a log, G follows it again
          enter, →          open the run's log
          q, ←, esc         go back; in the list, q quits
          /                 search runs, or lines of the log
          f                 show all, active, completed, or not completed runs
          p                 pause the run, or let it go on
          c                 cancel the run
          Ctrl-L            draw the screen anew
          Ctrl-Z            stop the program; fg continues it
          Ctrl-C            quit; runs go on
        """.split(separator: "\n", omittingEmptySubsequences: false).map { ScreenLine(String($0)) }
}
