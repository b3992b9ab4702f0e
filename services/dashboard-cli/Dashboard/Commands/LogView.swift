//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// Shows a run or a batch from wherever it stands to its end: what `run`, `follow` and `batch` have in common.
struct LogView: Sendable {
    let context: CommandContext
    let common: CommonOptions
    let follower: LogFollower

    init(
        in context: CommandContext,
        client: HTTPClient,
        endpoints: Endpoints,
        followed: Followed,
        common: CommonOptions,
        following: FollowOptions,
        start: LogFollower.Start = LogFollower.Start()
    ) {
        self.context = context
        self.common = common
        follower = LogFollower(
            client: client,
            endpoints: endpoints,
            followed: followed,
            start: start,
            level: following.level,
            policy: following.policy(context.policy)
        )
    }

    /// - Returns: the status that tells how it ended.
    func show() async throws -> ExitStatus {
        let plain = EventRenderer(
            style: Style(context: context, noColor: common.noColor),
            api: follower.endpoints.api
        )
        var renderer: any LineRenderer =
            switch follower.followed {
            case .run: plain
            case .batch(let batchID): BatchRenderer(batchID: batchID, plain: plain)
            }
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
            case .ended(let status): return status
            case .over: return try await askForStatus(plain)
            }
        } catch let failure as FollowFailure {
            throw failure.commandFailure(follower.endpoints)
        }
    }

    private func line(for received: ReceivedEvent, _ renderer: inout any LineRenderer) -> String {
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

    /// The gateway says that it is over, but the end was not among what it sent: it was shown to somebody before.
    private func askForStatus(_ renderer: EventRenderer) async throws -> ExitStatus {
        let api = AgentAPIClient(client: follower.client, endpoints: follower.endpoints, policy: follower.policy)
        do {
            switch follower.followed {
            case .run(let requestID): return try await status(of: api.run(requestID).run, renderer)
            case .batch(let batchID): return try await status(of: api.batch(batchID), renderer)
            }
        } catch let failure as CommandFailure {
            let message = "it is over and there is nothing more to read, but how it ended is not known: "
            let status = failure.status == .notAllowed ? ExitStatus.notAllowed : .unreachable
            throw CommandFailure(status: status, message: message + failure.message)
        }
    }

    private func status(of run: Run, _ renderer: EventRenderer) async throws -> ExitStatus {
        guard run.status.isFinal else {
            throw CommandFailure(
                status: .unreachable,
                message: "agent-api says that the run is \(run.status.rawValue)"
            )
        }
        if !common.json {
            let outcome = RunOutcome(status: run.status, result: run.result, error: run.error, steps: run.steps)
            let duration = run.finishedAt.map { $0.milliseconds - (run.startedAt ?? run.createdAt).milliseconds }
            try await context.output.write(renderer.outcome(outcome, milliseconds: duration))
        }
        return ExitStatus(run.status)
    }

    private func status(of batch: Batch, _ renderer: EventRenderer) async throws -> ExitStatus {
        guard batch.isOver else {
            throw CommandFailure(status: .unreachable, message: "agent-api says that the batch goes on")
        }
        func count(_ status: RunStatus) -> Int { batch.counts[status.rawValue] ?? 0 }
        let outcome = BatchOutcome(
            runs: batch.runs.count,
            completed: count(.completed),
            failed: count(.failed),
            cancelled: count(.cancelled),
            timedOut: count(.timedOut)
        )
        if !common.json { try await context.output.write(renderer.batchOutcome(outcome)) }
        return ExitStatus(outcome)
    }
}
