//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs
public import NIOCore
import Redis
import ServerSentEvents

/// One connection that watches one run.
public struct Viewer: Sendable {
    private let requestID: Identifier
    private let query: ViewerQuery
    private let reader: StreamReader
    private let hub: TopicHub
    private let topic: Topic
    private let mailbox: Mailbox

    /// Joins the run's viewers. ``run(write:)`` must follow, or ``leave()``.
    ///
    /// - Throws: ``ViewerLimitReached``.
    public init(
        of requestID: Identifier,
        query: ViewerQuery,
        reader: StreamReader,
        hub: TopicHub
    ) async throws(ViewerLimitReached) {
        self.requestID = requestID
        self.query = query
        self.reader = reader
        self.hub = hub
        (self.topic, self.mailbox) = try await hub.join(requestID)
    }

    /// Whether the viewer's cursor stands at or behind the run's end, so that there is nothing more to see, ever.
    ///
    /// - Throws: `RedisError`.
    public static func isOver(_ requestID: Identifier, query: ViewerQuery, reader: StreamReader) async throws -> Bool {
        guard case .after(let id) = query.start else { return false }
        let last = try await reader.last(1, of: requestID).first
        guard let last, let lastID = last.id else { return false }
        return last.kind == .end && lastID <= id
    }

    /// Ends the viewer soon, from anywhere: it gets what is queued for it first.
    public func finish() {
        self.mailbox.post(.finish)
    }

    /// Leaves without having watched.
    public func leave() async {
        await self.topic.remove(self.mailbox)
        await self.hub.leave(self.topic, self.mailbox)
    }

    /// Writes the run's events until it ends, the viewer goes or the gateway does.
    ///
    /// - Parameters:
    ///   - retry: What to tell the client about reconnecting, in milliseconds.
    ///   - write: Writes bytes to the viewer and returns when it can take more. An error of it ends the viewer.
    /// - Throws: What `write` throws.
    public func run(retry: Int, write: (ByteBuffer) async throws -> Void) async throws {
        do {
            try await self.watch(retry: retry, write: write)
        } catch {
            await self.leave()
            throw error
        }
        await self.leave()
    }

    private func watch(retry: Int, write: (ByteBuffer) async throws -> Void) async throws {
        let keys = self.reader.keys(of: self.requestID)
        var prelude = ByteBuffer(retry: retry)
        prelude.writeImmutableBuffer(
            ByteBuffer(
                event: .connected(
                    .init(requestID: self.requestID.rawValue, channel: keys.channel, timestamp: .now())
                )
            )
        )
        try await write(prelude)
        await self.topic.add(self.mailbox)

        var history = History(requestID: self.requestID, query: self.query, reader: self.reader)
        var wasTold = false
        if try await self.catchUp(&history, write: write) { return }
        for await signal in self.mailbox.signals {
            if self.mailbox.takeOverflow(), try await self.catchUp(&history, write: write) { return }
            switch signal {
            case .frame(let frame, let previous):
                // Before the cursor stands where the query wants it, the stream alone can tell what comes first.
                switch history.hasStarted ? history.cursor.live(frame, after: previous) : .readHistory {
                case .skip:
                    continue
                case .readHistory:
                    if try await self.catchUp(&history, write: write) { return }
                    continue
                case .deliverAfterGap(let last, let missed):
                    try await write(history.gap(after: last, before: frame, missed: missed))
                case .deliver:
                    break
                }
                if self.query.admits(frame) { try await write(frame.bytes) }
                if frame.kind == .end { return }
            case .synchronize:
                wasTold = false
                if try await self.catchUp(&history, write: write) { return }
            case .interrupted(let message):
                if !wasTold { try await write(ByteBuffer(event: .error(message: message, timestamp: .now()))) }
                wasTold = true
            case .heartbeat(let bytes):
                try await write(bytes)
            case .finish:
                return
            }
        }
    }

    /// Gives the viewer what the stream holds behind its cursor.
    ///
    /// - Returns: Whether the run's end was among it.
    private func catchUp(_ history: inout History, write: (ByteBuffer) async throws -> Void) async throws -> Bool {
        while true {
            let batch: History.Batch
            do {
                batch = try await history.next()
            } catch is RedisError {
                // The topic tells its viewers to try again as soon as its sweep gets through.
                await self.topic.becomeUnreachable()
                return false
            }
            if batch.bytes.readableBytes > 0 { try await write(batch.bytes) }
            switch batch.rest {
            case .more: continue
            case .none: return false
            case .ended: return true
            }
        }
    }
}

extension ByteBuffer {
    fileprivate init(retry milliseconds: Int) {
        var output: [UInt8] = []
        EventEncoder.append(retry: milliseconds, to: &output)
        self.init(bytes: output)
    }
}
