//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// Writes the records of its runs into Redis as the protocol says (section 2): one atomic script for each, the next of a
/// run when the one before was confirmed, again after any unclear failure.
///
/// Killing it loses its connection with all that is on its way, as the death of its process would; what stays is what
/// a process keeps on disk: the number confirmed last.
final class Writer {
    /// A run and when its next record is due.
    private struct Slot {
        var run: Run
        var due: Int64
        var interval: Int64
        var inFlight = false
    }

    private(set) var reconnections = 0
    private(set) var repeatedWrites = 0
    /// Makes the run that follows one that is over; `nil` when no more begin.
    var nextRun: () -> Run? = { nil }
    /// Whether runs come to their `end` now, however far they are from it: their records are all due at once.
    var isFinishing = false

    private let token: Int
    private let port: UInt16
    private let poller: Poller
    private var generator: SeededGenerator
    private var slots: [Slot] = []
    private var socket: Int32 = -1
    private var output: [UInt8] = []
    private var input: [UInt8] = []
    private var waiting: [(slot: Int, seq: Int)] = []
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

    /// Runs that are being written.
    var runs: [Run] { self.slots.map(\.run) }

    var isDone: Bool { self.slots.allSatisfy(\.run.isOver) }

    func add(_ run: Run) {
        self.slots.append(Slot(run: run, due: Clock.now + self.generator.time(in: 0...1), interval: 50_000_000))
    }

    /// Loses everything but what was confirmed.
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
        self.flush()
    }

    func handle(_ readiness: Poller.Readiness) throws(LoadError) {
        if self.socket < 0 { return }
        if readiness.isWritable {
            try self.poller.update(self.socket, token: self.token, writable: false)
            self.flush()
        }
        if readiness.isReadable { self.receive() }
    }

    private func advance(_ index: Int, _ now: Int64) {
        var slot = self.slots[index]
        defer { self.slots[index] = slot }
        if slot.inFlight { return }
        if slot.run.isOver {
            guard let next = self.nextRun() else { return }
            slot.run = next
            slot.due = now + self.generator.time(in: 0...1)
            return
        }
        if now < slot.due, !self.isFinishing { return }
        // An agent works in fits and starts.
        if self.generator.chance(0.02) {
            slot.interval = [2, 20, 50, 50, 200].randomElement(using: &self.generator).map { $0 * 1_000_000 } ?? 0
            if self.generator.chance(0.1) { slot.due = now + self.generator.time(in: 0.5...2) }
        }
        slot.due = max(slot.due, now) + slot.interval
        slot.inFlight = true
        let (run, seq) = (slot.run, slot.run.confirmed + 1)
        let command = ["EVAL", Self.script, "2", run.key, "{\(run.key)}:seq", "\(seq)", run.payload(seq)]
        self.output += redisCommand(command + run.fields(seq).flatMap { [$0.name, $0.value] })
        if self.waiting.isEmpty { self.sentAt = now }
        self.waiting.append((index, seq))
    }

    private func flush() {
        if self.output.isEmpty { return }
        do {
            self.output.removeFirst(try Socket.send(self.output[...], to: self.socket))
        } catch {
            self.disconnect()
        }
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: 16_384)
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
        let (index, seq) = self.waiting.removeFirst()
        self.sentAt = Clock.now
        let run = self.slots[index].run
        self.slots[index].inFlight = false
        switch reply {
        case .string(let text):
            guard let id = EntryID(text) else { throw LoadError("no id: \(text)") }
            run.saw(seq, as: id, by: "writer")
        case .none:
            self.repeatedWrites += 1
        case .number, .array, .error:
            // Redis is loading its file, or going: the record is due again.
            self.slots[index].due = Clock.now + 20_000_000
            return
        }
        run.confirmed = max(run.confirmed, seq)
    }

    private func disconnect() {
        if self.socket >= 0 { close(self.socket) }
        self.socket = -1
        self.output = []
        self.input = []
        self.waiting = []
        for index in self.slots.indices { self.slots[index].inFlight = false }
        self.retryAt = Clock.now + self.generator.time(in: 0.02...0.2)
    }

    /// Keys: the stream, the number written last. Arguments: the number, the payload without its end, the fields.
    private static let script = """
        if tonumber(ARGV[1]) <= tonumber(redis.call('GET', KEYS[2]) or '0') then return false end
        local id = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
        redis.call('SET', KEYS[2], ARGV[1])
        redis.call('PUBLISH', KEYS[1], ARGV[2] .. ',"id":"' .. id .. '"}')
        return id
        """
}
