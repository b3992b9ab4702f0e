//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream
import Hosts

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `run TASK`
struct RunCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start a run and follow it to its end.",
        discussion:
            "On a terminal, Ctrl-C asks whether to cancel the run. Elsewhere it stops following; the run goes on."
    )

    @Argument(help: "What to do, in plain English: \"Go to google.com and search for hello world\".")
    var task: String

    @Argument(help: .hidden)
    var more: [String] = []

    @Option(help: "The name of the run, \(Identifier.rule). (default: a new UUID)", transform: Identifier.parse)
    var requestId: Identifier?

    @Option(
        help: "Runs of one session share cookies and storage. (default: the request id)",
        completion: NameCompletion.marker,
        transform: Identifier.parse
    )
    var sessionId: Identifier?

    @Option(help: "The batch that the run belongs to.", completion: NameCompletion.marker, transform: Identifier.parse)
    var batchId: Identifier?

    @Option(help: "The most steps that the run may take.")
    var maxSteps: Int?

    @Option(help: ArgumentHelp("The time limit of the run.", valueName: "seconds"))
    var timeout: Int?

    @Option(help: "What plans the steps; auto is the model if there is one.")
    var planner: RunRequest.Planner?

    @Option(
        help: ArgumentHelp(
            "A file with the JSON schema that the result must satisfy; - reads it from standard input. Needs a model.",
            valueName: "file"
        ),
        completion: .file()
    )
    var outputSchema: String?

    @Option(
        help: ArgumentHelp(
            "A JSON file with the secrets that the run may type, {\"https://example.com\": {\"x_password\": \"…\"}}; - reads it from standard input.",
            valueName: "file"
        ),
        completion: .file()
    )
    var secretsFile: String?

    @Option(
        name: .customLong("allowed-domain"),
        help: ArgumentHelp(
            "A site that the run may connect to, such as example.com or *.example.com; may be repeated. (default: all)",
            valueName: "pattern"
        ),
        transform: { text in
            do {
                return try DomainPattern(text)
            } catch {
                throw ValidationError("\(error)")
            }
        }
    )
    var allowedDomains: [DomainPattern] = []

    @OptionGroup var following: FollowOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard more.isEmpty else {
            let words = ([task] + more).joined(separator: " ")
            throw ValidationError(
                "quote a task of several words: dashboard-cli run \(Shell.quoted(words))"
            )
        }
        if task.allSatisfy(\.isWhitespace) {
            throw ValidationError("the task is empty; describe what to do")
        }
        if let maxSteps, maxSteps < 1 {
            throw ValidationError("--max-steps is \(maxSteps), but must be 1 or more")
        }
        if let timeout, timeout < 1 {
            throw ValidationError("--timeout is \(timeout), but must be 1 second or more")
        }
        if outputSchema == "-", secretsFile == "-" {
            throw ValidationError("only one of --output-schema and --secrets-file can be read from standard input")
        }
    }

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let endpoints = try common.endpoints(context.environment)
        let id = try requestId ?? Identifier(UUID().uuidString.lowercased())
        var request = RunRequest(
            task: task,
            requestID: id,
            sessionID: sessionId,
            batchID: batchId,
            maxSteps: maxSteps,
            timeoutSeconds: timeout,
            planner: planner,
            allowedDomains: allowedDomains.isEmpty ? nil : allowedDomains
        )
        if let outputSchema {
            request.outputSchema = try await JSONFile.read(outputSchema, "schema", context)
        }
        if let secretsFile { request.sensitiveData = try await SecretsFile.read(secretsFile, context) }
        let client = HTTPClient()
        do {
            let api = common.api(context, endpoints, client: client, policy: following.policy(context.policy))
            let run = try await api.start(request)
            let details = common.quiet ? "" : " · \(endpoints.pageURL(of: .run(id)))"
            await context.notify("run \(run.requestID)\(details)")
        } catch is CancellationError {
            await context.notify("interrupted while asking for the run \(id); it may have been started")
            await context.notify(Subject.run(id).hints(endpoints.options))
            throw CancellationError()
        }
        let view = LogView(
            in: context,
            client: client,
            endpoints: endpoints,
            followed: .run(id),
            common: common,
            following: following,
            isOwn: true
        )
        return try await Subject.run(id).whileItGoesOn(endpoints, context) { try await view.show() }
    }
}
