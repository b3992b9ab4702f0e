//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Workload E: viewers who all come back at once, each with the same records to catch up on.
struct ReconnectLoad {
    var viewers: Int
    /// How many records each has missed.
    var records: Int
    /// How often; the median counts.
    var times: Int

    func measure(_ server: any StreamServer, workload: Workload, setup: ServerSetup) throws(LoadError) -> Measurement {
        var result = Measurement(workload: workload, server: server, viewers: self.viewers, runs: 1)
        // A viewer who was there from the first record on keeps the run warm and knows the id to resume from.
        let witness = try LoadSession(server, viewers: 1, runs: 1, setup: setup)
        witness.pool.viewers[0].reader.keepsLastID = true
        _ = try witness.connect()
        try witness.publish(1)
        let lastEventID = String(decoding: witness.pool.viewers[0].reader.lastID, as: UTF8.self)
        try witness.publish(records)
        result.add(witness.pool, lastSeq: witness.publisher.lastSeq)

        let descriptors = ProcessUsage.openDescriptors(of: server.processes)
        var seconds: [Double] = []
        let before = ProcessorTimes(server)
        for _ in 0..<times {
            let session = try LoadSession(
                server,
                viewers: self.viewers,
                runs: 1,
                setup: setup,
                lastEventID: lastEventID,
                next: 2
            )
            let (start, all) = (Clock.now, self.viewers * records)
            try session.pool.connect(concurrency: self.viewers)
            try session.run(until: "all viewers have caught up", within: 120) {
                session.pool.deliveries.records >= all
            }
            seconds.append((Clock.now - start).seconds)
            result.add(session.pool, lastSeq: witness.publisher.lastSeq)
            session.pool.close()
            try witness.run(until: "the server has noticed that viewers went", within: 30) {
                // The publisher's connections of the session are still there.
                ProcessUsage.openDescriptors(of: server.processes) <= descriptors + 10
            }
        }
        result.add(from: before, to: ProcessorTimes(server))
        result.residentMegabytes = Double(ProcessUsage.residentBytes(of: server.processes)) / 1e6
        result.catchUps = seconds
        result.catchUpSeconds = seconds.sorted()[seconds.count / 2]
        return result
    }
}
