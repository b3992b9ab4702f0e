//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// A queue and everything that the processes sharing it need.
struct QueueScene {
    let redis: RedisServer
    let site: DemoSiteServer
    let directory: TemporaryDirectory
    let client: HTTPClient

    func agentAPI(_ name: String, settings: [String: String] = [:]) async throws -> AgentAPIProcess {
        let own = [
            "SPOOL_DIRECTORY": directory.file(name), "AGENT_CONCURRENCY": "1", "AGENT_LEASE_SECONDS": "6",
        ]
        return try await AgentAPIProcess(
            redis: redis,
            directory: directory,
            settings: own.merging(settings) { _, given in given },
            client: client
        )
    }

    /// A task that lasts until it is cancelled, however long the test takes.
    var endless: String { "go to \(site.url("/links")) and wait 300 seconds" }

    /// A task that waits for a page for a while.
    func slow(_ milliseconds: Int) -> String { "go to \(site.url("/slow?ms=\(milliseconds)"))" }

    func start(_ id: String, _ task: String, session: String? = nil, on process: AgentAPIProcess) async throws {
        let session = session.map { #","session_id":"\#($0)""# } ?? ""
        let answer = try await process.api.post(#"{"task":"\#(task)","request_id":"\#(id)"\#(session)}"#)
        #expect(answer.status == 200, "\(answer.text)")
    }

    func untilRunning(_ id: String, on process: AgentAPIProcess) async throws {
        try await eventually("\(id) to run") { try await process.api.run(id).status == .running }
    }

    /// Checks that a run was executed once and is complete.
    func expectOnce(_ id: String) async throws {
        let stream = try await RunStream(redis, id)
        #expect(stream.isWholeAndEnded, "\(id): \(stream.entries)")
    }

    /// Checks that nothing is left of finished runs.
    func expectNothingLeft() async throws {
        try await eventually("the queue to be empty") {
            let left = try await [
                redis.cli("XLEN", "{browser_use_logs}:queue"),
                redis.cli("ZCARD", "{browser_use_logs}:unfinished"),
                redis.cli("KEYS", "{browser_use_logs}:session:*"),
            ]
            return left == ["0", "0", ""]
        }
    }

    /// Sets up a scene while the body runs.
    static func with(redisOptions: [String] = [], _ body: (QueueScene) async throws -> Void) async throws {
        try await withSurroundings(redisOptions: redisOptions) { redis, site, directory, client in
            try await body(QueueScene(redis: redis, site: site, directory: directory, client: client))
        }
    }
}
