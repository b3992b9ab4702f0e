//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Something that breaks.
enum Fault: CustomStringConvertible {
    /// `kill -9`, and a start on the same append-only file that many seconds later.
    case redisKill(downtime: Double)
    /// SIGSTOP, and SIGCONT that many seconds later.
    case redisStop(seconds: Double)
    /// `CLIENT KILL TYPE pubsub`: the subscriptions are gone, all else stays.
    case redisDropSubscribers
    /// `CLIENT KILL TYPE normal`: everything but the subscriptions.
    case redisDropClients
    case gatewayKill(Int, downtime: Double)
    /// SIGTERM, and a start that many seconds after its end.
    case gatewayTerminate(Int, downtime: Double)
    case gatewayStop(Int, seconds: Double)
    case writerKill(Int, downtime: Double)
    /// This share of the viewers loses its connection at once.
    case viewersDrop(share: Double)

    /// The next fault.
    init(using generator: inout SeededGenerator, gateways: Int, writers: Int) {
        // Short absences are the more dangerous ones, long ones the more thorough.
        let short = Double.random(in: 0.02...0.6, using: &generator)
        let downtime = generator.chance(0.7) ? short : Double.random(in: 0.6...4, using: &generator)
        let gateway = Int.random(in: 0..<gateways, using: &generator)
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<15: self = .redisKill(downtime: downtime)
        case 15..<27: self = .redisStop(seconds: downtime)
        case 27..<39: self = .redisDropSubscribers
        case 39..<47: self = .redisDropClients
        case 47..<60: self = .gatewayKill(gateway, downtime: downtime)
        case 60..<70: self = .gatewayTerminate(gateway, downtime: downtime)
        case 70..<76: self = .gatewayStop(gateway, seconds: downtime)
        case 76..<92: self = .writerKill(Int.random(in: 0..<writers, using: &generator), downtime: downtime)
        default: self = .viewersDrop(share: Double.random(in: 0.2...1, using: &generator))
        }
    }

    /// Which of the totals it counts for.
    var kind: String {
        switch self {
        case .redisKill: "Redis kill -9"
        case .redisStop: "Redis SIGSTOP"
        case .redisDropSubscribers: "CLIENT KILL pubsub"
        case .redisDropClients: "CLIENT KILL normal"
        case .gatewayKill: "gateway kill -9"
        case .gatewayTerminate: "gateway SIGTERM"
        case .gatewayStop: "gateway SIGSTOP"
        case .writerKill: "writer killed"
        case .viewersDrop: "viewers dropped"
        }
    }

    var description: String {
        switch self {
        case .redisKill(let time), .redisStop(let time): "\(kind), \(Self.format(time)) s"
        case .redisDropSubscribers, .redisDropClients: kind
        case .gatewayKill(let index, let time), .gatewayTerminate(let index, let time),
            .gatewayStop(let index, let time), .writerKill(let index, let time):
            "\(kind): \(index), \(Self.format(time)) s"
        case .viewersDrop(let share): "\(kind): \(Int(share * 100)) %"
        }
    }

    private static func format(_ seconds: Double) -> String { Tally.time(Int64(seconds * 1e9)) }
}
