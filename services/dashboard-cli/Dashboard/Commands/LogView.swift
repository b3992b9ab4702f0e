//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// Shows a run or a batch from wherever it stands to its end, or what there is of it now: what `run`, `follow`, `logs`
/// and `batch` have in common.
struct LogView: Sendable {
    let context: CommandContext
    let common: CommonOptions
    let times: TimeStyle
    let selection: RecordSelection
    /// Whether to stop at the last record that there is, rather than to wait for more.
    let stops: Bool
    let client: HTTPClient
    let endpoints: Endpoints
    let followed: Subject
    let start: LogFollower.Start
    let policy: FollowPolicy

    /// What says below the log how things stand; `nil` where nobody looks.
    let footer: LiveFooter?

    /// Whether pictures are to be shown.
    let wantsPictures: Bool

    /// Whether it was started by this command, which is asked about when Ctrl-C is pressed.
    let isOwn: Bool

    init(
        in context: CommandContext,
        client: HTTPClient,
        endpoints: Endpoints,
        followed: Subject,
        common: CommonOptions,
        following: FollowOptions,
        start: LogFollower.Start = LogFollower.Start(),
        since: Since? = nil,
        stops: Bool = false,
        isOwn: Bool = false,
        runs: [Identifier] = []
    ) {
        let standing: any FooterContent =
            switch followed {
            case .run(let id): RunStanding(of: id)
            case .batch(let id): BatchStanding(of: id, runs: runs)
            }
        let isLive = !stops && !common.json && !common.quiet
        footer = isLive ? LiveFooter(standing, in: context, style: common.style(context)) : nil
        self.isOwn = isOwn
        wantsPictures = following.picture && isLive
        self.context = footer?.context ?? context
        self.common = common
        self.client = client
        self.endpoints = endpoints
        self.followed = followed
        self.start = start
        self.stops = stops
        times = following.times
        selection = RecordSelection(level: following.leastLevel(json: common.json), since: since?.time)
        policy = following.policy(context.policy)
    }

    /// - Returns: the status that tells how it ended; 0 when it was only looked at.
    func show() async throws -> ExitStatus {
        do {
            return stops ? try await showWhatThereIs() : try await followAboveFooter()
        } catch FollowFailure.notAGateway(let detail) {
            let probe = ServiceProbe(client: client, endpoints: endpoints, policy: policy)
            let isAgentAPI = await probe.isAgentAPI(endpoints.gateway)
            let failure = isAgentAPI ? FollowFailure.isAgentAPI : .notAGateway(detail: detail)
            throw failure.commandFailure(endpoints)
        } catch let failure as FollowFailure {
            throw failure.commandFailure(endpoints)
        }
    }

    /// Whatever ends it, the footer is gone then.
    private func followAboveFooter() async throws -> ExitStatus {
        guard let footer else { return try await follow() }
        do {
            let status = try await follow()
            await footer.end()
            return status
        } catch {
            await footer.end()
            throw error
        }
    }

    private enum Ending: Sendable {
        case followed(LogFollower.Outcome)
        /// Nothing more comes of it, though nothing has said so.
        case settled
    }

