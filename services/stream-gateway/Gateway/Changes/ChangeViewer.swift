//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis
import ServerSentEvents
import ServiceKit

/// One viewer of the changes of all runs: what it is sent next. It asks for the next changes when it has taken the last
/// ones, so a slow viewer costs nothing but its connection.
struct ChangeViewer {
    private let query: ChangeQuery
    private let feed: ChangeFeed

    /// Behind which place in the stream it goes on; `nil` until that is known.
    private var place: EntryID?

    private var isGreeted = false
    private var toldFault: String?

    /// - Parameter retry: What the viewer is told about reconnecting, in milliseconds.
    init(_ query: ChangeQuery, feed: ChangeFeed, retry: Int) {
        self.query = query
        self.feed = feed
        self.retry = retry
        switch query.start {
        case .beginning: place = .zero
        case .after(let id): place = id
        case .now, .unfinished: place = nil
        }
    }

    private let retry: Int

    /// The next bytes; empty when there is nothing to tell now.
    mutating func next() async -> ByteBuffer {
        var bytes: [UInt8] = []
        do {
            if let place {
                greet(into: &bytes)
                try await tell(after: place, into: &bytes)
            } else {
                try await open(into: &bytes)
            }
            tell(fault: feed.fault, into: &bytes)
        } catch  where error.code != .cancelled && error.code != .shutDown {
            tell(fault: Readiness.Fault(error).summary, into: &bytes)
        } catch {}
        return ByteBuffer(bytes: bytes)
    }

    private mutating func tell(fault: String?, into bytes: inout [UInt8]) {
        if let fault, fault != toldFault { append(.error(message: fault, timestamp: .now()), to: &bytes) }
        toldFault = fault
    }

    /// That the connection is alive.
    static var heartbeat: ByteBuffer {
        var bytes: [UInt8] = []
        EventEncoder.append(data: ChangeEvent.heartbeat(timestamp: .now()).json, to: &bytes)
        return ByteBuffer(bytes: bytes)
    }

    /// That the viewer's token has expired. With a new one it resumes where it was.
    static var farewell: ByteBuffer {
        var bytes: [UInt8] = []
        let event = ChangeEvent.error(message: "The token has expired.", code: "token_expired", timestamp: .now())
        EventEncoder.append(data: event.json, to: &bytes)
        return ByteBuffer(bytes: bytes)
    }

    private mutating func open(into bytes: inout [UInt8]) async throws(RedisError) {
        // Before the runs: what changes while they are read is told behind them.
        let end = try await feed.end()
        guard query.start == .unfinished else {
            greet(at: end, into: &bytes)
            place = end
            return
        }
        let runs = try await feed.unfinishedRuns().filter(query.passes)
        greet(into: &bytes)
        for run in runs { append(.run(run, timestamp: .now()), to: &bytes) }
        append(.snapshot(runs: runs.count, timestamp: .now()), id: end, to: &bytes)
        place = end
    }

    private mutating func tell(after place: EntryID, into bytes: inout [UInt8]) async throws(RedisError) {
        switch try await feed.page(after: place) {
        case .gap(let newest):
            append(.gap(after: place.description, timestamp: .now()), id: newest, to: &bytes)
            self.place = newest
        case .changes(let changes):
            guard let last = changes.last?.id else { return }
            var told: EntryID?
            for change in changes {
                guard let run = change.run, query.passes(run) else { continue }
                let time = Timestamp(milliseconds: Int64(clamping: change.id.milliseconds))
                append(.run(run, timestamp: time), id: change.id, to: &bytes)
                told = change.id
            }
            // Past what the viewer does not want to see.
            if told != last { bytes += "id: \(last)\n\n".utf8 }
            self.place = last
        }
    }

    private mutating func greet(at place: EntryID? = nil, into bytes: inout [UInt8]) {
        guard !isGreeted else { return }
        isGreeted = true
        EventEncoder.append(retry: retry, to: &bytes)
        append(.connected(channel: feed.name, timestamp: .now()), id: place, to: &bytes)
    }

    private func append(_ event: ChangeEvent, id: EntryID? = nil, to bytes: inout [UInt8]) {
        EventEncoder.append(data: event.json, id: id?.description, to: &bytes)
    }
}
