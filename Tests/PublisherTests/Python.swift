//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import ServerSentEvents
import ServiceTesting
import TestSupport

/// A Python with redis-py, which runs `examples/python` and snippets.
struct Python {
    /// The Redis that programs publish to.
    let redis: RedisServer

    /// The virtual environment in the build directory, created by `scripts/test`: `python` has redis-py and finds the
    /// example's folder, `browser-use` has browser-use and the example installed.
    var environment = "python"

    /// The folder of the example, `examples/python`.
    static var folder: String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return root.appending(path: "examples/python").path
    }

    /// The interpreter of the virtual environment.
    var interpreter: String {
        get throws { try PythonEnvironment(environment).interpreter }
    }

    /// Starts a program of the example's folder.
    func start(_ arguments: [String], environment: [String: String?] = [:]) throws -> ChildProcess {
        var variables: [String: String?] = [
            "REDIS_URL": redis.url, "PYTHONPATH": self.environment == "python" ? Self.folder : nil,
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", "REDIS_STREAM": nil, "LOG_PUBSUB": nil, "LOG_PUBSUB_JSON": nil,
            "REDIS_STREAM_MAXLEN": nil, "REDIS_STREAM_TTL_SECONDS": nil,
        ]
        variables.merge(environment) { _, given in given }
        let output = redis.directory.file("python-\(UInt32.random(in: .min ... .max))")
        return try ChildProcess(try interpreter, arguments, environment: variables, outputPath: output)
    }

    /// Runs a snippet to its end. It can use the client `r`, the run's `key`, and the modules `json`, `logging`, `os`
    /// and `time`.
    ///
    /// - Returns: Its output.
    /// - Throws: A `TestFailure` with its output if its exit status is not the expected one.
    @discardableResult
    func run(
        _ snippet: String,
        environment: [String: String?] = [:],
        expecting status: Int32 = 0,
        timeout: Duration = .seconds(60)
    ) async throws -> String {
        let process = try start(["-c", Self.prelude + snippet], environment: environment)
        let exit = try await process.waitForExit(timeout: timeout)
        guard exit == .exited(status) else {
            throw TestFailure("Python has ended with \(exit), not \(status):\n\(process.output)")
        }
        return process.output
    }

    private static let prelude = """
        import json, logging, os, time, redis
        r = redis.Redis.from_url(os.environ["REDIS_URL"])
        key = "browser_use_logs:r1"

        """
}

extension RunningGateway {
    /// Watches the run `r1`, starting when it is subscribed.
    ///
    /// - Parameter subscribes: Whether the gateway subscribes at all.
    func withSubscribedViewer(
        of redis: RedisServer,
        query: String = "",
        subscribes: Bool = true,
        _ body: (TestViewer) async throws -> Void
    ) async throws {
        try await withViewer(of: "r1", query: query) { viewer in
            try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
            try await eventually("the subscription") {
                guard subscribes else { return true }
                return try await redis.cli("PUBSUB", "NUMSUB", "browser_use_logs:r1").hasSuffix("1")
            }
            try await body(viewer)
        }
    }
}

extension TestViewer {
    /// The ids of the records so far. A record without one has that of the previous record.
    var recordIDs: [String?] {
        rawEvents.filter { event in
            ["log", "end"].contains { event.data.hasPrefix(#"{"type":"\#($0)""#) }
        }.map(\.id)
    }
}

/// Runs a Redis and a gateway, and gives a Python to the body.
func withPublisher(
    settings: [String: String] = [:],
    _ body: (Python, RunningGateway) async throws -> Void
) async throws {
    try await withRedisAndGateway(settings: settings) { redis, gateway in
        try await body(Python(redis: redis), gateway)
    }
}
