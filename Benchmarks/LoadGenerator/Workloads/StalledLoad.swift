//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Workload J: viewers who ask for a long history and do not read it.
struct StalledLoad {
    var viewers: Int
    /// How many records there are.
    var records: Int
    /// How long nothing is read, in seconds.
    var seconds: Double

    func measure(_ server: any StreamServer, workload: Workload, setup: ServerSetup) throws(LoadError) -> Measurement {
        var result = Measurement(workload: workload, server: server, viewers: self.viewers, runs: 1)
        // A viewer who was there from the first record on keeps the run warm and knows the id to begin from.
        let witness = try LoadSession(server, viewers: 1, runs: 1, setup: setup)
        witness.pool.viewers[0].reader.keepsLastID = true
        _ = try witness.connect()
        try witness.publish(1)
        let id = String(decoding: witness.pool.viewers[0].reader.lastID, as: UTF8.self)
        try witness.publish(records)
        result.add(witness.pool, lastSeq: witness.publisher.lastSeq)

        let session = try LoadSession(server, viewers: self.viewers, runs: 1, setup: setup, next: 2)
        session.pool.request = { server.request(run: $0, level: "INFO", from: id) }
        session.pool.receiveBuffer = 4096
        session.pool.isStalled = true
        let empty = ProcessUsage.residentBytes(of: server.processes)
        try session.pool.connect(concurrency: self.viewers)
        try session.run(until: "all viewers have asked", within: 60) { session.pool.asked == self.viewers }
        var full = 0
        let before = ProcessorTimes(server)
        let end = Clock.now + Int64(seconds: seconds)
        while Clock.now < end {
            try session.step(until: Clock.now + Int64(seconds: 0.1))
            full = max(full, ProcessUsage.residentBytes(of: server.processes))
        }
        result.add(from: before, to: ProcessorTimes(server))
        result.residentMegabytes = Double(full) / 1e6
        result.kilobytesPerViewer = Double(full - empty) / Double(self.viewers) / 1e3
        result.peakMegabytes = Double(ProcessUsage.peakBytes(of: server.processes)) / 1e6

        // They keep their places: when they read at last, each sees all of it.
        let awake = Clock.now
        try session.pool.wake()
        let all = self.viewers * records
        try session.run(until: "all viewers have read on", within: 180) { session.pool.deliveries.records >= all }
        result.catchUpSeconds = (Clock.now - awake).seconds
        result.add(session.pool, lastSeq: witness.publisher.lastSeq)
        return result
    }
}
