//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// Shows a run from wherever it stands to its end: what `run` and `follow` have in common.
struct RunView: Sendable {
    let context: CommandContext
    let common: CommonOptions
    let follower: RunFollower

    init(
        in context: CommandContext,
        client: HTTPClient,
        endpoints: Endpoints,
        requestID: Identifier,
        common: CommonOptions,
        following: FollowOptions,
        start: RunFollower.Start = RunFollower.Start()
    ) {
        self.context = context
        self.common = common
        follower = RunFollower(
            client: client,
            endpoints: endpoints,
            requestID: requestID,
            start: start,
            level: following.level,
            policy: following.policy(context.policy)
        )
    }

    /// - Returns: the status that tells how the run ended.
    func show() async throws -> ExitStatus {
        var renderer = EventRenderer(
            style: Style(context: context, noColor: common.noColor),
            api: follower.endpoints.api
        )
        do {
            let outcome = try await follower.follow { events in
                let text = events.map { common.json ? json(for: $0) : line(for: $0, &renderer) }.joined()
                if !text.isEmpty {
                    try await context.output.write(text)
                } else if context.output.isClosed {
                    throw OutputClosed()
                }
            } report: { notice in
                if !common.quiet { await context.notify(notice.text) }
            }
            switch outcome {
            case .ended(let end): return ExitStatus(end.outcome.status)
            case .over: return try await askForStatus(renderer)
            }
        } catch let failure as FollowFailure {
            throw failure.commandFailure(follower.endpoints)
        }
    }

    private func line(for received: ReceivedEvent, _ renderer: inout EventRenderer) -> String {
        guard let event = received.event else {
            return
                "… an event that is not understood: \(TerminalText.singleLine(String(received.data.prefix(200)))) …\n"
        }
        return renderer.text(for: event)
    }

    private func json(for received: ReceivedEvent) -> String {
        if common.quiet {
            switch received.event {
            case .connected, .heartbeat: return ""
            default: break
            }
        }
        return JSONLine.text(data: received.data, id: received.id)
    }

    /// The gateway says that the run is over, but its end was not among what it sent: it was shown to somebody before.
    private func askForStatus(_ renderer: EventRenderer) async throws -> ExitStatus {
        let api = AgentAPIClient(client: follower.client, endpoints: follower.endpoints, policy: follower.policy)
        let run: Run
        do {
            run = try await api.run(follower.requestID).run
        } catch let failure as CommandFailure {
            let message = "the run is over and there is nothing more to read, but how it ended is not known: "
            let status = failure.status == .notAllowed ? ExitStatus.notAllowed : .unreachable
            throw CommandFailure(status: status, message: message + failure.message)
        }
        guard run.status.isFinal else {
            throw CommandFailure(
                status: .unreachable,
                message:
                    "the gateway has nothing more to read, but agent-api says that the run is \(run.status.rawValue)"
            )
        }
        if !common.json {
            let outcome = RunOutcome(status: run.status, result: run.result, error: run.error, steps: run.steps)
            let duration = run.finishedAt.map { $0.milliseconds - (run.startedAt ?? run.createdAt).milliseconds }
            try await context.output.write(renderer.outcome(outcome, milliseconds: duration))
        }
        return ExitStatus(run.status)
    }
}