    private func follow() async throws -> ExitStatus {
        let pictures = try await pictures()
        // Records that tell of a picture are of the least level.
        let follower = follower(start, level: pictures == nil ? selection.level : nil)
        let watch = SilenceWatch(
            followed: followed,
            isFromStart: start.isAll && selection.since == nil,
            progress: follower.progress,
            api: AgentAPIClient(client: client, endpoints: endpoints, policy: policy.once),
            policy: policy,
            notify: notify
        )
        let (questions, asking) = AsyncStream.makeStream(of: WaitingFor?.self, bufferingPolicy: .bufferingNewest(1))
        let ending = try await withThrowingTaskGroup(of: Ending?.self) { group in
            group.addTask {
                var lines = self.lines()
                return .followed(
                    try await follower.follow { events in
                        footer?.apply(events.lazy.compactMap(\.event))
                        defer {
                            let change = OpenQuestion.change(by: events.compactMap(\.event))
                            if let question = change { asking.yield(question) }
                        }
                        guard let pictures else {
                            return try await write(events.map { text(for: $0, &lines) }.joined())
                        }
                        for event in events {
                            try await write(text(for: event, &lines))
                            try await show(event, pictures)
                        }
                    } report: { notice in
                        await self.notify(notice.text)
                    }
                )
            }
            group.addTask {
                try await watch.untilOver()
                return .settled
            }
            if let footer {
                group.addTask {
                    try await footer.run()
                    return nil
                }
            }
            if let dialogue = dialogue(questions) {
                group.addTask {
                    try await dialogue.run()
                    return nil
                }
            }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                if let ending { return ending }
            }
            return .settled
        }
        switch ending {
        case .followed(.ended(let status)): return status
        case .followed(.reachedLast): return .completed
        case .followed(.over), .settled: return try await outcome().show(renderer)
        }
    }

    /// Shows what there is now. The level and the count are applied here, since the last record is needed to know where to
    /// stop, whether it is shown or not.
    private func showWhatThereIs() async throws -> ExitStatus {
        guard start.from != "now" else {
            let message = "--from now leaves out all records so far, but only those were asked for"
            throw CommandFailure(status: .usage, message: message)
        }
        let newest = NewestRecord(follower: follower(LogFollower.Start(tail: 1), last: .zero), policy: policy)
        guard let last = try await newest.find(report: { await notify($0.text) }) else { return try await nothing() }
        var all = start
        all.tail = nil
        let follower = follower(all, last: last)
        let kept = start.tail.map { LastRecords($0) }
        let outcome = try await withThrowingTaskGroup(of: LogFollower.Outcome?.self) { group in
            group.addTask {
                var lines = self.lines()
                return try await follower.follow { events in
                    let shown = events.filter { selection.passes($0.event) }
                    guard let kept else { return try await write(shown.map { text(for: $0, &lines) }.joined()) }
                    kept.add(shown)
                } report: { notice in
                    await notify(notice.text)
                }
            }
            group.addTask {
                // The record to stop at may be gone by now.
                try await follower.progress.untilQuiet(for: policy.emptiness)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
        if let kept {
            var lines = lines()
            try await write(kept.all.map { text(for: $0, &lines) }.joined())
        }
        if case .over = outcome { await notify("there are no more records of the \(followed)") }
        return .completed
    }

    private func nothing() async throws -> ExitStatus {
        let api = AgentAPIClient(client: client, endpoints: endpoints, policy: policy.once)
        do {
            switch followed {
            case .run(let id): _ = try await api.run(id)
            case .batch(let id): _ = try await api.batch(id)
            }
        } catch let failure as CommandFailure where failure.status == .failed {
            throw CommandFailure(status: .failed, message: "there is no \(followed), or it has expired")
        } catch is CommandFailure {
            // Then that there are no records is all that is known.
        }
        await notify("the \(followed) has no records so far")
        return .completed
    }

    private func follower(
        _ start: LogFollower.Start,
        level: LogLevel? = nil,
        last: EntryID? = nil
    ) -> LogFollower {
        LogFollower(
            client: client,
            endpoints: endpoints,
            followed: followed,
            start: start,
            level: level,
            policy: policy,
            last: last
        )
    }

    /// The gateway says that it is over, but the end was not among what it sent: it was shown to somebody before.
    private func outcome() -> FinalOutcome {
        FinalOutcome(
            followed: followed,
            api: AgentAPIClient(client: client, endpoints: endpoints, policy: policy),
            output: common.json ? nil : context.output
        )
    }

    // MARK: what is written

    private var renderer: EventRenderer {
        EventRenderer(style: common.style(context), api: endpoints.api, times: times, asksInline: asksInline)
    }

    private func lines() -> any LineRenderer {
        switch followed {
        case .run: renderer
        case .batch(let batchID): BatchRenderer(batchID: batchID, plain: renderer)
        }
    }

    func write(_ text: String) async throws {
        if !text.isEmpty {
            try await context.output.write(text)
        } else if context.output.isClosed {
            throw OutputClosed()
        }
    }

    @Sendable
    func notify(_ text: String) async {
        if !common.quiet { await context.notify(text) }
    }

    private func text(for received: ReceivedEvent, _ lines: inout any LineRenderer) -> String {
        guard selection.passes(received.event) else { return "" }
        if common.json { return json(for: received) }
        guard let event = received.event else {
            return
                "… an unknown event: \(TerminalText.singleLine(String(received.data.prefix(200)))) …\n"
        }
        return lines.text(for: event)
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
}
