//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// `watch`
struct WatchCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Watch all runs live, on the whole screen.",
        discussion: """
            Shows each run with its status, step, time and last line; opens their logs, filters, searches, cancels. \
            ? lists the keys.
            Where the output is no terminal, each change of a run is a line; with --json it is the event.
            """
    )

    @Option(name: .customLong("status"), help: "Only runs of this status; may be repeated.")
    var statuses: [RunStatus] = []

    @Option(help: "Only runs of this batch.", completion: NameCompletion.marker, transform: Identifier.parse)
    var batchId: Identifier?

    @Option(help: "Only runs of this session.", completion: NameCompletion.marker, transform: Identifier.parse)
    var sessionId: Identifier?

    @Flag(help: "Show times in UTC.")
    var utc = false

    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let endpoints = try common.endpoints(context.environment)
        let client = HTTPClient()
        let filter = ChangeFollower.Filter(statuses: statuses, batchID: batchId, sessionID: sessionId)
        let times = TimeStyle(isUTC: utc)
        if let terminal = context.terminal, !common.json {
            let session = WatchSession(
                terminal: terminal,
                output: context.output,
                style: common.style(context),
                times: times,
                client: client,
                endpoints: endpoints,
                filter: filter,
                policy: context.policy
            )
            try await session.run()
            return .completed
        }
        let follower = ChangeFollower(client: client, endpoints: endpoints, filter: filter, policy: context.policy)
        let style = common.style(context)
        do {
            try await follower.follow { events in
                let text = events.map { common.json ? json($0) : line($0, times, style) }.joined()
                if !text.isEmpty {
                    try await context.output.write(text)
                } else if context.output.isClosed {
                    throw OutputClosed()
                }
            } report: { notice in
                if !common.quiet { await context.notify(notice.text) }
            }
        } catch let failure as FollowFailure {
            throw failure.commandFailure(endpoints)
        }
        return .completed
    }

    private func json(_ received: ChangeFollower.Received) -> String {
        switch received.event {
        case .connected, .heartbeat: common.quiet ? "" : JSONLine.text(data: received.data, id: nil)
        default: JSONLine.text(data: received.data, id: received.id)
        }
    }

    private func line(_ received: ChangeFollower.Received, _ times: TimeStyle, _ style: Style) -> String {
        switch received.event {
        case .run(let run, let time):
            let text = TerminalText.singleLine(run.error ?? run.task)
            return style(.dim, times.timeOfDay(time)) + "  "
                + style(run.status.tint, TextWidth.padded(run.status.word, to: 9))
                + "  \(run.requestID)  step \(run.steps)  \(text)\n"
        case .gap: return style(.yellow, "… some changes are gone …") + "\n"
        case .error(let message, _, _):
            return style(.yellow, "… the gateway reports: \(TerminalText.singleLine(message)) …") + "\n"
        default: return ""
        }
    }
}
