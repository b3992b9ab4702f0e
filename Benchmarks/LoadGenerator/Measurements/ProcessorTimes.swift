//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// Who has used how much processor time by now.
struct ProcessorTimes {
    var time: Int64
    var server: Double
    var redis: Double
    var generator: Double
    var machine: Double

    init(_ server: any StreamServer) {
        time = Clock.now
        self.server = ProcessUsage(of: server.processes).processorSeconds
        redis = ProcessUsage(of: server.companions).processorSeconds
        generator = ProcessUsage(of: [getpid()]).processorSeconds
        machine = ProcessUsage.machineSeconds
    }
}

extension Measurement {
    /// Takes in the processor time between two moments.
    mutating func add(from start: ProcessorTimes, to end: ProcessorTimes) {
        let seconds = (end.time - start.time).seconds
        let (server, redis) = (end.server - start.server, end.redis - start.redis)
        let generator = end.generator - start.generator
        serverProcessors = server / seconds
        redisProcessors = redis / seconds
        generatorProcessors = generator / seconds
        otherProcessors = max(0, end.machine - start.machine - server - redis - generator) / seconds
    }
}
