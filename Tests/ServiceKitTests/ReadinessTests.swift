//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import Redis
import Synchronization
import Testing

@testable import ServiceKit

@Suite("The readiness of a service")
struct ReadinessTests {
    private static var logger: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

    @Test("Simultaneous and closely following requests share one probe")
    func shared() async throws {
        let probes = Mutex(0)
        let (openings, opening) = AsyncStream.makeStream(of: Void.self)
        let readiness = Readiness(logger: Self.logger) {
            probes.withLock { $0 += 1 }
            for await _ in openings {}
            return Readiness.Fault("Redis is out of memory.", detail: "OOM at 10.0.0.1")
        }
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { await readiness.check() } }
            while probes.withLock(\.self) == 0 { await Task.yield() }
            opening.finish()
            for await answer in group { #expect(answer == "Redis is out of memory.") }
        }
        #expect(await readiness.check() == "Redis is out of memory.")
        #expect(probes.withLock(\.self) == 1)
    }

    @Test(
        "Redis's errors are reported in our own words, without its address",
        arguments: [
            ("READONLY You can't write against a read only replica.", "Redis is a replica and does not accept writes."),
            (
                "MISCONF Redis is configured to save RDB snapshots",
                "Redis does not accept writes, because it cannot save them."
            ),
            ("OOM command not allowed when used memory > 'maxmemory'.", "Redis is out of memory."),
            ("LOADING Redis is loading the dataset in memory", "Redis is loading its data."),
            ("NOPERM User x has no permissions", "Redis does not permit this service to work."),
            ("ERR something else", "Redis responds with an error."),
        ]
    )
    func faults(message: String, summary: String) {
        let fault = Readiness.Fault(RedisError(.serverError, message))
        #expect(fault.summary == summary)
        #expect(fault.detail.contains(message))
    }

    @Test("A failed connection does not reveal its address")
    func unreachable() {
        let fault = Readiness.Fault(RedisError(.unavailable, "cannot connect to redis://10.0.0.1:6379/0: refused"))
        #expect(fault.summary == "Redis cannot be reached.")
        #expect(fault.detail.contains("10.0.0.1"))
    }
}
