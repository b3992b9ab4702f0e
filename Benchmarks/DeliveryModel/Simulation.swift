//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import NIOCore

/// Publishers, a Redis, two gateways and a few viewers, in an order that steps decide.
package struct Simulation {
    /// Something that happens. What the numbers mean depends on how things are, so that any steps can be left out.
    package struct Step: Hashable, Sendable, CustomStringConvertible {
        package var action: Action
        package var first: UInt32
        package var second: UInt32
        package var description: String { "(\(self.action), \(self.first), \(self.second))" }
    }

    package enum Action: UInt8, CaseIterable, Sendable {
        case publish, complete, deliver, deliverMore, loseMessages, look, lookMore, failLook, wait, join, pump, pumpMore
        case page, failPage, drop, resume, trim, remove, delete, lose, end, seal, restart, refuseLook, setCounter
    }

    package private(set) var history = History()
    package private(set) var clients: [SimulatedClient] = []

    /// When each client joined, and when it had its place.
    package private(set) var placed: [Int?] = []
    package private(set) var stream = SimulatedStream()
    private var gateways: [SimulatedGateway]
    private var pending: [(record: LogRecord, storesNext: Bool)] = []
    private var uptime: Int64 = 1_000_000
    private var habit = PublisherKind.ours
    private var texts = 0
    private var isEnded = false

    /// Whether the last number made no sense, so that the next one does not follow it.
    private var isAbsurd = false
    package private(set) var step = 0

    package init() {
        self.gateways = [SimulatedGateway(limits: Self.limits), SimulatedGateway(limits: Self.limits)]
    }

    private static let limits = FrameRing.Limits(frames: 8, bytes: 6_000, batchBytes: 1_500)

    private var now: Moment { Moment(uptime: self.uptime, wall: self.stream.clock) }

    /// Steps from a seed.
    package static func steps(seed: UInt64, count: Int) -> [Step] {
        var random = SeededGenerator(seed: seed)
        // Some runs have few kinds of events, so that long undisturbed stretches come up as well.
        let weights = Action.allCases.map { action -> Int in
            switch action {
            case .publish, .deliver, .look, .pump: 12
            case .complete, .lookMore, .deliverMore, .pumpMore, .wait, .page, .seal: 6
            case .join, .drop, .resume: 3
            default: random.next() % 3 == 0 ? Int(random.next() % 3) : 0
            }
        }
        let total = weights.reduce(0, +)
        return (0..<count).map { _ in
            var pick = Int(random.next() % UInt64(total))
            var action = Action.publish
            for (candidate, weight) in zip(Action.allCases, weights) {
                if pick < weight {
                    action = candidate
                    break
                }
                pick -= weight
            }
            return Step(
                action: action,
                first: UInt32(truncatingIfNeeded: random.next()),
                second: UInt32(truncatingIfNeeded: random.next())
            )
        }
    }

    /// Lets steps happen, and then everything that is under way come to an end.
    ///
    /// - Returns: What went wrong.
    package static func run(_ steps: [Step]) -> [Violation] {
        var simulation = Simulation()
        for step in steps { simulation.perform(step) }
        guard simulation.settle() else { return [Violation(kind: .unsettled, text: "it does not come to rest")] }
        return Oracle(simulation).violations()
    }

    /// The same steps in words: what each has written, and what the viewers were shown.
    package static func story(of steps: [Step]) -> [String] {
        var simulation = Simulation()
        var lines: [String] = []
        for (index, step) in steps.enumerated() {
            let stored = simulation.history.stored.count
            let facts = Set(simulation.history.facts.keys)
            simulation.perform(step)
            var line = "\(index + 1) \(step.action) \(step.first % 2):\(step.second % 8)"
            for (text, fact) in simulation.history.facts where !facts.contains(text) {
                line += " +\(text) \(fact.kind)"
            }
            for text in simulation.history.stored.dropFirst(stored) { line += " stored \(text)" }
            let ids = simulation.stream.entries.map { "\($0.record.message.split(separator: " ").last ?? "")" }
            lines.append(line + " | \(ids.joined(separator: " "))")
        }
        _ = simulation.settle()
        for (index, client) in simulation.clients.enumerated() {
            let placed = simulation.placed[index].map(String.init) ?? "never"
            lines.append("viewer \(index) \(client.query), placed at \(placed): \(client.sights)")
        }
        return lines
    }

    package mutating func perform(_ step: Step) {
        self.step += 1
        let (first, second) = (Int(step.first), Int(step.second))
        let gateway = first % 2
        switch step.action {
        case .publish: self.publish(first, second)
        case .complete: self.complete(first)
        case .deliver: self.deliver(gateway)
        case .deliverMore: for _ in 0..<second % 6 { self.deliver(gateway) }
        case .loseMessages:
            self.history.channelLosses[gateway].append(self.step)
            self.gateways[gateway].reconnect()
        case .look: self.look(gateway, isThorough: second % 4 == 0)
        case .lookMore: for _ in 0..<3 { self.look(gateway, isThorough: second % 4 == 0) }
        case .failLook: self.gateways[gateway].advance(self.stream, isThorough: false, fails: true, at: self.now)
        case .wait: self.wait(Int64(1 + second % 90))
        case .join: self.join(first, second)
        case .pump: self.pump(second, writes: 1 + first % 3)
        case .pumpMore: for index in self.clients.indices { self.pump(index, writes: 20) }
        case .page: self.page(second, fails: false)
        case .failPage: self.page(second, fails: true)
        case .drop: if !self.clients.isEmpty { self.clients[second % self.clients.count].drop() }
        case .resume: self.resume(second, at: gateway)
        case .trim: self.history.lose(self.stream.trim(to: second % 5), .trimmed(step: self.step))
        case .remove: self.remove(second)
        case .delete: self.delete(second)
        case .lose: self.lose(1 + second % 3)
        case .end: self.end()
        case .seal: self.seal(gateway)
        case .restart: self.restart(gateway)
        case .refuseLook:
            if self.gateways[gateway].refuseLook(at: self.now) { self.history.wasUnreadable = true }
        case .setCounter:
            self.stream.skip([1, 1000, 1 << 53, Int.max][second % 4])
            self.history.countersSet += 1
        }
    }

    // MARK: Publishers

    private mutating func publish(_ first: Int, _ second: Int) {
        if first % 5 == 0 { self.habit = PublisherKind.allCases[second % PublisherKind.allCases.count] }
        var kind = self.habit
        if self.isEnded, kind == .ours || kind == .oursUnlinked || kind == .oursAsText || kind == .absurd {
            kind = .storeThenPublish
        }
        self.texts += 1
        let text = "line \(self.texts)"
        let level: LogLevel = second % 7 == 0 ? .error : .info
        var record = self.record(text, level: level)
        self.history.publish(text, as: kind, level: level, step: self.step)
        self.wait(Int64(first % 3))
        switch kind {
        case .ours, .oursUnlinked, .oursAsText, .absurd:
            self.stream.seq += 1
            record.seq = self.stream.seq
            if self.isAbsurd { self.history.disrupt() }
            if self.isAbsurd || kind == .absurd { self.history.numbering += 1 }
            self.isAbsurd = kind == .absurd
            if kind == .absurd {
                record.seq = [Int.max, Int.max - 1, 1, 1 << 53][second % 4]
                self.history.disrupt()
            }
            var entry = record
            // What is beyond any number counts as missing when an entry is read.
            if let number = entry.seq, number > 1 << 53 { entry.seq = nil }
            let (id, previous) = self.store(entry, isNumbered: entry.seq != nil)
            if kind == .absurd { self.history.disrupt() }
            let payload =
                kind == .oursAsText
                ? ByteBuffer(string: text)
                : SimulatedStream.payload(record, id: id, previous: kind == .oursUnlinked ? nil : previous)
            self.send(payload)
        case .storeThenPublish:
            _ = self.store(record, isNumbered: false)
            self.pending.append((record, false))
            if second % 2 == 0 { self.complete(self.pending.count - 1) }
        case .publishThenStore:
            self.send(Self.message(record))
            self.pending.append((record, true))
            if second % 2 == 0 { self.complete(self.pending.count - 1) }
        case .publishOnly:
            self.send(Self.message(record))
        case .publishOnlyWithID:
            self.send(ByteBuffer(string: #"{"msg":"\#(text)","level":"\#(level.rawValue)","id":"5-0"}"#))
        case .storeOnly:
            _ = self.store(record, isNumbered: false)
        }
    }

    private mutating func complete(_ index: Int) {
        guard !self.pending.isEmpty else { return }
        let (record, storesNext) = self.pending.remove(at: index % self.pending.count)
        if storesNext { _ = self.store(record, isNumbered: false) } else { self.send(Self.message(record)) }
    }

    private func record(_ text: String, level: LogLevel) -> LogRecord {
        LogRecord(
            message: text,
            requestID: SimulatedStream.run,
            timestamp: Timestamp(milliseconds: Int64(self.stream.clock)),
            level: level
        )
    }

    private static func message(_ record: LogRecord) -> ByteBuffer {
        ByteBuffer(string: #"{"agent_name":"theirs","msg":"\#(record.message)","level":"\#(record.level.rawValue)"}"#)
    }

    private mutating func store(_ record: LogRecord, isNumbered: Bool) -> (id: EntryID, previous: EntryID) {
        let ids = self.stream.append(record)
        self.history.store(record.message, id: ids.id, isNumbered: isNumbered, step: self.step)
        return ids
    }

    private mutating func send(_ payload: ByteBuffer) {
        for index in self.gateways.indices { self.gateways[index].channel.append(payload) }
    }

    private mutating func end() {
        guard !self.isEnded else { return }
        self.isEnded = true
        self.texts += 1
        let text = "end \(self.texts)"
        self.history.publish(text, as: .ours, level: .info, step: self.step)
        self.stream.seq += 1
        if self.isAbsurd {
            self.history.disrupt()
            self.history.numbering += 1
        }
        self.isAbsurd = false
        var record = self.record(text, level: .info)
        record.kind = .end
        record.data = RunOutcome(status: .completed, steps: 1).data
        record.seq = self.stream.seq
        let (id, previous) = self.store(record, isNumbered: true)
        self.send(SimulatedStream.payload(record, id: id, previous: previous))
    }

    // MARK: Redis

    private mutating func remove(_ second: Int) {
        guard !self.stream.entries.isEmpty else { return }
        let entry = self.stream.remove(at: second % self.stream.entries.count)
        self.history.lose([entry], .removed(step: self.step))
    }

    private mutating func delete(_ second: Int) {
        self.history.lose(self.stream.delete(), .deleted(step: self.step))
        self.history.disrupt()
        self.history.deletions.append(self.step)
        // Two entries of one name and millisecond would have the same id.
        self.wait(1)
        if second % 2 == 0 {
            self.stream.seq = 0
            self.history.numbering += 1
        }
        if second % 3 == 0 {
            self.stream.clock -= 500_000
            self.history.hasLowerIDs = true
            // An id from such a time could be of either stream.
            for index in self.gateways.indices { self.gateways[index].log.losses = [] }
        }
        self.isEnded = self.isEnded && second % 2 != 0
    }

    private mutating func lose(_ count: Int) {
        let wasEnded = self.isEnded
        let lastID = self.stream.lastID
        let lost = self.stream.lose(count)
        self.history.lose(lost, .lost(step: self.step))
        self.history.disrupt()
        self.history.numbering += 1
        if wasEnded { self.isEnded = self.stream.entries.contains { $0.record.kind == .end } }
        guard let first = lost.map(\.id.milliseconds).min() else { return }
        let last = max(first, lastID.milliseconds)
        for index in self.gateways.indices { self.gateways[index].log.losses.insert(first...last) }
        self.stream.clock = max(self.stream.clock, last) + 1
    }

    private mutating func wait(_ milliseconds: Int64) {
        self.uptime += milliseconds
        self.stream.clock += UInt64(milliseconds)
    }

    // MARK: Gateways and viewers

    private mutating func deliver(_ gateway: Int) { self.gateways[gateway].receive(at: self.now) }

    private mutating func look(_ gateway: Int, isThorough: Bool) {
        guard isThorough || self.gateways[gateway].isLooking || self.gateways[gateway].wantsLook(at: self.now) else {
            return
        }
        self.gateways[gateway].advance(self.stream, isThorough: isThorough, fails: false, at: self.now)
    }

    private mutating func seal(_ gateway: Int) {
        self.gateways[gateway].log.seal()
        for index in self.clients.indices where self.clients[index].gateway == gateway { self.pump(index, writes: 20) }
    }

    /// A gateway is killed and started again.
    private mutating func restart(_ gateway: Int) {
        for index in self.clients.indices where self.clients[index].gateway == gateway { self.clients[index].drop() }
        let losses = self.gateways[gateway].log.losses
        self.gateways[gateway] = SimulatedGateway(limits: Self.limits)
        self.gateways[gateway].log.losses = losses
        self.history.channelLosses[gateway].append(self.step)
    }

    private mutating func join(_ first: Int, _ second: Int) {
        guard self.clients.count < 5 else { return }
        var query = ViewerQuery()
        switch second % 8 {
        case 0, 1: query.start = .now
        case 2: query.start = .tail(1 + first % 12)
        case 3: query.start = .after(EntryID(milliseconds: UInt64(first % 9), sequence: 1))
        case 4: query.start = .after(EntryID(milliseconds: self.stream.clock &+ 1_000_000, sequence: 0))
        default: break
        }
        if second % 3 == 0 { query.level = .error }
        self.clients.append(SimulatedClient(query: query, at: first % 2))
        self.placed.append(nil)
        self.pump(self.clients.count - 1, writes: 1)
    }

    private mutating func pump(_ index: Int, writes: Int) {
        guard !self.clients.isEmpty else { return }
        let index = index % self.clients.count
        guard let gateway = self.clients[index].gateway else { return }
        self.clients[index].pump(&self.gateways[gateway].log, writes: writes)
        self.notePlace(index)
    }

    private mutating func page(_ index: Int, fails: Bool) {
        guard !self.clients.isEmpty else { return }
        let index = index % self.clients.count
        guard let gateway = self.clients[index].gateway else { return }
        if self.clients[index].advance(self.stream, &self.gateways[gateway].log, fails: fails) {
            self.gateways[gateway].reconnect()
            self.history.channelLosses[gateway].append(self.step)
        }
        self.notePlace(index)
    }

    private mutating func resume(_ index: Int, at gateway: Int) {
        guard !self.clients.isEmpty else { return }
        let index = index % self.clients.count
        guard self.clients[index].isWaiting else { return }
        let cursor = self.clients[index].cursor ?? .zero
        let isThere = cursor == .zero || self.stream.entries.contains { $0.id == cursor }
        // Who has seen nothing begins once more.
        if self.clients[index].cursor == nil { self.placed[index] = nil }
        self.clients[index].resume(at: gateway, self.gateways[gateway].log, isThere: isThere)
    }

    private mutating func notePlace(_ index: Int) {
        if self.placed[index] == nil, self.clients[index].isPlaced, !self.clients[index].asksForTail {
            self.placed[index] = self.step
        }
    }

    // MARK: The end

    /// Lets everything that is under way come to an end.
    private mutating func settle() -> Bool {
        while !self.pending.isEmpty { self.complete(0) }
        var calm = 0
        for round in 0..<600 {
            self.step += 1
            self.wait(40)
            let before = self.clients.map(\.sights.count)
            for gateway in self.gateways.indices {
                while !self.gateways[gateway].channel.isEmpty { self.deliver(gateway) }
                for _ in 0..<3 { self.look(gateway, isThorough: round % 3 == 0) }
                self.seal(gateway)
            }
            for index in self.clients.indices {
                if self.clients[index].isWaiting { self.resume(index, at: index % 2) }
                for _ in 0..<2 { self.page(index, fails: false) }
                self.pump(index, writes: 20)
            }
            let isCalm = before == self.clients.map(\.sights.count) && !self.clients.contains { $0.hasPage }
            calm = isCalm ? calm + 1 : 0
            if calm == 20 { return true }
        }
        return false
    }
}
