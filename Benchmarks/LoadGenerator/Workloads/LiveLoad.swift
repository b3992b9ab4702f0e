//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Workloads A, B, C and F to I: viewers watch runs while records are published at a steady rate.
struct LiveLoad {
    var viewers: Int
    var runs: Int
    /// Records a second, of all runs together, one run after the other.
    var rate: Double
    var warmUpSeconds: Double
    var seconds: Double

    func measure(_ server: any StreamServer, workload: Workload, setup: ServerSetup) throws(LoadError) -> Measurement {
        var result = Measurement(
            workload: workload,
            server: server,
            viewers: viewers,
            runs: runs
        )
        result.offeredPerSecond = rate
        let session = try LoadSession(server, viewers: viewers, runs: runs, setup: setup)
        result.connectSeconds = try session.connect()

        let start = Clock.now + Int64(seconds: 0.1)
        let opening = start + Int64(seconds: warmUpSeconds)
        let closing = opening + Int64(seconds: self.seconds)
        session.pool.window = opening..<closing
        let pacing = Pacing(rate: rate, start: start)
        var index = 0
        var due = start
        let pace = { () throws(LoadError) in
            let now = min(Clock.now, closing - 1)
            if due > now { return }
            while due <= now {
                session.publisher.publish(run: index % runs, due: due)
                index += 1
                due = pacing.due(index)
            }
            try session.publisher.flush()
        }

        while Clock.now < opening { try session.step(until: min(due, opening), pace: pace) }
        let (before, seenBefore, takenBefore) = state(server, session)
        let bytesBefore = session.pool.deliveries.bytes
        while Clock.now < closing { try session.step(until: min(due, closing), pace: pace) }
        let (after, seenAfter, takenAfter) = state(server, session)
        // What was due in the last moment is published, also when this thread was not run then.
        try pace()

        let (seconds, seen) = ((after.time - before.time).seconds, Double(seenAfter - seenBefore))
        result.add(from: before, to: after)
        result.publishedPerSecond = Double(takenAfter - takenBefore) / seconds
        result.deliveriesPerSecond = seen / seconds
        result.bytesPerDelivery = Double(session.pool.deliveries.bytes - bytesBefore) / max(1, seen)
        result.microsecondsPerDelivery = (after.server - before.server) / max(1, seen) * 1e6
        let withRedis = after.server - before.server + after.redis - before.redis
        result.microsecondsPerDeliveryWithRedis = withRedis / max(1, seen) * 1e6
        if !server.companions.isEmpty, takenAfter > takenBefore {
            let redis = (after.redis - before.redis) / Double(takenAfter - takenBefore)
            result.redisMicrosecondsPerRecord = redis * 1e6
        }
        result.residentMegabytes = Double(ProcessUsage.residentBytes(of: server.processes)) / 1e6

        let isUnfinished = try session.drain()
        result.add(session.pool, lastSeq: session.publisher.lastSeq, isUnfinished: isUnfinished)
        result.take(session.pool.deliveries.latencies)
        return result
    }

    private func state(_ server: any StreamServer, _ session: LoadSession) -> (ProcessorTimes, seen: Int, taken: Int) {
        (ProcessorTimes(server), session.pool.deliveries.records, session.publisher.acknowledged)
    }
}
