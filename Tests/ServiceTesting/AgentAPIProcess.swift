//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
package import HTTPStream
package import TestSupport

/// The program `agent-api` as a process of its own, which a test can kill.
package final class AgentAPIProcess: Sendable {
    package let process: ChildProcess

    /// What it serves.
    package let api: RunningAgentAPI

    /// Starts it on a free port and waits until it listens.
    ///
    /// - Parameters:
    ///   - redis: Its Redis.
    ///   - directory: Where its log goes and, unless the settings say otherwise, its spool.
    ///   - settings: More settings, by their environment variables.
    ///   - client: For requests to it.
    /// - Throws: A `TestFailure` with its log when it does not come up.
    package init(
        redis: RedisServer,
        directory: TemporaryDirectory,
        settings: [String: String] = [:],
        client: HTTPClient
    ) async throws {
        // A process that is killed leaves its browser's profile behind, for the next to remove: it goes with the test.
        let temporary = directory.file("tmp")
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        let own = [
            "REDIS_URL": redis.url, "PORT": "0", "LOG_LEVEL": "debug", "BROWSER_WARM_UP": "0",
            "SPOOL_DIRECTORY": directory.file("spool"),
            "TMPDIR": temporary,
        ]
        let log = directory.file("agent-api-\(UInt32.random(in: .min ... .max)).log")
        // An empty one, so that a developer's own does not count.
        let environmentFile = directory.file("empty.env")
        try Data().write(to: URL(filePath: environmentFile))
        // Nor does a model that a developer has in the environment: it would plan the runs.
        var environment: [String: String?] = [:]
        for model in ["OPENAI", "ANTHROPIC"] {
            for name in ["API_KEY", "API_KEY_FILE", "BASE_URL", "MODEL"] {
                environment.updateValue(nil, forKey: "\(model)_\(name)")
            }
        }
        for (variable, value) in own.merging(settings, uniquingKeysWith: { _, given in given }) {
            environment.updateValue(value, forKey: variable)
        }
        let process = try ChildProcess(
            try Executable.built("agent-api"),
            ["--env-file", environmentFile],
            environment: environment,
            outputPath: log
        )
        self.process = process
        let port = try await eventually("agent-api to listen or to end") { () -> Int? in
            process.isRunning ? process.listeningPort : 0
        }
        guard port != 0 else { throw TestFailure("agent-api has ended: \(process.output.suffix(2000))") }
        self.api = RunningAgentAPI(port: port, client: client)
    }
}
