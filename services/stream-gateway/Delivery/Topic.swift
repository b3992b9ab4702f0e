//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis

/// A run that is being watched: one subscription, one sweep and one encoding for all of its viewers.
///
/// The channel is the fast path and a doorbell; the stream is the truth. Whatever the channel brings, the sweep looks
/// into the stream every two seconds, so nothing stays unseen for longer, also when a publisher never publishes or a
/// subscription is dead without anybody knowing.
actor Topic {
    /// How often the stream is looked into.
    static let sweepInterval = Duration.seconds(2)

    nonisolated let requestID: Identifier
    private let reader: StreamReader
    private let channel: String
    private let stopped: AsyncStream<Never>
    private let stopping: AsyncStream<Never>.Continuation
    private var viewers: [ObjectIdentifier: Mailbox] = [:]

    /// The last entry that viewers were told of, once the stream was looked into for the first time.
    private var position: Position?
    private var isReachable = true

    /// Texts of foreign entries that a sweep has found before their message came on the channel. Only the latest: the
    /// message follows within moments, or never.
    private var unannounced: [String] = []
    private static let unannouncedLimit = 64

    private struct Position {
        var id: EntryID
        var seq: Int?
    }

    init(requestID: Identifier, reader: StreamReader) {
        self.requestID = requestID
        self.reader = reader
        self.channel = reader.keys(of: requestID).channel
        (self.stopped, self.stopping) = AsyncStream.makeStream()
    }

    /// Adds a viewer. It may read the stream from then on and will miss nothing.
    func add(_ mailbox: Mailbox) {
        self.viewers[ObjectIdentifier(mailbox)] = mailbox
        if !self.isReachable { mailbox.post(.interrupted(Self.unreachable)) }
    }

    /// Takes a viewer out.
    func remove(_ mailbox: Mailbox) {
        self.viewers[ObjectIdentifier(mailbox)] = nil
    }

    /// Ends ``run(subscriber:)``, from anywhere.
    nonisolated func stop() {
        self.stopping.finish()
    }

    /// Follows the run until it is stopped or the task is cancelled.
    func run(subscriber: RedisSubscriber) async {
        let subscription = subscriber.subscribe(to: self.channel)
        await withTaskGroup { group in
            group.addTask {
                for await event in subscription { await self.receive(event) }
            }
            group.addTask {
                while (try? await Task.sleep(for: Self.sweepInterval, tolerance: Self.sweepInterval / 4)) != nil {
                    await self.sweep()
                }
            }
            group.addTask { [stopped] in
                for await _ in stopped {}
            }
            await group.next()
            group.cancelAll()
        }
        subscription.cancel()
    }

    private static let unreachable = "Redis cannot be reached; records will follow as soon as it can."

    private func broadcast(_ signal: Signal) {
        for mailbox in self.viewers.values { mailbox.post(signal) }
    }

    private func receive(_ event: RedisSubscription.Event) async {
        switch event {
        case .active:
            // What was published before this moment is in the stream and nowhere else.
            await self.sweep()
            self.broadcast(.synchronize)
        case .interrupted:
            self.becomeUnreachable()
        case .message(let payload):
            let record = LogRecord(
                payload: payload.readableBytesView,
                requestID: self.requestID,
                receivedAt: Timestamp.now()
            )
            await self.receive(record)
        }
    }

    private func receive(_ record: LogRecord) async {
        if let id = record.id {
            guard let position = self.position, let seq = record.seq, seq == position.seq.map({ $0 + 1 }) else {
                // No number, or a hole in them: the stream knows what lies between.
                await self.sweep()
                return
            }
            if id > position.id { self.tell(record, id: id) }
        } else if await !self.sweep(enriching: record) {
            // A publisher that is not ours, and has stored nothing: viewers get the record as it is, now or never.
            self.broadcast(.frame(Frame(record, channel: self.channel), after: self.position?.id ?? .zero))
        }
    }

    /// Looks into the stream for entries that viewers were not told of.
    ///
    /// - Parameter published: A record of a publisher that does not know the entry's id. When the stream has it too,
    ///   viewers get it once, with the entry's id and the payload's richer fields.
    /// - Returns: Whether the stream has it.
    @discardableResult
    private func sweep(enriching published: LogRecord? = nil) async -> Bool {
        do {
            guard self.position != nil else {
                let last = try await self.reader.last(1, of: self.requestID).first
                // Viewers read what is there by themselves, each from its own cursor.
                if self.position == nil { self.position = Position(id: last?.id ?? .zero, seq: last.map(\.seq) ?? 0) }
                self.becomeReachable()
                self.broadcast(.synchronize)
                return published != nil && last?.seq == nil && last?.message == published?.message
            }
            var found = false
            while let position = self.position, !Task.isCancelled {
                let page = try await self.reader.page(of: self.requestID, after: position.id)
                for var record in page {
                    // Another sweep may have been faster.
                    guard let id = record.id, id > self.position?.id ?? .zero else { continue }
                    if let published, !found, record.seq == nil, record.message == published.message {
                        found = true
                        record = published
                        record.id = id
                    } else if record.seq == nil {
                        self.unannounced.append(record.message)
                    }
                    self.tell(record, id: id)
                }
                if page.count < StreamReader.pageSize { break }
            }
            self.becomeReachable()
            if let published, !found, let index = self.unannounced.firstIndex(of: published.message) {
                self.unannounced.remove(at: index)
                found = true
            }
            self.unannounced.removeFirst(max(0, self.unannounced.count - Self.unannouncedLimit))
            return found
        } catch {
            self.becomeUnreachable()
            return false
        }
    }

    private func tell(_ record: LogRecord, id: EntryID) {
        let previous = self.position ?? Position(id: .zero, seq: 0)
        self.position = Position(id: id, seq: record.seq ?? previous.seq)
        self.broadcast(.frame(Frame(record, channel: self.channel), after: previous.id))
    }

    /// Tells the viewers, once, that Redis is away. The next sweep that gets through calls them back.
    func becomeUnreachable() {
        guard self.isReachable, !Task.isCancelled else { return }
        self.isReachable = false
        self.broadcast(.interrupted(Self.unreachable))
    }

    private func becomeReachable() {
        guard !self.isReachable else { return }
        self.isReachable = true
        self.broadcast(.synchronize)
    }
}
