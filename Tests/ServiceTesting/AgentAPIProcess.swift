//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
package import HTTPStream
package import TestSupport

/// The program `agent-api` as a separate process, which a test can kill.
package final class AgentAPIProcess: Sendable {
    package let process: ChildProcess

    /// The service.
    package let api: RunningAgentAPI

    /// Starts it on a free port and waits until it listens.
    ///
    /// - Parameters:
    ///   - redis: Its Redis.
    ///   - directory: The place of its log and, unless set otherwise, its spool.
    ///   - settings: Additional settings, by environment variable.
    ///   - client: The client for requests to it.
    /// - Throws: A `TestFailure` with its log if it does not start.
    package init(
        redis: RedisServer,
        directory: TemporaryDirectory,
        settings: [String: String] = [:],
        client: HTTPClient
    ) async throws {
        // A killed process leaves its browser's profile behind, here in the test's directory.
        let temporary = directory.file("tmp")
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        let own = [
            "REDIS_URL": redis.url, "PORT": "0", "LOG_LEVEL": "debug", "BROWSER_WARM_UP": "0",
            "SPOOL_DIRECTORY": directory.file("spool"),
            "TMPDIR": temporary,
        ]
        let log = directory.file("agent-api-\(UInt32.random(in: .min ... .max)).log")
        // Empty, so that a developer's own file is not used.
        let environmentFile = directory.file("empty.env")
        try Data().write(to: URL(filePath: environmentFile))
        // Likewise a model in a developer's environment, which would plan the runs.
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
