//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// Which runs and batches a command is about.
struct TargetOptions: ParsableArguments, Sendable {
    @Argument(help: "The names of the runs.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestIds: [Identifier] = []

    @Option(
        name: .customLong("batch"),
        help: ArgumentHelp("All runs of this batch; may be repeated.", valueName: "batch-id"),
        completion: NameCompletion.marker,
        transform: Identifier.parse
    )
    var batchIds: [Identifier] = []

    func validate() throws {
        guard requestIds.isEmpty, batchIds.isEmpty else { return }
        throw ValidationError("name at least one run (<request-id>), or a batch with --batch")
    }

    /// Does something with each, all of them even where one fails.
    ///
    /// - Returns: the first status that is not 0.
    func forEach(
        in context: CommandContext,
        _ body: (Subject) async throws -> Void
    ) async throws -> ExitStatus {
        var status = ExitStatus.completed
        for target in requestIds.map(Subject.run) + batchIds.map(Subject.batch) {
            do {
                try await body(target)
            } catch let failure as CommandFailure {
                // What fails for one because of the service fails for all.
                guard failure.status == .failed else { throw failure }
                await context.notify("error: \(failure.message)")
                if status == .completed { status = failure.status }
            }
        }
        return status
    }
}

/// `show REQUEST_ID…`
struct ShowCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the state of runs and batches."
    )

    @OptionGroup var targets: TargetOptions
    @OptionGroup var common: ServiceOptions
    @OptionGroup(visibility: .hidden) var unused: GatewayOption

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let api = common.client(context, try common.endpoints(context.environment))
        let table = RunTable(style: common.style(context), columns: context.columns)
        var isFirst = true
        return try await targets.forEach(in: context) { target in
            let (text, json): (String, String)
            switch target {
            case .run(let id):
                let answer = try await api.run(id)
                (text, json) = (table.detail(of: answer.run), answer.json)
            case .batch(let id):
                let answer = try await api.batch(id)
                (text, json) = (table.detail(of: answer.batch), answer.json)
            }
            let separator = isFirst ? "" : "\n"
            isFirst = false
            try await context.output.write(common.json ? JSONLine.text(data: json, id: nil) : separator + text)
        }
    }
}

/// `instructions REQUEST_ID`
struct InstructionsCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "instructions",
        abstract: "Print what a run did as a task that does it again.",
        discussion: """
            For runs that a model planned and that have completed. The text can be edited, and run without a model: \
            dashboard-cli run --planner instructions "$(cat FILE)". With --planner auto, the model does the steps that fail.
            """
    )

    @Argument(help: "The name of the run.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestId: Identifier

    @OptionGroup var common: ServiceOptions
    @OptionGroup(visibility: .hidden) var unused: GatewayOption

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let api = common.client(context, try common.endpoints(context.environment))
        let (text, json) = try await api.instructions(of: requestId)
        try await context.output.write(common.json ? JSONLine.text(data: json, id: nil) : text)
        return .completed
    }
}

/// `runs`
struct RunsCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "runs",
        abstract: "List runs, the newest first.",
        discussion: "On a terminal, lines are fitted to its width. --json prints one run a line."
    )

    @Option(help: "Only runs of this status: \(RunStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
    var status: RunStatus?

    @Option(help: "Only runs of this session.", completion: NameCompletion.marker, transform: Identifier.parse)
    var sessionId: Identifier?

    @Option(help: "Only runs of this batch.", completion: NameCompletion.marker, transform: Identifier.parse)
    var batchId: Identifier?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("The most runs to list.", valueName: "count"))
    var limit = 50

    @OptionGroup var common: ServiceOptions
    @OptionGroup(visibility: .hidden) var unused: GatewayOption

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit), but must be 1 or more") }
    }

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let api = common.client(context, try common.endpoints(context.environment))
        var query: [(name: String, value: String)] = []
        if let status { query.append(("status", status.rawValue)) }
        if let sessionId { query.append(("session_id", sessionId.rawValue)) }
        if let batchId { query.append(("batch_id", batchId.rawValue)) }
        let table = RunTable(style: common.style(context), columns: context.columns)
        var shown = 0
        var total: Int?
        var next: Identifier?
        repeat {
            // The service gives no more than so many at a time.
            var page = query + [("limit", String(min(limit - shown, 200)))]
            if let next { page.append(("after", next.rawValue)) }
            let (answer, json) = try await api.runs(query: page)
            let lines =
                common.json
                ? json.map { JSONLine.text(data: $0.text, id: nil) }.joined() : table.lines(for: answer.runs)
            let heading = common.json || shown > 0 || answer.runs.isEmpty ? "" : table.heading(for: answer.runs)
            if !lines.isEmpty { try await context.output.write(heading + lines) }
            shown += answer.runs.count
            total = answer.total ?? total
            next = answer.next
        } while next != nil && shown < limit
        if !common.quiet { await say(shown, of: total, hasMore: next != nil, context) }
        return .completed
    }

    private func say(_ shown: Int, of total: Int?, hasMore: Bool, _ context: CommandContext) async {
        if shown == 0 {
            if !common.json { await context.notify("no runs") }
        } else if hasMore {
            let count = total.map { "\(shown) of \($0) runs" } ?? "\(shown) runs, and there are more"
            await context.notify("\(count); --limit shows more")
        }
    }
}

/// `cancel REQUEST_ID…`
struct CancelCommand: DashboardCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Cancel runs.")

    @OptionGroup var targets: TargetOptions
    @OptionGroup var common: ServiceOptions
    @OptionGroup(visibility: .hidden) var unused: GatewayOption

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let api = common.client(context, try common.endpoints(context.environment))
        return try await targets.forEach(in: context) { target in
            switch target {
            case .run(let id):
                let (run, json, isAsked) = try await api.cancel(id)
                try await tell(json, "\(text(for: run, isAsked: isAsked))", context)
            case .batch(let id):
                let (batch, json, isAsked) = try await api.cancel(batch: id)
                let counts = RunStatus.allCases.compactMap { status in
                    batch.counts[status.rawValue].flatMap { $0 > 0 ? "\($0) \(status.word)" : nil }
                }
                let what = isAsked ? "asked to cancel the \(target)" : "the \(target) had ended before"
                try await tell(json, "\(what): \(counts.joined(separator: ", "))", context)
            }
        }
    }

    private func text(for run: Run, isAsked: Bool) -> String {
        if !isAsked, run.status.isFinal { return "the run \(run.requestID) had ended before: \(run.status.word)" }
        if run.status == .cancelled { return "cancelled the run \(run.requestID)" }
        return "asked to cancel the run \(run.requestID)"
    }

    private func tell(_ json: String, _ text: String, _ context: CommandContext) async throws {
        if common.json {
            try await context.output.write(JSONLine.text(data: json, id: nil))
        } else if !common.quiet {
            await context.notify(text)
        }
    }
}

extension RunStatus {
    var word: String { self == .timedOut ? "timed out" : rawValue }

    var tint: Style.Tint {
        switch self {
        case .queued: .dim
        case .running: .cyan
        case .paused, .waiting: .magenta
        case .completed: .green
        case .failed: .red
        case .cancelled, .timedOut: .yellow
        }
    }
}
