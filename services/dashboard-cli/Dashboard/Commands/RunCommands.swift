//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// `show REQUEST_ID`
struct ShowCommand: DashboardCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "Show where a run stands.")

    @Argument(help: "The name of the run.", transform: Identifier.parse)
    var requestId: Identifier

    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let endpoints = try common.endpoints(context.environment)
        let api = AgentAPIClient(client: HTTPClient(), endpoints: endpoints, policy: context.policy)
        let (run, json) = try await api.run(requestId)
        let table = RunTable(style: Style(context: context, noColor: common.noColor))
        try await context.output.write(common.json ? JSONLine.text(data: json, id: nil) : table.detail(of: run))
        return .completed
    }
}

/// `runs`
struct RunsCommand: DashboardCommand {
    static let configuration = CommandConfiguration(commandName: "runs", abstract: "List runs, the newest first.")

    @Option(help: "Only runs of this status: \(RunStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
    var status: RunStatus?

    @Option(help: "Only runs of this session.", transform: Identifier.parse)
    var sessionId: Identifier?

    @Option(help: "Only runs of this batch.", transform: Identifier.parse)
    var batchId: Identifier?

    @Option(help: ArgumentHelp("The most runs to list.", valueName: "count"))
    var limit = 50

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit), but has to be 1 or more") }
    }

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let endpoints = try common.endpoints(context.environment)
        let api = AgentAPIClient(client: HTTPClient(), endpoints: endpoints, policy: context.policy)
        var query: [(name: String, value: String)] = []
        if let status { query.append(("status", status.rawValue)) }
        if let sessionId { query.append(("session_id", sessionId.rawValue)) }
        if let batchId { query.append(("batch_id", batchId.rawValue)) }
        let table = RunTable(style: Style(context: context, noColor: common.noColor))
        var shown = 0
        var next: String?
        repeat {
            // The service gives no more than so many at a time.
            var page = query + [("limit", String(min(limit - shown, 200)))]
            if let next { page.append(("after", next)) }
            let (answer, json) = try await api.runs(query: page)
            let text = common.json ? JSONLine.text(data: json, id: nil) : table.lines(for: answer.runs)
            if !text.isEmpty { try await context.output.write(text) }
            shown += answer.runs.count
            next = answer.next
        } while next != nil && shown < limit
        if shown == 0, !common.quiet, !common.json { await context.notify("no runs") }
        return .completed
    }
}

/// `cancel REQUEST_ID`
struct CancelCommand: DashboardCommand {
    static let configuration = CommandConfiguration(commandName: "cancel", abstract: "Cancel a run.")

    @Argument(help: "The name of the run.", transform: Identifier.parse)
    var requestId: Identifier

    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let endpoints = try common.endpoints(context.environment)
        let api = AgentAPIClient(client: HTTPClient(), endpoints: endpoints, policy: context.policy)
        let answer = try await api.cancel(requestId)
        if common.json {
            if !answer.body.isEmpty { try await context.output.write(JSONLine.text(data: answer.text, id: nil)) }
        } else if !common.quiet {
            await context.notify("asked to cancel the run \(requestId)")
        }
        return .completed
    }
}
