//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// `watch` on a terminal: feeds the model with what the services tell and what is typed, and draws it.
struct WatchSession: Sendable {
    private enum Event: Sendable {
        case keys([UInt8])
        /// Nothing more has come of a key for a while.
        case keyIsWhole
        case changed
        case tick
        case draw
        case changes([ChangeFollower.Received])
        case notice(FollowNotice)
        case runs([Run])
        case gone(Identifier)
        case lines(Identifier, [StreamEvent])
        case message(String)
        case failed(any Error)
    }

    let terminal: Terminal
    let output: any TextOutput
    let style: Style
    let times: TimeStyle
    let client: HTTPClient
    let endpoints: Endpoints
    let filter: ChangeFollower.Filter
    let policy: FollowPolicy

    /// Waiting for the rest of a key's bytes.
    private static let keyPatience = Duration.milliseconds(50)

    /// The least time between two pictures.
    private static let frame = Duration.milliseconds(40)

    private var api: AgentAPIClient {
        AgentAPIClient(client: client, endpoints: endpoints, policy: policy.once)
    }

    /// - Returns: when somebody quits.
    /// - Throws: `CommandFailure`, `CancellationError`.
    func run() async throws {
        let keys = try terminal.keys()
        terminal.enter(.screen)
        defer { terminal.enter(.lines) }
        let (events, event) = AsyncStream.makeStream(of: Event.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await bytes in keys { event.yield(.keys(bytes)) } }
            group.addTask { for await _ in terminal.changes() { event.yield(.changed) } }
            group.addTask { while (try? await Task.sleep(for: .seconds(1))) != nil { event.yield(.tick) } }
            group.addTask { await followChanges(event) }
            group.addTask { await list(event) }
            try await handle(events, event, in: &group)
        }
    }

    private func handle(
        _ events: AsyncStream<Event>,
        _ event: AsyncStream<Event>.Continuation,
        in group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws {
        var model = WatchModel(size: terminal.size, times: times)
        var painter = ScreenPainter(style: style)
        var parser = KeyParser()
        var logs = LogReaders()
        defer { logs.stopAll() }
        var isDrawingPlanned = false
        try await draw(&model, &painter)
        for await next in events {
            switch next {
            case .draw:
                isDrawingPlanned = false
                try await draw(&model, &painter)
                continue
            case .keys(let bytes):
                if try await press(parser.feed(bytes), &model, &painter, event, in: &group) { return }
                if parser.isPending {
                    group.addTask {
                        try await Task.sleep(for: Self.keyPatience)
                        event.yield(.keyIsWhole)
                    }
                }
            case .keyIsWhole:
                if try await press(parser.flush(), &model, &painter, event, in: &group) { return }
            case .changed:
                model.resize(terminal.size)
                painter.forget()
            case .tick: break
            case .changes(let changes):
                for change in changes {
                    guard let told = change.event else { continue }
                    if case .connected = told, change.isFresh { model.runs.snapshotBegan() }
                    let missing = model.apply(told)
                    if !missing.isEmpty { group.addTask { await look(missing, event) } }
                }
            case .notice(let notice):
                switch notice {
                case .connectedAgain, .passedOver: break
                case .lost, .notReady, .notThere:
                    if case .lost = model.connection { break }
                    model.connection = .lost(since: .now(), reason: notice.text)
                }
            case .runs(let runs): model.apply(runs)
            case .gone(let id):
                model.runs.remove(id)
                model.settle()
            case .lines(let id, let events): show(events, of: id, in: &model)
            case .message(let text): model.message = TerminalText.singleLine(text)
            case .failed(let error): throw error
            }
            logs.read(wanted(by: model)) { id, isWhole in
                Task { await followLog(of: id, isWhole: isWhole, event) }
            }
            guard !isDrawingPlanned else { continue }
            isDrawingPlanned = true
            group.addTask {
                try await Task.sleep(for: Self.frame)
                event.yield(.draw)
            }
        }
    }

    private func draw(_ model: inout WatchModel, _ painter: inout ScreenPainter) async throws {
        guard !terminal.isStopped else { return }
        let text = painter.paint(model.screen(at: .now()), size: model.size)
        if !text.isEmpty { try await output.write(text) }
    }

    /// - Returns: whether that is all.
    private func press(
        _ keys: [Key],
        _ model: inout WatchModel,
        _ painter: inout ScreenPainter,
        _ event: AsyncStream<Event>.Continuation,
        in group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> Bool {
        for key in keys {
            let effects = model.press(key) { WatchedLog(of: $0, api: endpoints.api, times: times) }
            for effect in effects {
                switch effect {
                case .quit: return true
                case .suspend: terminal.stopGroup()
                case .redraw: painter.forget()
                case .hold(let id, let isHeld):
                    group.addTask {
                        do {
                            let (run, _) = try await api.steer(id, isHeld ? "pause" : "resume")
                            event.yield(.runs([run]))
                            event.yield(.message(isHeld ? "asked to pause the run \(id)" : "the run \(id) goes on"))
                        } catch let failure as CommandFailure {
                            event.yield(.message(failure.message))
                        }
                    }
                case .cancel(let id):
                    group.addTask {
                        do {
                            let (run, _, isAsked) = try await api.cancel(id)
                            event.yield(.runs([run]))
                            let text = isAsked ? "asked to cancel the run \(id)" : "the run \(id) had ended before"
                            event.yield(.message(text))
                        } catch let failure as CommandFailure {
                            event.yield(.message(failure.message))
                        }
                    }
                }
            }
        }
        return false
    }

    // MARK: What the services tell

    private func followChanges(_ event: AsyncStream<Event>.Continuation) async {
        let follower = ChangeFollower(client: client, endpoints: endpoints, filter: filter, policy: policy)
        do {
            try await follower.follow {
                event.yield(.changes($0))
            } report: {
                event.yield(.notice($0))
            }
        } catch is CancellationError {
        } catch let failure as FollowFailure {
            event.yield(.failed(failure.commandFailure(endpoints)))
        } catch {
            event.yield(.failed(error))
        }
    }

    /// The newest runs, for those that have ended.
    private func list(_ event: AsyncStream<Event>.Continuation) async {
        var query: [(name: String, value: String)] = [("limit", "100")]
        if let batchID = filter.batchID { query.append(("batch_id", batchID.rawValue)) }
        if let sessionID = filter.sessionID { query.append(("session_id", sessionID.rawValue)) }
        guard let page = try? await api.runs(query: query).page else { return }
        let isWanted = { filter.statuses.isEmpty || filter.statuses.contains($0) }
        event.yield(.runs(page.runs.filter { isWanted($0.status) }))
    }

    /// What has become of runs that are not among those that go on.
    private func look(_ ids: Set<Identifier>, _ event: AsyncStream<Event>.Continuation) async {
        for id in ids {
            do {
                event.yield(.runs([try await api.run(id).run]))
            } catch let failure as CommandFailure where failure.status == .failed {
                event.yield(.gone(id))
            } catch {
                // It stays as it was seen last; the next snapshot asks again.
            }
        }
    }

    // MARK: Logs

    private func wanted(by model: WatchModel) -> LogReaders.Wanted {
        if let id = model.log?.requestID { return [id: true] }
        return Dictionary(uniqueKeysWithValues: model.runsInSight.map { ($0, false) })
    }

    private func followLog(of id: Identifier, isWhole: Bool, _ event: AsyncStream<Event>.Continuation) async {
        let follower = LogFollower(
            client: client,
            endpoints: endpoints,
            followed: .run(id),
            start: LogFollower.Start(tail: isWhole ? 10_000 : 1),
            level: isWhole ? nil : .info,
            policy: policy
        )
        // How the connection is doing is told by the stream of changes.
        _ = try? await follower.follow { events in
            event.yield(.lines(id, events.compactMap(\.event)))
        } report: { _ in
        }
    }

    private func show(_ events: [StreamEvent], of id: Identifier, in model: inout WatchModel) {
        for event in events.reversed() {
            guard case .log(let record, _) = event else { continue }
            model.runs.set(lastLine: TerminalText.singleLine(record.message), of: id)
            break
        }
        if model.log?.requestID == id { model.log?.append(events, columns: model.size.columns) }
    }
}

/// Who reads which logs: one task for each, which ends when the log is not wanted any more.
struct LogReaders {
    /// The runs, and whether all of the log is wanted or its last line.
    typealias Wanted = [Identifier: Bool]

    private var tasks: [Identifier: (isWhole: Bool, task: Task<Void, Never>)] = [:]

    mutating func read(_ wanted: Wanted, _ start: (Identifier, Bool) -> Task<Void, Never>) {
        for (id, reader) in tasks where wanted[id] != reader.isWhole {
            reader.task.cancel()
            tasks[id] = nil
        }
        for (id, isWhole) in wanted where tasks[id] == nil { tasks[id] = (isWhole, start(id, isWhole)) }
    }

    func stopAll() {
        for reader in tasks.values { reader.task.cancel() }
    }
}
