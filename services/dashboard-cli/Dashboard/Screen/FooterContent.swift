//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// How what is followed stands, as far as its events say it: the lines at the bottom of the terminal.
protocol FooterContent: Sendable {
    mutating func apply(_ event: StreamEvent)

    /// The lines, at most so many as fit into a size.
    func lines(in size: ScreenSize, at now: Timestamp) -> [ScreenLine]
}

/// How a run stands: status, step, time.
struct RunStanding: FooterContent {
    let requestID: Identifier
    private var status: RunStatus?
    private var step = 0
    private var began: Timestamp?

    init(of requestID: Identifier) {
        self.requestID = requestID
    }

    mutating func apply(_ event: StreamEvent) {
        switch event {
        case .log(let record, _), .screenshot(let record, _):
            // What it was about to do may still be told while it is held.
            if status != .paused, status != .waiting { status = .running }
            if began == nil { began = record.timestamp }
            step = max(step, record.step ?? 0)
        case .status(let record, _): status = record.standing ?? status
        case .end(let end): status = end.outcome.status
        default: break
        }
    }

    func lines(in size: ScreenSize, at now: Timestamp) -> [ScreenLine] {
        if let status, status.isFinal { return [] }
        var line = ScreenLine(status?.word ?? "waiting", status?.tint ?? .dim)
        if step > 0 { line.append(" · step \(step)") }
        if let began { line.append(" · \(ShortDuration.text(max(0, now.milliseconds - began.milliseconds)))") }
        line.append(" · \(requestID)", .dim)
        return [line]
    }
}

/// How a batch stands: how many of its runs have ended, and a bar for each run, which has a cell for each step, and is
/// full at the end.
struct BatchStanding: FooterContent {
    private struct State: Sendable {
        var status = RunStatus.queued
        var step = 0
        var began: Timestamp?
        var ended: Timestamp?
    }

    let batchID: Identifier
    private var order: [Identifier] = []
    private var runs: [Identifier: State] = [:]

    private static let cells = 10

    /// - Parameter runs: Those that are known to belong to it.
    init(of batchID: Identifier, runs: [Identifier] = []) {
        self.batchID = batchID
        for run in runs { add(run) }
    }

    private mutating func add(_ id: Identifier) {
        guard runs[id] == nil else { return }
        order.append(id)
        runs[id] = State()
    }

    mutating func apply(_ event: StreamEvent) {
        switch event {
        case .log(let record, _), .screenshot(let record, _):
            add(record.requestID)
            guard var run = runs[record.requestID], !run.status.isFinal else { return }
            if run.status != .paused, run.status != .waiting { run.status = .running }
            run.began = run.began ?? record.timestamp
            run.step = max(run.step, record.step ?? 0)
            runs[record.requestID] = run
        case .status(let record, _):
            add(record.requestID)
            guard let run = runs[record.requestID], !run.status.isFinal else { return }
            runs[record.requestID]?.status = record.standing ?? run.status
        case .end(let end):
            add(end.requestID)
            runs[end.requestID]?.status = end.outcome.status
            runs[end.requestID]?.ended = end.timestamp
        default: break
        }
    }

    func lines(in size: ScreenSize, at now: Timestamp) -> [ScreenLine] {
        let ended = runs.values.count { $0.status.isFinal }
        guard !runs.isEmpty, ended < runs.count else { return [] }
        var total = ScreenLine(Self.bar(filled: ended, of: runs.count), .green)
        total.append("  \(ended) of \(runs.count) runs ended", .bold)
        // The runs that go on come first where there is no room for all; a third of the screen is for them.
        let room = min(runs.count, max(1, size.rows / 3))
        let inOrder = order.compactMap { id in runs[id].map { (id, $0) } }
        let chosen = Set(inOrder.sorted { Self.rank($0.1) < Self.rank($1.1) }.prefix(room).map(\.0))
        let width = chosen.map { name(of: $0).count }.max() ?? 0
        return inOrder.filter { chosen.contains($0.0) }.map { line(for: $0, $1, width, at: now) } + [total]
    }

    private static func rank(_ run: State) -> Int {
        switch run.status {
        case .running, .paused, .waiting: 0
        case .queued: 1
        default: 2
        }
    }

    /// The runs of a batch that were given no name are called after it; that part is left out.
    private func name(of id: Identifier) -> String {
        let own = "\(batchID)."
        return id.rawValue.hasPrefix(own) ? String(id.rawValue.dropFirst(own.count)) : id.rawValue
    }

    private func line(for id: Identifier, _ run: State, _ width: Int, at now: Timestamp) -> ScreenLine {
        let filled = run.status.isFinal ? Self.cells : min(run.step, Self.cells - 1)
        var line = ScreenLine(TextWidth.padded(name(of: id), to: width) + "  ")
        line.append(Self.bar(filled: filled, of: Self.cells), run.status.tint)
        line.append("  " + run.status.word, run.status.tint)
        if run.step > 0 { line.append(" · step \(run.step)") }
        if let began = run.began {
            line.append(" · \(ShortDuration.text(max(0, (run.ended ?? now).milliseconds - began.milliseconds)))", .dim)
        }
        return line
    }

    private static func bar(filled: Int, of count: Int) -> String {
        let cells = filled * Self.cells / max(1, count)
        return String(repeating: "█", count: cells) + String(repeating: "░", count: Self.cells - cells)
    }
}
