//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// What is said of a run that is to be held or to go on.
struct SteeredRuns: ParsableArguments, Sendable {
    @Argument(help: "The names of the runs.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestIds: [Identifier]

    @OptionGroup var common: ServiceOptions
    @OptionGroup(visibility: .hidden) var unused: GatewayOption

    /// Does something with each, all of them even where one fails.
    func forEach(
        in context: CommandContext,
        _ body: (AgentAPIClient, Identifier) async throws -> (run: Run, json: String, text: String)
    ) async throws -> ExitStatus {
        let api = common.client(context, try common.endpoints(context.environment))
        var status = ExitStatus.completed
        for id in requestIds {
            do {
                let (_, json, text) = try await body(api, id)
                if common.json {
                    try await context.output.write(JSONLine.text(data: json, id: nil))
                } else if !common.quiet {
                    await context.notify(text)
                }
            } catch let failure as CommandFailure {
                guard [.failed, .usage].contains(failure.status) else { throw failure }
                await context.notify("error: \(failure.message)")
                if status == .completed { status = failure.status }
            }
        }
        return status
    }
}

/// `pause REQUEST_ID…`
struct PauseCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Hold runs before their next action.",
        discussion: "The time limits of a run that is held stand still. `resume` lets it go on."
    )

    @OptionGroup var runs: SteeredRuns

    func execute(in context: CommandContext) async throws -> ExitStatus {
        try await runs.forEach(in: context) { api, id in
            let (run, json) = try await api.steer(id, "pause")
            return (run, json, run.status == .paused ? "the run \(id) is paused" : "asked to pause the run \(id)")
        }
    }
}

/// `resume REQUEST_ID…`
struct ResumeCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let runs go on that are held."
    )

    @OptionGroup var runs: SteeredRuns

    func execute(in context: CommandContext) async throws -> ExitStatus {
        try await runs.forEach(in: context) { api, id in
            let (run, json) = try await api.steer(id, "resume")
            return (run, json, run.status == .paused ? "asked the run \(id) to go on" : "the run \(id) goes on")
        }
    }
}

/// `answer REQUEST_ID TEXT`
struct AnswerCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "answer",
        abstract: "Answer the question that a run waits with.",
        discussion: "The first answer counts. `show` tells what a run asks."
    )

    @Argument(help: "The name of the run.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestId: Identifier

    @Argument(help: "The answer; -: a line of standard input.")
    var text: String?

    @Flag(help: "Approve what the run asks to approve.")
    var yes = false

    @Flag(help: "Do not approve it.")
    var no = false

    @OptionGroup var common: ServiceOptions
    @OptionGroup(visibility: .hidden) var unused: GatewayOption

    func validate() throws {
        guard [text != nil, yes, no].count(where: { $0 }) == 1 else {
            throw ValidationError("give an answer, or one of --yes and --no")
        }
    }

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let api = common.client(context, try common.endpoints(context.environment))
        var answer: JSONValue = ["approved": .bool(yes)]
        if let text { answer = ["text": .string(text == "-" ? readLine() ?? "" : text)] }
        let (_, json) = try await api.answer(requestId, answer)
        if common.json {
            try await context.output.write(JSONLine.text(data: json, id: nil))
        } else if !common.quiet {
            await context.notify("answered the run \(requestId)")
        }
        return .completed
    }
}
