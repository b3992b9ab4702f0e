//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery

extension Simulation {
    mutating func deliver(_ gateway: Int) {
        if let name = gateways[gateway].channel.first?.name, !gateways[gateway].isLooking,
            gateways[gateway].log.isLoaded
        {
            history.deliveries[gateway][name] = step
        }
        gateways[gateway].receive(at: now)
    }

    mutating func look(_ gateway: Int, isForced: Bool) {
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

    mutating func seal(_ gateway: Int) {
        gateways[gateway].log.seal()
        for index in clients.indices where clients[index].gateway == gateway { pump(index, writes: 20) }
    }

    /// A gateway is killed and started again.
    mutating func restart(_ gateway: Int) {
        for index in clients.indices where clients[index].gateway == gateway { clients[index].drop() }
        let losses = gateways[gateway].log.losses
        gateways[gateway] = SimulatedGateway(isBatch: isBatch, limits: Self.limits)
        gateways[gateway].log.losses = losses
        gateways[gateway].log.hasPast = past != nil
        history.channelLosses[gateway].append(step)
    }

    mutating func join(_ first: Int, _ second: Int) {
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

    mutating func pump(_ index: Int, writes: Int) {
        guard !clients.isEmpty else { return }
        let index = index % clients.count
        guard let gateway = clients[index].gateway else { return }
        clients[index].pump(&gateways[gateway].log, writes: writes)
        ring(for: index, at: gateway)
        notePlace(index)
    }

    mutating func page(_ index: Int, fails: Bool) {
        guard !clients.isEmpty else { return }
        let index = index % clients.count
        guard let gateway = clients[index].gateway else { return }
        clients[index].advance(stream, past, &gateways[gateway].log, fails: fails, at: now)
        ring(for: index, at: gateway)
        notePlace(index)
    }

    mutating func ring(for index: Int, at gateway: Int) {
        if clients[index].asksForLook { gateways[gateway].ring() }
        clients[index].asksForLook = false
    }

    mutating func resume(_ index: Int, at gateway: Int) {
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

    mutating func notePlace(_ index: Int) {
        guard clients[index].isPlaced else { return }
        // The last records may be read again, when others are the last ones.
        if clients[index].asksForTail {
            placed[index] = nil
        } else if placed[index] == nil {
            placed[index] = step
        }
    }
}
