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
        didSet { for slot in slots { slot.author.isFinishing = self.isFinishing } }
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
        if socket >= 0 { close(socket) }
    }

    /// What is being written.
    var ledgers: [Ledger] { slots.flatMap(\.author.ledgers) }

    var isDone: Bool { slots.allSatisfy { $0.author.isDone && $0.inFlight.isEmpty } }

    func add(_ author: Author) {
        slots.append(Slot(author: author, marker: Self.marker(author)))
    }

    private static func marker(_ author: Author) -> String { "stress:{\(author.ledgers[0].name)}" }

    /// Loses everything but what it has begun.
    func kill(for downtime: Int64) {
        disconnect()
        retryAt = Clock.now + downtime
    }

    /// Sends what is due.
    func tick(_ now: Int64) throws(LoadError) {
        if socket < 0 {
            if now < retryAt { return }
            socket = try Socket.connect(port: port)
            sentAt = now
            reconnections += 1
            try poller.add(socket, token: token, writable: true)
            return
        }
        if !waiting.isEmpty || !output.isEmpty, now - sentAt > Int64(seconds: Self.patience) {
            disconnect()
            return
        }
        for index in slots.indices { advance(index, now) }
        try flush()
    }

    func handle(_ readiness: Poller.Readiness) throws(LoadError) {
        if socket < 0 { return }
        if readiness.isWritable { try flush() }
        if readiness.isReadable { receive() }
    }

    private func advance(_ index: Int, _ now: Int64) {
        if slots[index].author.isDone, slots[index].inFlight.isEmpty {
            guard let next = nextAuthor() else { return }
            slots[index] = Slot(author: next, marker: Self.marker(next))
            return
        }
        if now < slots[index].retryAt { return }
        if !slots[index].isSent {
            // After a failure all that is not confirmed is sent again, in order.
            for operation in slots[index].inFlight { send(operation, of: index, now) }
            repeats += slots[index].inFlight.count
            slots[index].isSent = true
        }
        while slots[index].inFlight.count < 2 {
            let isChanging = slots[index].inFlight.contains { !$0.isMessageOnly }
            guard var operation = slots[index].author.next(now, messagesOnly: isChanging) else { return }
            slots[index].count += 1
            operation.number = slots[index].count
            let ledgers = slots[index].author.ledgers
            operation.begin(operation.number, now)
            for (ledger, record) in operation.stored { ledgers[ledger].stores(record, at: now) }
            for (ledger, record) in operation.published { ledgers[ledger].publishes(record, at: now) }
            slots[index].inFlight.append(operation)
            send(operation, of: index, now)
            operations += 1
        }
    }

    private func send(_ operation: Operation, of index: Int, _ now: Int64) {
        let slot = slots[index]
        let command = operation.command(keys: slot.author.ledgers.map(\.key), marker: slot.marker)
        output.append(redisCommand: command.map(\.utf8))
        if waiting.isEmpty { sentAt = now }
        waiting.append((index, operation.number))
    }

    private func flush() throws(LoadError) {
        if sent == output.count { return }
        do {
            sent += try Socket.send(output[sent...], to: socket)
        } catch {
            disconnect()
            return
        }
        let isWaiting = sent < output.count
        if !isWaiting { (output, sent) = ([], 0) }
        try poller.update(socket, token: token, writable: isWaiting)
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        do {
            guard let count = try Socket.receive(from: socket, into: &buffer) else { return }
            if count == 0 { throw LoadError("closed") }
            input.append(contentsOf: buffer[..<count])
            var rest = input[...]
            while let (reply, next) = try RedisReply.read(rest) {
                rest = next
                try confirm(reply)
            }
            input = Array(rest)
        } catch {
            disconnect()
        }
    }

    private func confirm(_ reply: RedisReply) throws(LoadError) {
        guard !waiting.isEmpty else { throw LoadError("an answer to nothing") }
        let (index, number) = waiting.removeFirst()
        let now = Clock.now
        sentAt = now
        guard case .string(let text) = reply else {
            // Redis is loading its file, or going. What follows must not come before this.
            if case .error(let text) = reply, !text.hasPrefix("LOADING"), refusals.count < 20 {
                refusals.append(text)
            }
            throw LoadError("not done")
        }
        guard let first = slots[index].inFlight.first, first.number == number else { return }
        slots[index].inFlight.removeFirst()
        let ids = text.split(separator: " ").map { EntryID($0) }
        guard ids.count == first.stored.count else {
            throw LoadError("\(ids.count) ids for \(first.stored.count) records")
        }
        let ledgers = slots[index].author.ledgers
        for ((ledger, record), id) in zip(first.stored, ids) {
            guard let id else { throw LoadError("no id in \(text)") }
            ledgers[ledger].stored(record, as: id, at: now)
        }
        for (ledger, record) in first.published { ledgers[ledger].published(record, at: now) }
    }

    private func disconnect() {
        if socket >= 0 { close(socket) }
        socket = -1
        (output, sent) = ([], 0)
        input = []
        waiting = []
        for index in slots.indices { slots[index].isSent = false }
        retryAt = Clock.now + generator.time(in: 0.02...0.2)
    }
}
