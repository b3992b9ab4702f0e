//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// What a shell asks to complete the name of a run, a batch or a session with, by the script that
/// `--generate-completion-script` has made: `---completion follow -- positional@0 2 5 dashboard-cli follow my-ru`.
struct NameCompletion: Sendable {
    /// What the names are of.
    enum Kind: Sendable {
        case run, unfinishedRun, batch, session
    }

    let kind: Kind

    /// Where agent-api is, if the words on the command line say so.
    let api: ServiceURL?

    private let isZsh: Bool

    /// Marks an argument whose values are asked for.
    static let marker = CompletionKind.custom { _, _, _ in [] }

    /// How long a shell may be kept waiting for names.
    private static let patience = Duration.seconds(2)

    /// - Returns: `nil` for what is no such question.
    init?(_ arguments: [String], environment: [String: String]) {
        guard arguments.first == "---completion", let separator = arguments.firstIndex(of: "--"),
            separator + 1 < arguments.count
        else { return nil }
        let command = arguments[1..<separator].last ?? ""
        switch arguments[separator + 1] {
        case "--batch", "--batch-id": kind = .batch
        case "--session-id": kind = .session
        default: kind = ["cancel", "pause", "resume", "answer"].contains(command) ? .unfinishedRun : .run
        }
        var words = arguments[(separator + 2)...]
        var api: ServiceURL?
        while let word = words.popFirst() {
            if word == "--api" { api = words.first.flatMap(ServiceURL.init) }
            if word.hasPrefix("--api=") { api = ServiceURL(String(word.dropFirst("--api=".count))) }
        }
        self.api = api
        isZsh = environment["SAP_SHELL"] == "zsh"
    }

    /// The names, one a line. None where agent-api does not answer: a shell must show neither an error nor nothing for long.
    func lines(in context: CommandContext) async -> String {
        guard var endpoints = try? ServiceOptions.parse([]).endpoints(context.environment) else { return "" }
        if let api { endpoints.api = api }
        var policy = context.policy.once
        policy.headTimeout = Self.patience
        policy.connectTimeout = Self.patience
        let client = AgentAPIClient(client: HTTPClient(), endpoints: endpoints, policy: policy)
        guard let runs = try? await client.runs(query: [("limit", "200")]).page.runs else { return "" }
        var seen: Set<String> = []
        let lines = runs.compactMap { run -> String? in
            let name: Identifier? =
                switch kind {
                case .run: run.requestID
                case .unfinishedRun: run.status.isFinal ? nil : run.requestID
                case .batch: run.batchID
                case .session: run.sessionID
                }
            guard let name = name?.rawValue, seen.insert(name).inserted else { return nil }
            // What follows a colon is a description there.
            return (isZsh ? name.replacing(":", with: "\\:") : name) + "\n"
        }.joined()
        // The script for zsh takes the last line for a mark of the end.
        return isZsh ? lines + " \n" : lines
    }
}
