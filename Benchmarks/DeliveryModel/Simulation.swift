//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Delivery
import NIOCore

/// Publishers, a Redis, two gateways and a few viewers, in an order that steps decide.
package struct Simulation {
    /// Something that happens. What the numbers mean depends on how things are, so that any steps can be left out.
    package struct Step: Hashable, Sendable, CustomStringConvertible {
        package var action: Action
        package var first: UInt32
        package var second: UInt32
        package var description: String { "(\(action), \(first), \(second))" }
    }

    package enum Action: UInt8, CaseIterable, Sendable {
        case publish, complete, deliver, deliverMore, loseMessages, look, lookMore, failLook, wait, join, pump, pumpMore
        case page, failPage, drop, resume, trim, remove, delete, lose, end, seal, restart, refuseLook, setCounter,
            raise, batch
    }

    package private(set) var history = History()
    package private(set) var clients: [SimulatedClient] = []

    /// What the gateway had shown when each client joined, and when the client had its place.
    package private(set) var heads: [EntryID] = []
    package private(set) var placed: [Int?] = []
    package private(set) var stream = SimulatedStream()
    private var gateways: [SimulatedGateway]
    private var pending: [(name: String, record: LogRecord, storesNext: Bool)] = []
    private var uptime: Int64 = 1_000_000
    private var habit = PublisherKind.ours
    private var texts = 0
    private var isEnded = false

    /// Whether it is a batch that is watched, which has no publishers but ours.
    private var isBatch = false

    /// Whether the last number made no sense, so that the next one does not follow it.
    private var isAbsurd = false
    package private(set) var step = 0

    package init() {
        gateways = (0..<2).map { _ in SimulatedGateway(isBatch: false, limits: Self.limits) }
    }

    private static let limits = FrameRing.Limits(frames: 8, bytes: 6_000, batchBytes: 1_500)

    private var now: Moment { Moment(uptime: uptime, wall: stream.clock) }

    /// Steps from a seed.
    package static func steps(seed: UInt64, count: Int) -> [Step] {
        var random = SeededGenerator(seed: seed)
        // Some runs have few kinds of events, so that long undisturbed stretches come up as well.
        let weights = Action.allCases.map { action -> Int in
            switch action {
            case .publish, .deliver, .look, .pump: 12
            case .complete, .lookMore, .deliverMore, .pumpMore, .wait, .page, .seal: 6
            case .join, .drop, .resume: 3
            case .batch: 0
            default: random.next() % 3 == 0 ? Int(random.next() % 3) : 0
            }
        }
        let total = weights.reduce(0, +)
        let isBatch = random.next() % 8 == 0
        return (0..<count).map { index in
            var pick = Int(random.next() % UInt64(total))
            var action = Action.publish
            for (candidate, weight) in zip(Action.allCases, weights) {
                if pick < weight {
                    action = candidate
                    break
                }
                pick -= weight
            }
            if isBatch, index == 0 { action = .batch }
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
                line += " +\(text) \(fact.kind)\(fact.text == text ? "" : " \"\(fact.text)\"")"
            }
            for text in simulation.history.stored.dropFirst(stored) {
                let number = simulation.stream.entries.first { $0.name == text }?.record.seq
                line += " stored \(text)" + (number.map { " #\($0)" } ?? "")
            }
            let ids = simulation.stream.entries.map { "\($0.name.split(separator: " ").last ?? "")" }
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
        case .publish: publish(first, second)
        case .complete: complete(first)
        case .deliver: deliver(gateway)
        case .deliverMore: for _ in 0..<second % 6 { deliver(gateway) }
        case .loseMessages:
            history.channelLosses[gateway].append(self.step)
            gateways[gateway].reconnect()
        case .look: look(gateway, isForced: second % 4 == 0)
        case .lookMore: for _ in 0..<3 { look(gateway, isForced: second % 4 == 0) }
        case .failLook: gateways[gateway].advance(stream, fails: true, at: now)
        case .wait: wait(Int64(1 + second % 90))
        case .join: join(first, second)
        case .pump: pump(second, writes: 1 + first % 3)
        case .pumpMore: for index in clients.indices { pump(index, writes: 20) }
        case .page: page(second, fails: false)
        case .failPage: page(second, fails: true)
        case .drop: if !clients.isEmpty { clients[second % clients.count].drop() }
        case .resume: resume(second, at: gateway)
        case .trim: history.lose(stream.trim(to: second % 5), .trimmed(step: self.step))
        case .remove: remove(second)
        case .delete: delete(second)
        case .lose: lose(1 + second % 3)
        case .end: end()
        case .seal: seal(gateway)
        case .restart: restart(gateway)
        case .refuseLook:
            if gateways[gateway].refuseLook(at: now) { history.wasUnreadable = true }
        case .setCounter:
            let added = stream.added
            stream.skip([1, 1000, 1 << 53, Int.max][second % 4])
            if stream.added > added { history.raises += 1 }
            if stream.counter == nil { history.isUncounted = true }
        case .raise: stream.raise()
        case .batch:
            guard history.facts.isEmpty, clients.isEmpty else { return }
            isBatch = true
            gateways = gateways.map { _ in SimulatedGateway(isBatch: true, limits: Self.limits) }
        }
    }

    // MARK: Publishers

    private mutating func publish(_ first: Int, _ second: Int) {
        if first % 5 == 0 { habit = PublisherKind.allCases[second % PublisherKind.allCases.count] }
        var kind = habit
        if isBatch {
            if isEnded { return }
            kind = [.ours, .ours, .oursUnlinked, .oursAsText][second % 4]
        }
        if isEnded, kind == .ours || kind == .oursUnlinked || kind == .oursAsText || kind == .absurd {
            kind = .storeThenPublish
        }
        texts += 1
        let name = "line \(texts)"
        let level: LogLevel = second % 7 == 0 ? .error : .info
        let text = kind.isJoinedByText && second / 7 % 5 == 0 ? "\(level.rawValue) again" : name
        var record = self.record(text, level: level)
        history.publish(name, text, as: kind, level: level, step: step)
        wait(Int64(first % 3))
        switch kind {
        case .ours, .oursUnlinked, .oursAsText, .absurd:
            stream.seq += 1
            record.seq = stream.seq
            record.batchSeq = isBatch ? stream.seq : nil
            if isAbsurd { history.disrupt() }
            if isAbsurd || kind == .absurd { history.numbering += 1 }
            isAbsurd = kind == .absurd
            if kind == .absurd {
                record.seq = [Int.max, Int.max - 1, 1, 1 << 53][second % 4]
                history.disrupt()
            }
            var entry = record
            // What is beyond any number counts as missing when an entry is read.
            if let number = entry.seq, number > 1 << 53 { entry.seq = nil }
            let (id, previous) = store(name, entry, isNumbered: entry.seq != nil)
            if kind == .absurd { history.disrupt() }
            let payload =
                kind == .oursAsText
                ? ByteBuffer(string: text)
                : SimulatedStream.payload(record, id: id, previous: kind == .oursUnlinked ? nil : previous)
            send(name, payload)
        case .storeThenPublish:
            _ = store(name, record, isNumbered: false)
            pending.append((name, record, false))
            if second % 2 == 0 { complete(pending.count - 1) }
        case .publishThenStore:
            send(name, Self.message(record))
            pending.append((name, record, true))
            if second % 2 == 0 { complete(pending.count - 1) }
        case .publishOnly:
            send(name, Self.message(record))
        case .publishOnlyWithID:
            send(name, ByteBuffer(string: #"{"msg":"\#(text)","level":"\#(level.rawValue)","id":"5-0"}"#))
        case .storeOnly:
            _ = store(name, record, isNumbered: false)
        }
    }

    private mutating func complete(_ index: Int) {
        guard !pending.isEmpty else { return }
        let (name, record, storesNext) = pending.remove(at: index % pending.count)
        if storesNext { _ = store(name, record, isNumbered: false) } else { send(name, Self.message(record)) }
    }

    private func record(_ text: String, level: LogLevel) -> LogRecord {
        LogRecord(
            message: text,
            requestID: SimulatedStream.run,
            timestamp: Timestamp(milliseconds: Int64(stream.clock)),
            level: level
        )
    }

    private static func message(_ record: LogRecord) -> ByteBuffer {
        ByteBuffer(string: #"{"agent_name":"theirs","msg":"\#(record.message)","level":"\#(record.level.rawValue)"}"#)
    }

    private mutating func store(
        _ name: String,
        _ record: LogRecord,
        isNumbered: Bool
    ) -> (id: EntryID, previous: EntryID) {
        let ids = stream.append(record, name: name)
        history.store(name, id: ids.id, isNumbered: isNumbered, step: step)
        return ids
    }

    private mutating func send(_ name: String, _ payload: ByteBuffer) {
        for index in gateways.indices { gateways[index].channel.append((name, payload)) }
    }

    private mutating func end() {
        guard !isEnded else { return }
        isEnded = true
        texts += 1
        let text = "end \(texts)"
        history.publish(text, text, as: .ours, level: .info, step: step)
        stream.seq += 1
        if isAbsurd {
            history.disrupt()
            history.numbering += 1
        }
        isAbsurd = false
        var record = self.record(text, level: .info)
        record.kind = isBatch ? .batchEnd : .end
        record.data = RunOutcome(status: .completed, steps: 1).data
        record.seq = stream.seq
        record.batchSeq = isBatch ? stream.seq : nil
        let (id, previous) = store(text, record, isNumbered: true)
        send(text, SimulatedStream.payload(record, id: id, previous: previous))
    }

    // MARK: Redis

    private mutating func remove(_ second: Int) {
        guard !stream.entries.isEmpty else { return }
        let entry = stream.remove(at: second % stream.entries.count)
        history.lose([entry], .removed(step: step))
    }

    private mutating func delete(_ second: Int) {
        let wasHigh = stream.isHigh
        history.lose(self.stream.delete(), .deleted(step: step))
        history.disrupt()
        history.deletions.append(step)
        // Two entries of one name and millisecond would have the same id.
        wait(1)
        if second % 2 == 0 {
            self.stream.seq = 0
            history.numbering += 1
        }
        if second % 3 == 0 { self.stream.clock -= 500_000 }
        if wasHigh || second % 3 == 0 {
            history.hasLowerIDs = true
            // An id from such a time could be of either stream.
            for index in gateways.indices { gateways[index].log.losses = [] }
        }
        isEnded = isEnded && second % 2 != 0
    }

    private mutating func lose(_ count: Int) {
        // Of such ids nobody can tell when they were given, and so whether they are among the lost.
        if stream.isHigh { return }
        let wasEnded = isEnded
        let lastID = stream.lastID
        let lost = stream.lose(count)
        history.lose(lost, .lost(step: step))
        history.disrupt()
        history.numbering += 1
        if wasEnded { isEnded = stream.entries.contains { $0.record.kind == .end } }
        guard let first = lost.map(\.id.milliseconds).min() else { return }
        let last = max(first, lastID.milliseconds)
        for index in gateways.indices { gateways[index].log.losses.insert(first...last) }
        stream.clock = max(stream.clock, last) + 1
    }

    private mutating func wait(_ milliseconds: Int64) {
        uptime += milliseconds
        stream.clock += UInt64(milliseconds)
    }

    // MARK: Gateways and viewers

    private mutating func deliver(_ gateway: Int) {
        if let name = gateways[gateway].channel.first?.name, !gateways[gateway].isLooking,
            gateways[gateway].log.isLoaded
        {
            history.deliveries[gateway][name] = step
        }
        gateways[gateway].receive(at: now)
    }

    private mutating func look(_ gateway: Int, isForced: Bool) {
        guard isForced || gateways[gateway].isLooking || gateways[gateway].wantsLook(at: now) else {
            return
        }
        history.looks[gateway].append(step)
        let wasLoaded = gateways[gateway].log.isLoaded
        gateways[gateway].advance(stream, fails: false, at: now)
        if !wasLoaded, gateways[gateway].log.isLoaded, let first = gateways[gateway].firstRead {
            history.firstReads.append((step, first))
        }
    }

    private mutating func seal(_ gateway: Int) {
        gateways[gateway].log.seal()
        for index in clients.indices where clients[index].gateway == gateway { pump(index, writes: 20) }
    }

    /// A gateway is killed and started again.
    private mutating func restart(_ gateway: Int) {
        for index in clients.indices where clients[index].gateway == gateway { clients[index].drop() }
        let losses = gateways[gateway].log.losses
        gateways[gateway] = SimulatedGateway(isBatch: isBatch, limits: Self.limits)
        gateways[gateway].log.losses = losses
        history.channelLosses[gateway].append(step)
    }

    private mutating func join(_ first: Int, _ second: Int) {
        guard clients.count < 5 else { return }
        var query = ViewerQuery()
        switch second % 8 {
        case 0, 1: query.start = .now
        case 2: query.start = .tail(1 + first % 12)
        case 3: query.start = .after(EntryID(milliseconds: UInt64(first % 9), sequence: 1))
        case 4: query.start = .after(EntryID(milliseconds: stream.clock &+ 1_000_000, sequence: 0))
        case 5 where first % 4 == 0: query.start = .after(EntryID(milliseconds: .max - 1, sequence: 1))
        default: break
        }
        if second % 3 == 0 { query.level = .error }
        clients.append(SimulatedClient(query: query, at: first % 2))
        heads.append(gateways[first % 2].log.ring.head.id)
        placed.append(nil)
        pump(clients.count - 1, writes: 1)
    }

    private mutating func pump(_ index: Int, writes: Int) {
        guard !clients.isEmpty else { return }
        let index = index % clients.count
        guard let gateway = clients[index].gateway else { return }
        clients[index].pump(&gateways[gateway].log, writes: writes)
        ring(for: index, at: gateway)
        notePlace(index)
    }

    private mutating func page(_ index: Int, fails: Bool) {
        guard !clients.isEmpty else { return }
        let index = index % clients.count
        guard let gateway = clients[index].gateway else { return }
        clients[index].advance(stream, &gateways[gateway].log, fails: fails)
        ring(for: index, at: gateway)
        notePlace(index)
    }

    private mutating func ring(for index: Int, at gateway: Int) {
        if clients[index].asksForLook { gateways[gateway].ring() }
        clients[index].asksForLook = false
    }

    private mutating func resume(_ index: Int, at gateway: Int) {
        guard !clients.isEmpty else { return }
        let index = index % clients.count
        guard clients[index].isWaiting else { return }
        let cursor = clients[index].cursor ?? .zero
        let isThere = cursor == .zero || stream.entries.contains { $0.id == cursor }
        // Who has seen nothing begins once more.
        if clients[index].cursor == nil {
            heads[index] = gateways[gateway].log.ring.head.id
            placed[index] = nil
        }
        clients[index].resume(at: gateway, gateways[gateway].log, isThere: isThere)
    }

    private mutating func notePlace(_ index: Int) {
        guard clients[index].isPlaced else { return }
        // The last records may be read again, when others are the last ones.
        if clients[index].asksForTail {
            placed[index] = nil
        } else if placed[index] == nil {
            placed[index] = step
        }
    }

    // MARK: The end

    /// Lets everything that is under way come to an end.
    private mutating func settle() -> Bool {
        while !pending.isEmpty { complete(0) }
        var calm = 0
        for round in 0..<600 {
            step += 1
            wait(40)
            let before = clients.map(\.sights.count)
            for gateway in gateways.indices {
                while !gateways[gateway].channel.isEmpty { deliver(gateway) }
                for _ in 0..<3 { look(gateway, isForced: round % 3 == 0) }
                seal(gateway)
            }
            for index in clients.indices {
                if clients[index].isWaiting { resume(index, at: index % 2) }
                for _ in 0..<2 { page(index, fails: false) }
                pump(index, writes: 20)
            }
            let isCalm = before == clients.map(\.sights.count) && !clients.contains { $0.hasPage }
            calm = isCalm ? calm + 1 : 0
            if calm == 20 { return true }
        }
        return false
    }
}
