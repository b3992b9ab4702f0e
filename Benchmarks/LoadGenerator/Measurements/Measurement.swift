//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// What was measured of one server under one workload. What a workload has nothing to say about is absent.
struct Measurement: Codable {
    var workload: String
    var server: String
    var viewers: Int
    var runs: Int

    /// Records a second: asked for, and taken by the server in the measured time.
    var offeredPerSecond: Double?
    var publishedPerSecond: Double?
    /// Records that viewers saw, a second.
    var deliveriesPerSecond: Double?
    /// The server's processor time for each, in microseconds; and with Redis's.
    var microsecondsPerDelivery: Double?
    var microsecondsPerDeliveryWithRedis: Double?
    /// Redis's processor time for each record, in microseconds.
    var redisMicrosecondsPerRecord: Double?
    /// From when a record was due until a viewer saw it, in milliseconds.
    var latencyP50: Double?
    var latencyP99: Double?
    var latencyMaximum: Double?

    /// Processors kept busy by the server, by Redis, by the load generator, and by all else on the machine.
    var serverProcessors: Double?
    var redisProcessors: Double?
    var generatorProcessors: Double?
    var otherProcessors: Double?
    /// Resident memory of the server at the end, in megabytes (10⁶ bytes).
    var residentMegabytes: Double?
    /// The most that it ever was.
    var peakMegabytes: Double?
    /// Of a response's body, for each record.
    var bytesPerDelivery: Double?

    /// Until all viewers were connected, in seconds.
    var connectSeconds: Double?
    /// Resident memory that each idle viewer costs, in kilobytes (10³ bytes).
    var kilobytesPerViewer: Double?
    /// Until all viewers had seen all that they had missed, in seconds: the median of several times, and each.
    var catchUpSeconds: Double?
    var catchUps: [Double]?

    /// What the checks of all viewers' sequences found.
    var checked = 0
    var lost = 0
    /// Records that had not come a minute after the measured time, while others still did: behind, not lost.
    var late = 0
    var repeated = 0
    var outOfOrder = 0
    var malformed = 0
    /// Connections that the server closed.
    var dropped = 0

    /// Why nothing was measured.
    var failure: String?

    /// Whether every viewer saw each record once, in order and unharmed.
    var isFaultless: Bool {
        lost + repeated + outOfOrder + malformed + dropped == 0
    }

    /// A measurement that is to be filled.
    init(workload: Workload, server: any StreamServer, viewers: Int, runs: Int) {
        self.workload = workload.rawValue
        self.server = server.name
        self.viewers = viewers
        self.runs = runs
    }

    /// A measurement that failed.
    init(_ workload: Workload, _ kind: ServerKind, failure: String) {
        self.workload = workload.rawValue
        server = kind.name
        viewers = 0
        runs = 0
        self.failure = failure
    }

    /// Takes in how long records took.
    mutating func take(_ latencies: LatencyHistogram) {
        latencyP50 = latencies.quantile(0.5).map { $0.seconds * 1000 }
        latencyP99 = latencies.quantile(0.99).map { $0.seconds * 1000 }
        latencyMaximum = latencies.quantile(1).map { $0.seconds * 1000 }
    }

    /// Adds what a pool's viewers saw.
    ///
    /// - Parameters:
    ///   - lastSeq: The last number that was published of each run.
    ///   - isUnfinished: Whether records were still coming.
    mutating func add(_ pool: ViewerPool, lastSeq: [Int], isUnfinished: Bool = false) {
        checked += pool.deliveries.records
        malformed += pool.deliveries.malformed
        dropped += pool.deliveries.dropped
        for viewer in pool.viewers {
            let ahead = max(0, lastSeq[viewer.run] + 1 - viewer.check.next)
            lost += viewer.check.lost(upTo: lastSeq[viewer.run]) - (isUnfinished ? ahead : 0)
            late += isUnfinished ? ahead : 0
            repeated += viewer.check.repeated
            outOfOrder += viewer.check.outOfOrder
        }
    }
}
