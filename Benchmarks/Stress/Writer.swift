//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// Does what its authors decide, over one connection: of each author's operations one that changes a stream at a time,
/// and again after any unclear failure.
///
/// Killing it loses its connection with all that is on its way, as the death of its process would; what stays is what
/// a process keeps on disk: what it has begun.
final class Writer {
    /// An author, and its operations that are not confirmed.
    private struct Slot {
        var author: Author
        var marker: String
        var count = 0
        var inFlight: [Operation] = []
        var retryAt: Int64 = 0
        var isSent = false
    }

    private(set) var reconnections = 0
    private(set) var operations = 0
    private(set) var repeats = 0
    /// What Redis refused although it does not refuse it for a passing reason.
    private(set) var refusals: [String] = []
    /// Makes the author that follows one that is done; `nil` when no more begin.
    var nextAuthor: () -> Author? = { nil }
    var isFinishing = false {
        didSet { for slot in self.slots { slot.author.isFinishing = self.isFinishing } }
    }

    private let token: Int
    private let port: UInt16
    private let poller: Poller
    private var generator: SeededGenerator
    private var slots: [Slot] = []
    private var socket: Int32 = -1
    private var output: [UInt8] = []
    private var sent = 0
    private var input: [UInt8] = []
    /// What answers are awaited for, in order.
    private var waiting: [(slot: Int, number: Int)] = []
    private var sentAt: Int64 = 0
    private var retryAt: Int64 = 0

    /// How long an answer may take, in seconds, before the connection is given up. Redis is stopped for longer at times.
    private static let patience = 1.0

    init(token: Int, port: UInt16, poller: Poller, generator: SeededGenerator) {
        self.token = token
        self.port = port
        self.poller = poller
        self.generator = generator
    }

    deinit {
        if self.socket >= 0 { close(self.socket) }
    }

    /// What is being written.
    var ledgers: [Ledger] { self.slots.flatMap(\.author.ledgers) }

    var isDone: Bool { self.slots.allSatisfy { $0.author.isDone && $0.inFlight.isEmpty } }

    func add(_ author: Author) {
        self.slots.append(Slot(author: author, marker: Self.marker(author)))
    }

    private static func marker(_ author: Author) -> String { "stress:{\(author.ledgers[0].name)}" }

    /// Loses everything but what it has begun.
    func kill(for downtime: Int64) {
        self.disconnect()
        self.retryAt = Clock.now + downtime
    }

    /// Sends what is due.
    func tick(_ now: Int64) throws(LoadError) {
        if self.socket < 0 {
            if now < self.retryAt { return }
            self.socket = try Socket.connect(port: self.port)
            self.sentAt = now
            self.reconnections += 1
            try self.poller.add(self.socket, token: self.token, writable: true)
            return
        }
        if !self.waiting.isEmpty || !self.output.isEmpty, now - self.sentAt > Int64(seconds: Self.patience) {
            self.disconnect()
            return
        }
        for index in self.slots.indices { self.advance(index, now) }
        try self.flush()
    }

    func handle(_ readiness: Poller.Readiness) throws(LoadError) {
        if self.socket < 0 { return }
        if readiness.isWritable { try self.flush() }
        if readiness.isReadable { self.receive() }
    }

    private func advance(_ index: Int, _ now: Int64) {
        if self.slots[index].author.isDone, self.slots[index].inFlight.isEmpty {
            guard let next = self.nextAuthor() else { return }
            self.slots[index] = Slot(author: next, marker: Self.marker(next))
            return
        }
        if now < self.slots[index].retryAt { return }
        if !self.slots[index].isSent {
            // After a failure all that is not confirmed is sent again, in order.
            for operation in self.slots[index].inFlight { self.send(operation, of: index, now) }
            self.repeats += self.slots[index].inFlight.count
            self.slots[index].isSent = true
        }
        while self.slots[index].inFlight.count < 2 {
            let isChanging = self.slots[index].inFlight.contains { !$0.isMessageOnly }
            guard var operation = self.slots[index].author.next(now, messagesOnly: isChanging) else { return }
            self.slots[index].count += 1
            operation.number = self.slots[index].count
            let ledgers = self.slots[index].author.ledgers
            operation.begin(operation.number, now)
            for (ledger, record) in operation.stored { ledgers[ledger].stores(record, at: now) }
            for (ledger, record) in operation.published { ledgers[ledger].publishes(record, at: now) }
            self.slots[index].inFlight.append(operation)
            self.send(operation, of: index, now)
            self.operations += 1
        }
    }

    private func send(_ operation: Operation, of index: Int, _ now: Int64) {
        let slot = self.slots[index]
        self.output += redisCommand(
            operation.command(keys: slot.author.ledgers.map(\.key), marker: slot.marker)
        )
        if self.waiting.isEmpty { self.sentAt = now }
        self.waiting.append((index, operation.number))
    }

    private func flush() throws(LoadError) {
        if self.sent == self.output.count { return }
        do {
            self.sent += try Socket.send(self.output[self.sent...], to: self.socket)
        } catch {
            self.disconnect()
            return
        }
        let isWaiting = self.sent < self.output.count
        if !isWaiting { (self.output, self.sent) = ([], 0) }
        try self.poller.update(self.socket, token: self.token, writable: isWaiting)
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        do {
            guard let count = try Socket.receive(from: self.socket, into: &buffer) else { return }
            if count == 0 { throw LoadError("closed") }
            self.input.append(contentsOf: buffer[..<count])
            var rest = self.input[...]
            while let (reply, next) = try RedisReply.read(rest) {
                rest = next
                try self.confirm(reply)
            }
            self.input = Array(rest)
        } catch {
            self.disconnect()
        }
    }

    private func confirm(_ reply: RedisReply) throws(LoadError) {
        guard !self.waiting.isEmpty else { throw LoadError("an answer to nothing") }
        let (index, number) = self.waiting.removeFirst()
        let now = Clock.now
        self.sentAt = now
        guard case .string(let text) = reply else {
            // Redis is loading its file, or going. What follows must not come before this.
            if case .error(let text) = reply, !text.hasPrefix("LOADING"), self.refusals.count < 20 {
                self.refusals.append(text)
            }
            throw LoadError("not done")
        }
        guard let first = self.slots[index].inFlight.first, first.number == number else { return }
        self.slots[index].inFlight.removeFirst()
        let ids = text.split(separator: " ").map { EntryID($0) }
        guard ids.count == first.stored.count else {
            throw LoadError("\(ids.count) ids for \(first.stored.count) records")
        }
        let ledgers = self.slots[index].author.ledgers
        for ((ledger, record), id) in zip(first.stored, ids) {
            guard let id else { throw LoadError("no id in \(text)") }
            ledgers[ledger].stored(record, as: id, at: now)
        }
        for (ledger, record) in first.published { ledgers[ledger].published(record, at: now) }
    }

    private func disconnect() {
        if self.socket >= 0 { close(self.socket) }
        self.socket = -1
        (self.output, self.sent) = ([], 0)
        self.input = []
        self.waiting = []
        for index in self.slots.indices { self.slots[index].isSent = false }
        self.retryAt = Clock.now + self.generator.time(in: 0.02...0.2)
    }
}
