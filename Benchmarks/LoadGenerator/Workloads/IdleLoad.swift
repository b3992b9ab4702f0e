//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Workload D: viewers that wait for a run on which nothing happens, with heartbeats.
struct IdleLoad {
    var viewers: Int
    /// Over which the server's idle work is measured.
    var seconds: Double

    func measure(_ server: any StreamServer, workload: Workload, setup: ServerSetup) throws(LoadError) -> Measurement {
        var result = Measurement(workload: workload, server: server, viewers: self.viewers, runs: 1)
        let session = try LoadSession(server, viewers: self.viewers, runs: 1, setup: setup)
        let empty = ProcessUsage.residentBytes(of: server.processes)
        result.connectSeconds = try session.connect()

        let beats = 2 * self.viewers
        try session.run(until: "\(beats) heartbeats", within: Double(setup.heartbeatSeconds) * 3 + 30) {
            session.pool.deliveries.heartbeats >= beats
        }
        let before = ProcessorTimes(server)
        let end = Clock.now + Int64(seconds: seconds)
        while Clock.now < end { try session.step(until: end) }
        result.add(from: before, to: ProcessorTimes(server))
        let full = ProcessUsage.residentBytes(of: server.processes)
        result.residentMegabytes = Double(full) / 1e6
        result.kilobytesPerViewer = Double(full - empty) / Double(self.viewers) / 1e3

        // Idle viewers count only if they are there: each must see a record that comes at last.
        session.publisher.publish(run: 0, due: Clock.now)
        try session.publisher.flush()
        try session.run(until: "the record is out", within: 10) { session.publisher.isIdle }
        let isUnfinished = try session.drain()
        result.add(session.pool, lastSeq: session.publisher.lastSeq, isUnfinished: isUnfinished)
        return result
    }
}
