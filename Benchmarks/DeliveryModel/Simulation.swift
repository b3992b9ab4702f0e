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
            raise, batch, archive, follow
    }

    package internal(set) var history = History()
    package internal(set) var clients: [SimulatedClient] = []

    /// What the gateway had shown when each client joined, and when the client had its place.
    package internal(set) var heads: [EntryID] = []
    package internal(set) var placed: [Int?] = []
    package internal(set) var stream = SimulatedStream()
    var gateways: [SimulatedGateway]
    var pending: [(name: String, record: LogRecord, storesNext: Bool)] = []
    var uptime: Int64 = 1_000_000
    var habit = PublisherKind.ours
    var texts = 0
    var isEnded = false

    /// Whether it is a batch that is watched, which has no publishers but ours.
    var isBatch = false

    /// What is archived of the run, if anything is.
    package internal(set) var past: SimulatedPast?

    /// Whether the last number made no sense, so that the next one does not follow it.
    var isAbsurd = false
    package internal(set) var step = 0

    package init() {
        gateways = (0..<2).map { _ in SimulatedGateway(isBatch: false, limits: Self.limits) }
    }

    static let limits = FrameRing.Limits(frames: 8, bytes: 6_000, batchBytes: 1_500)

    var now: Moment { Moment(uptime: uptime, wall: stream.clock) }

    /// Steps from a seed.
    ///
    /// - Parameter hasPast: Whether the run is archived.
    package static func steps(seed: UInt64, count: Int, hasPast: Bool = false) -> [Step] {
        var random = SeededGenerator(seed: seed)
        // Some runs have few kinds of events, so that long undisturbed stretches come up as well.
        let weights = Action.allCases.map { action -> Int in
            switch action {
            case .publish, .deliver, .look, .pump: 12
            case .complete, .lookMore, .deliverMore, .pumpMore, .wait, .page, .seal: 6
            case .join, .drop, .resume: 3
            case .batch, .archive: 0
            case .follow: hasPast ? 6 : 0
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
            if hasPast, index == 1 { action = .archive }
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
        case .archive:
            guard past == nil, clients.isEmpty else { return }
            past = SimulatedPast()
            for index in gateways.indices { gateways[index].log.hasPast = true }
        case .follow: follow()
        case .batch:
            guard history.facts.isEmpty, clients.isEmpty else { return }
            isBatch = true
            gateways = gateways.map { _ in SimulatedGateway(isBatch: true, limits: Self.limits) }
            for index in gateways.indices { gateways[index].log.hasPast = past != nil }
        }
    }

    // MARK: Publishers

    mutating func follow() {
        past?.follow(stream, history, isBatch ? .batch(SimulatedStream.run) : .run(SimulatedStream.run))
    }

    /// Lets everything that is under way come to an end.
    mutating func settle() -> Bool {
        while !pending.isEmpty { complete(0) }
        var calm = 0
        for round in 0..<600 {
            step += 1
            wait(40)
            let before = clients.map(\.sights.count)
            follow()
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
