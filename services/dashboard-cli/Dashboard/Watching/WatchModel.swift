//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What `watch` shows and what keys do, without a terminal and without a service.
struct WatchModel: Sendable {
    /// What is to be done outside of the model.
    enum Effect: Hashable, Sendable {
        case quit
        case suspend
        case redraw
        case cancel(Identifier)
        /// Hold a run, or let it go on.
        case hold(Identifier, Bool)
    }

    /// Which runs are shown.
    enum Filter: String, CaseIterable, Sendable {
        case all
        case active
        case completed
        case failed = "not completed"

        func passes(_ status: RunStatus) -> Bool {
            switch self {
            case .all: true
            case .active: !status.isFinal
            case .completed: status == .completed
            case .failed: status.isFinal && status != .completed
            }
        }
    }

    /// What the keys are about, beside the list or the log.
    enum Prompt: Hashable, Sendable {
        case none
        case search
        case cancel(Identifier)
        case help
    }

    enum Connection: Hashable, Sendable {
        case connecting
        case live
        case lost(since: Timestamp, reason: String)
    }

    var runs = WatchedRuns()
    var filter = Filter.all
    var search = ""
    var prompt = Prompt.none
    var connection = Connection.connecting

    /// The last thing that there was to say.
    var message = ""

    /// The run whose log is shown; the list where there is none.
    var log: WatchedLog?

    private(set) var selected: Identifier?

    /// Where that is in the list. The first run is selected until somebody selects another one.
    private var index = 0
    private var hasMoved = false

    /// The first row of the list that is shown.
    private(set) var top = 0

    private(set) var size: ScreenSize

    let times: TimeStyle

    init(size: ScreenSize, times: TimeStyle = TimeStyle()) {
        self.size = size
        self.times = times
    }

    /// The runs of the list, filtered.
    var shown: [WatchedRuns.Entry] {
        runs.inOrder.filter { entry in
            let run = entry.run
            guard filter.passes(run.status) else { return false }
            return search.isEmpty
                || [run.requestID.rawValue, run.batchID?.rawValue ?? "", run.task, entry.lastLine].contains {
                    $0.lowercased().contains(search.lowercased())
                }
        }
    }

    /// How many rows the list or the log has, between title and footer.
    var bodyRows: Int { max(0, size.rows - 3) }

    mutating func resize(_ size: ScreenSize) {
        self.size = size
        settle()
    }

    /// Keeps the selection on a run that is shown, and that run in sight.
    mutating func settle() {
        let shown = shown
        guard !shown.isEmpty else {
            selected = nil
            (index, top) = (0, 0)
            return
        }
        let found = hasMoved ? shown.firstIndex { $0.run.requestID == selected } : 0
        index = found ?? min(index, shown.count - 1)
        selected = shown[index].run.requestID
        top = min(max(top, index - bodyRows + 1), index)
        top = max(0, min(top, shown.count - bodyRows))
    }

    /// Moves the selection by so many rows.
    mutating func move(by rows: Int) {
        let shown = shown
        guard let index = shown.firstIndex(where: { $0.run.requestID == selected }) else { return settle() }
        hasMoved = true
        selected = shown[min(max(0, index + rows), shown.count - 1)].run.requestID
        settle()
    }

    /// The runs that go on and are in sight: their last lines are worth reading.
    var runsInSight: [Identifier] {
        guard log == nil else { return [] }
        return shown.dropFirst(top).prefix(bodyRows).filter { $0.run.status == .running }.map(\.run.requestID)
    }

    /// - Returns: runs of which it is not known what has become of them.
    mutating func apply(_ event: ChangeEvent) -> Set<Identifier> {
        var missing: Set<Identifier> = []
        switch event {
        case .connected: connection = .live
        case .run(let change, _): runs.apply(change)
        case .snapshot: missing = runs.snapshotEnded()
        case .error(let text, _, _): message = "the gateway reports: \(TerminalText.singleLine(text))"
        case .gap, .heartbeat, .unknown: break
        }
        settle()
        return missing
    }

    /// What a list says about runs.
    mutating func apply(_ list: [Run]) {
        for run in list { runs.apply(RunChange(run)) }
        settle()
    }
}
