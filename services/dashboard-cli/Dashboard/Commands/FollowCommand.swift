//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// `follow REQUEST_ID`
struct FollowCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Show a run's records, those that are there and those to come, until it ends.",
        discussion: "A run that does not exist yet is waited for."
    )

    @Argument(help: "The name of the run.", transform: Identifier.parse)
    var requestId: Identifier

    @Option(help: "Where to begin: start, now, or an event id such as 1695307200123-0. (default: start)")
    var from: String?

    @Option(help: ArgumentHelp("Begin with the last records that are there.", valueName: "count"))
    var tail: Int?

    @Option(help: "Go on after this event.")
    var lastEventId: String?

    @OptionGroup var following: FollowOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        try Self.validate(from: from, tail: tail, lastEventID: lastEventId)
    }

    /// Checks where to begin.
    static func validate(from: String?, tail: Int?, lastEventID: String?) throws {
        if let from, from != "start", from != "now", EntryID(from) == nil {
            throw ValidationError("--from is \(from.debugDescription), but has to be start, now or an event id")
        }
        if let lastEventID, EntryID(lastEventID) == nil {
            throw ValidationError("--last-event-id is \(lastEventID.debugDescription), but has to be an event id")
        }
        if let tail, tail < 0 {
            throw ValidationError("--tail is \(tail), but has to be 0 or more")
        }
    }

    func execute(in context: CommandContext) async throws -> ExitStatus {
        try await LogView(
            in: context,
            client: HTTPClient(),
            endpoints: try common.endpoints(context.environment),
            followed: .run(requestId),
            common: common,
            following: following,
            start: LogFollower.Start(lastEventID: lastEventId, from: from, tail: tail)
        ).show()
    }
}
