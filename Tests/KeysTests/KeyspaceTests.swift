//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Testing

@Suite("Names in Redis")
struct KeyspaceTests {
    private let keys = Keyspace(prefix: "browser_use_logs")

    @Test("A run's stream and channel have one name, and its other keys share its hash slot")
    func run() throws {
        let run = keys.run(try Identifier("my-test-request-123"))
        #expect(run.stream == "browser_use_logs:my-test-request-123")
        #expect(run.channel == "browser_use_logs:my-test-request-123")
        let others = [run.seq, run.run, run.ended, run.lease, run.secrets, run.screenshots]
        let names = ["seq", "run", "ended", "lease", "secrets", "screenshots"]
        #expect(others == names.map { "{browser_use_logs:my-test-request-123}:\($0)" })
    }

    @Test("A batch's keys share a hash slot, and are not listed with the streams of runs")
    func batch() throws {
        let batch = keys.batch(try Identifier("b"))
        #expect(batch.stream == "{browser_use_logs:b}:batch")
        #expect(batch.state == "{browser_use_logs:b}:batch-state")
        #expect(batch.runs == "{browser_use_logs:b}:batch-runs")
    }

    @Test("A stream belongs to a run or a batch")
    func subjects() throws {
        #expect(keys.stream(of: .run(try Identifier("r"))) == "browser_use_logs:r")
        #expect(keys.stream(of: .batch(try Identifier("b"))) == "{browser_use_logs:b}:batch")
    }

    @Test("Shared keys have the documented names")
    func shared() throws {
        let names = [
            keys.queue, keys.queue(of: "p"), keys.session(try Identifier("s")), keys.unfinished, keys.workers,
            keys.runs, keys.changes, keys.screenshotSizes, keys.screenshotTimes, keys.alive, keys.losses,
        ]
        let documented = [
            "queue", "queue:p", "session:s", "unfinished", "workers", "runs", "changes", "screenshot_sizes",
            "screenshot_times", "alive", "losses",
        ]
        #expect(names == documented.map { "{browser_use_logs}:\($0)" })
    }

    @Test("The prefix is the configured one")
    func prefix() throws {
        #expect(Keyspace(prefix: "logs").run(try Identifier("a:b")).stream == "logs:a:b")
    }
}
