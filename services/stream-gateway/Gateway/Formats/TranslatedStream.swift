//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import Hummingbird
import JSON
import NIOCore
import NIOPosix
import Redis
import ServerSentEvents
import ServiceLifecycle

/// A run's records for one viewer, in the terms of another protocol. It follows the run's topic like any other viewer, and
/// translates the events that it is given. Nothing is looked for while nothing happens.
struct TranslatedStream: Sendable {
    let hub: TopicHub
    let redis: RedisClient
    let stream: String
    let requestID: Identifier
    let query: ViewerQuery
    let heartbeat: Duration

    /// How many entries before its place tell a viewer that comes back which step goes on.
    private static let lookBack = 200

    /// Writes until the end, or until the viewer goes, which the next write finds out.
    ///
    /// - Parameter expiry: When the viewer's token ends.
    func write(
        _ translator: any StreamTranslator,
        until expiry: Timestamp?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        var events = TranslatedEvents(translator)
        var opening = ByteBuffer()
        if case .after(let id) = query.start {
            events.translator.step = (try? await step(at: id)) ?? 0
        } else {
            for event in translator.beginning() { TranslatedEvents.append(event.text, to: &opening) }
        }
        opening.writeString(Self.comment)
        try await writer.write(opening)

        let inbox = TranslationInbox()
        let log = hub.follow(.run(requestID))
        defer { log.stop() }
        log.start(as: query, sink: inbox)
        let timers = Timers(inbox, heartbeat: heartbeat, expiry: expiry)
        defer { timers.cancel() }
        try await withGracefulShutdownHandler {
            for await _ in inbox.arrivals {
                let (parts, isOver) = inbox.takeAll()
                for part in parts {
                    let bytes = events.translate(part)
                    if bytes.readableBytes > 0 { try await writer.write(bytes) }
                }
                if !parts.isEmpty { log.resume() }
                if isOver || Task.isShuttingDownGracefully || expiry.map({ $0 <= .now() }) ?? false { return }
                if inbox.takeBeat() { try await writer.write(ByteBuffer(string: Self.comment)) }
            }
        } onGracefulShutdown: {
            inbox.ring()
        }
    }

    private static let comment = ":\n\n"

    /// What wakes the viewer without a record.
    private struct Timers {
        private let beat: RepeatedTask
        private let end: Scheduled<Void>?

        init(_ inbox: TranslationInbox, heartbeat: Duration, expiry: Timestamp?) {
            let loop = NIOSingletons.posixEventLoopGroup.any()
            let interval = TimeAmount(heartbeat)
            beat = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { _ in inbox.beat() }
            end = expiry.map { expiry in
                let left = max(0, expiry.milliseconds - Timestamp.now().milliseconds) + 1
                return loop.scheduleTask(in: .milliseconds(left)) { inbox.ring() }
            }
        }

        func cancel() {
            beat.cancel()
            end?.cancel()
        }
    }

    /// The step that went on at an entry.
    private func step(at place: EntryID) async throws -> Int {
        let command = RedisCommand("XREVRANGE", stream, "\(place)", "-", "COUNT", "\(Self.lookBack)")
        let entries = try await redis.send(command).as([RedisStreamEntry].self)
        return entries.lazy.compactMap { $0["step"].flatMap { Int($0) } }.first ?? 0
    }
}
