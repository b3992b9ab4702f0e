//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import Glibc
import HTTPStream
import Loopback

/// The agent's own time in a run planned by a model, with a to-do page and a model that respond at once, and a browser
/// that has to be started first.
struct ModelRuns {
    let directory: String
    let programs: String
    let count: Int

    /// The command that runs browser-use; the model's address is appended. Empty to skip browser-use.
    let browserUse: [String]

    /// The browser that agent-api would use.
    private var browser: String {
        get throws {
            let searchPath = getenv("PATH").map { String(cString: $0) } ?? ""
            return try BrowserExecutable.find(nil, headless: true, searchPath: searchPath)
        }
    }

    /// Measures both alternately.
    func measure() async throws -> [Comparison] {
        var step = Comparison("a step: type, Enter, look", target: 50)
        var whole = Comparison("the whole run of 12 such steps, with the browser's launch", target: 1500)
        for number in 0..<count {
            try await measureOurs(number, &step.ours, &whole.ours)
            if !browserUse.isEmpty {
                try await measureBrowserUse(number, &step.other, &whole.other)
            }
        }
        return [step, whole]
    }

    private func measureOurs(_ number: Int, _ step: inout Durations, _ whole: inout Durations) async throws {
        let port = try Socket.freePort()
        try await PolicyServer.with(ToDoPolicy(site: "http://127.0.0.1:\(port)")) { server in
            let stack = try Stack(
                directory: directory,
                programs: programs,
                sitePort: port,
                settings: ["OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "bench", "BROWSER_WARM_UP": "0"]
            )
            defer { stack.stop() }
            let client = HTTPClient()
            let task = "Write twelve things on the list"
            do {
                whole.add(try await RunStart.run("model-\(number)", task: task, on: stack, client).end)
                await client.shutdown()
            } catch {
                await client.shutdown()
                throw error
            }
            try Self.add(server.turns, to: &step)
        }
    }

    private func measureBrowserUse(
        _ number: Int,
        _ step: inout Durations,
        _ whole: inout Durations
    ) async throws {
        let port = try Socket.freePort()
        try await PolicyServer.with(ToDoPolicy(site: "http://127.0.0.1:\(port)")) { server in
            let site = try ChildProcess(
                ["\(programs)/demo-site", "--port", "\(port)"],
                directory: directory,
                log: "\(directory)/site.log"
            )
            defer { site.stop() }
            try site.waitUntilReady { Socket.accepts(port) }
            let log = "\(directory)/browser-use-\(number).log"
            let agent = try ChildProcess(
                browserUse + [server.url, try self.browser],
                environment: ["HOME": directory, "TMPDIR": directory],
                directory: directory,
                log: log
            )
            defer { agent.stop() }
            let deadline = Clock.now + Int64(seconds: 180)
            while agent.isRunning {
                try await Task.sleep(for: .milliseconds(50))
                if Clock.now > deadline { throw LoadError("browser-use takes longer than 180 s: \(agent.lastLines)") }
            }
            guard let seconds = agent.lastLines.split(separator: "\n").last.flatMap({ Double($0) }) else {
                throw LoadError("browser-use did not get to the end: \(agent.lastLines)")
            }
            whole.add(Int64(seconds * Double(Clock.nanosecondsPerSecond)))
            try Self.add(server.turns, to: &step)
        }
    }

    /// The time from each answer to the next question, without the first step, which opens the page.
    private static func add(_ turns: [PolicyServer.Turn], to step: inout Durations) throws {
        guard turns.count == ToDoPolicy.things + 2 else {
            throw LoadError("the model was asked \(turns.count) times instead of \(ToDoPolicy.things + 2)")
        }
        for (turn, next) in zip(turns.dropFirst(), turns.dropFirst(2)) { step.add(next.asked - turn.answered) }
    }
}
