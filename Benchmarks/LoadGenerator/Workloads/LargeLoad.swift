//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Workloads K and L: runs that are watched while somebody asks for something large of another run.
struct LargeLoad {
    enum Burden {
        /// An entry of so many bytes, which is added while its run is watched.
        case entry(bytes: Int)
        /// The last so many records of a long run, asked for again and again.
        case tail(records: Int)
    }

    var runs: Int
    /// Records a second, of all runs together.
    var rate: Double
    var seconds: Double
    var burden: Burden

    func measure(_ server: any StreamServer, workload: Workload, setup: ServerSetup) throws(LoadError) -> Measurement {
        guard let server = server as? StepcastServer else { throw LoadError("\(server.name) has nothing like it") }
        var result = Measurement(workload: workload, server: server, viewers: runs, runs: runs)
        result.offeredPerSecond = rate
        let session = try LoadSession(server, viewers: runs, runs: runs, setup: setup)
        result.connectSeconds = try session.connect()
        if case .tail(let records) = burden { try server.fill(run: runs, records: records) }
        var others: [DiscardingViewer] = []
        session.other = { index, _ throws(LoadError) in try others[index].receive() }
        let poller = session.poller
        func watch(_ query: String) throws(LoadError) {
            let request = server.request(run: runs, query: query)
            others.append(try DiscardingViewer(request, port: server.port, token: others.count, poller: poller))
        }
        if case .entry = burden { try watch("") }

        let pacing = Pacing(rate: rate, start: Clock.now + Int64(seconds: 0.1))
        let opening = pacing.start + Int64(seconds: 1)
        var closing = opening + Int64(seconds: seconds)
        session.pool.window = opening..<(.max)
        var index = 0
        func pace() throws(LoadError) {
            while pacing.due(index) <= min(Clock.now, closing - 1) {
                session.publisher.publish(run: index % runs, due: pacing.due(index))
                index += 1
            }
            try session.publisher.flush()
        }
        while Clock.now < opening { try session.step(until: min(pacing.due(index), opening), pace: pace) }

        let before = ProcessorTimes(server)
        let writer: ChildProcess?
        var nextRequest = opening
        if case .entry(let bytes) = burden {
            writer = try server.append(run: runs, bytes: bytes)
        } else {
            writer = nil
        }
        // A server may also leave out what is too large, or say so; the others count.
        let latest = opening + Int64(seconds: 60)
        while Clock.now < closing {
            try session.step(until: min(pacing.due(index), closing), pace: pace)
            switch burden {
            case .tail(let records):
                if Clock.now < nextRequest { continue }
                try watch("?tail=\(records)")
                nextRequest += Int64(seconds: 0.1)
            case .entry(let bytes):
                // It goes on until the entry has arrived, and for as long behind it.
                if result.catchUpSeconds != nil || Clock.now >= latest { continue }
                closing = Clock.now + Int64(seconds: seconds)
                if others[0].bytes >= bytes { result.catchUpSeconds = (Clock.now - opening).seconds }
            }
        }
        result.add(from: before, to: ProcessorTimes(server))
        writer?.stop()
        result.residentMegabytes = Double(ProcessUsage.residentBytes(of: server.processes)) / 1e6
        result.peakMegabytes = Double(ProcessUsage.peakBytes(of: server.processes)) / 1e6
        let isUnfinished = try session.drain()
        result.add(session.pool, lastSeq: session.publisher.lastSeq, isUnfinished: isUnfinished)
        result.take(session.pool.deliveries.latencies)
        return result
    }
}
