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
        abstract: "Show a run's past and future records until it ends.",
        discussion: "Waits for a run that does not exist yet."
    )

    @Argument(help: "The name of the run.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestId: Identifier

    @Flag(help: "Show the records so far, and stop.")
    var noFollow = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var following: FollowOptions
    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        try await LogView(
            in: context,
            client: HTTPClient(),
            endpoints: try common.endpoints(context.environment),
            followed: .run(requestId),
            common: common,
            following: following,
            start: place.start,
            since: place.since,
            stops: noFollow
        ).show()
    }
}

/// `logs REQUEST_ID`
struct LogsCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show a run's records so far, and stop.",
        discussion:
            "The exit status is 0 once they are shown, however the run ended; with --follow it tells how it ended."
    )

    @Argument(help: "The name of the run.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestId: Identifier

    @Flag(name: .shortAndLong, help: "Keep following until the run ends.")
    var follow = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var following: FollowOptions
    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        try await LogView(
            in: context,
            client: HTTPClient(),
            endpoints: try common.endpoints(context.environment),
            followed: .run(requestId),
            common: common,
            following: following,
            start: place.start,
            since: place.since,
            stops: !follow
        ).show()
    }
}
