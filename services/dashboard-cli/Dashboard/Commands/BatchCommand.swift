//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `batch FILE|BATCH_ID`
struct BatchCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch",
        abstract: "Start many runs at once and follow them on one connection, or follow an existing batch.",
        discussion: """
            FILE has one task per line, or JSON as POST /api/agents/batch takes it; - is the standard input.
            Anything else is the name of a batch. Each line begins with the name of its run.
            Following ends when all runs have ended, even if more runs could be added to the batch.
            The exit status is 0 when all runs completed, 1 when one failed, 4 when none did but one was cancelled or \
            timed out.
            On a terminal, Ctrl-C asks whether to cancel the runs of a new batch. Else it stops following; the runs go on.
            """
    )

    @Argument(
        help: ArgumentHelp("A file of tasks, - for the standard input, or a batch.", valueName: "file|batch-id"),
        completion: .file()
    )
    var source: String

    @Option(
        help: "The name of the new batch. (default: the one in the file, else a new UUID)",
        transform: Identifier.parse
    )
    var batchId: Identifier?

    @Flag(help: "Show the batch's records so far, and stop.")
    var noFollow = false

    @OptionGroup(title: "Where to begin in an existing batch") var place: PlaceOptions
    @OptionGroup var following: FollowOptions
    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let endpoints = try common.endpoints(context.environment)
        let client = HTTPClient()
        guard let file = try await file(context) else {
            let id = try await existingBatch(common.api(context, endpoints, client: client))
            return try await follow(id, endpoints: endpoints, client: client, context)
        }
        if let named = file.batchID, let batchId, named != batchId {
            throw CommandFailure(
                status: .usage,
                message: "the file names the batch \(named), but --batch-id is \(batchId)"
            )
        }
        let id = try batchId ?? file.batchID ?? Identifier(UUID().uuidString.lowercased())
        var runs: [Identifier] = []
        do {
            let policy = following.policy(context.policy)
            let api = common.api(context, endpoints, client: client, policy: policy)
            let batch = try await api.start(batch: file.body(batchID: id))
            runs = batch.runs.map(\.requestID)
            let count = batch.runs.count == 1 ? "1 run" : "\(batch.runs.count) runs"
            let details = common.quiet ? "" : " · \(count) · \(endpoints.pageURL(of: .batch(id)))"
            await context.notify("batch \(id)\(details)")
        } catch is CancellationError {
            await context.notify("interrupted while asking for the batch \(id); it may have been started")
            await context.notify(Subject.batch(id).hints(endpoints.options))
            throw CancellationError()
        }
        return try await Subject.batch(id).whileItGoesOn(endpoints, context) { [runs] in
            try await follow(id, endpoints: endpoints, client: client, context, isOwn: true, runs: runs)
        }
    }

    /// `nil` when the argument names no file.
    private func file(_ context: CommandContext) async throws -> BatchFile? {
        // One byte more than is allowed, to see that there is more.
        let limit = BatchFile.maximumSize + 1
        do {
            if source == "-" { return try BatchFile(await context.input(limit)) }
            guard FileManager.default.fileExists(atPath: source) else { return nil }
            return try BatchFile(await FileInput.read(path: source, limit: limit))
        } catch let error as UnreadableInput {
            throw CommandFailure(status: .usage, message: "\(source) cannot be read: \(error)")
        }
    }

    /// What looks like the name of a file has to be a batch that there is; any other is waited for.
    private func existingBatch(_ api: AgentAPIClient) async throws -> Identifier {
        guard let id = Identifier(rawValue: source) else {
            throw CommandFailure(
                status: .usage,
                message: "there is no file \(source), and this is not a valid name of a batch"
            )
        }
        if source.contains(/.\.[a-zA-Z]{1,6}$/) {
            do {
                _ = try await api.batch(id)
            } catch let failure as CommandFailure where failure.status == .failed {
                throw CommandFailure(status: .usage, message: "there is no file \(source), and no batch of that name")
            } catch let failure as CommandFailure {
                throw CommandFailure(status: failure.status, message: "there is no file \(source); \(failure.message)")
            }
        }
        guard batchId == nil else {
            throw CommandFailure(
                status: .usage,
                message: "--batch-id needs a file of tasks; there is no file \(source)"
            )
        }
        return id
    }

    private func follow(
        _ id: Identifier,
        endpoints: Endpoints,
        client: HTTPClient,
        _ context: CommandContext,
        isOwn: Bool = false,
        runs: [Identifier] = []
    ) async throws -> ExitStatus {
        try await LogView(
            in: context,
            client: client,
            endpoints: endpoints,
            followed: .batch(id),
            common: common,
            following: following,
            start: place.start,
            since: place.since,
            stops: noFollow,
            isOwn: isOwn,
            runs: runs
        ).show()
    }
}
