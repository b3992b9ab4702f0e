//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Glibc
import Loopback

/// The program `stepcast-agent-bench`: the overhead of Stepcast itself, with a site and a model that respond at once.
@main
struct AgentOverheadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stepcast-agent-bench",
        abstract: "Measures what an action and the start of a run cost, on a page that answers at once.",
        discussion: """
            It starts a redis-server, the demo site, agent-api and stream-gateway of its own, on free ports of 127.0.0.1, and \
            ends them. Exit status 1: a target was missed.
            """
    )

    @Option(help: "How many actions of each kind are measured (10 to 10000).")
    var actions = 100

    @Option(help: "How many runs are started (10 to 10000).")
    var runs = 50

    @Option(help: "How often a run that a model drives is measured (1 to 100).")
    var modelRuns = 3

    @Option(
        parsing: .upToNextOption,
        help:
            "The command that runs browser-use, to measure beside it: a Python that has it, and Benchmarks/BrowserUse/run_agent.py."
    )
    var browserUse: [String] = []

    @Option(help: "Where the programs agent-api, stream-gateway and demo-site are (default: beside this one).")
    var programs: String?

    func validate() throws {
        guard (10...10_000).contains(self.actions) else { throw ValidationError("--actions must be from 10 to 10000") }
        guard (10...10_000).contains(self.runs) else { throw ValidationError("--runs must be from 10 to 10000") }
        guard (1...100).contains(modelRuns) else { throw ValidationError("--model-runs must be from 1 to 100") }
    }

    func run() async throws {
        let directory = try TemporaryDirectory("stepcast-agent-bench")
        defer { directory.remove() }
        let programs = self.programs ?? Self.ownDirectory
        let rows = try await measureActions(directory.path, programs)
        print("| what | median ms | 90 % ms | target ms | |")
        print("| --- | --- | --- | --- | --- |")
        for row in rows { print(row.line) }
        let runs = ModelRuns(
            directory: directory.path,
            programs: programs,
            count: modelRuns,
            browserUse: browserUse
        )
        let comparisons = try await runs.measure()
        print("\n| with a model that answers at once | median ms | browser-use ms | times | target ms | |")
        print("| --- | --- | --- | --- | --- | --- |")
        for row in comparisons { print(row.line) }
        guard rows.allSatisfy(\.isMet), comparisons.allSatisfy(\.ours.isMet) else { throw ExitCode(1) }
    }

    private func measureActions(_ directory: String, _ programs: String) async throws -> [Durations] {
        let stack = try Stack(directory: directory, programs: programs)
        defer { stack.stop() }
        return try await ActionOverhead(site: stack.siteURL, count: actions).measure()
            + RunStart(stack: stack, count: runs).measure()
    }

    /// The directory of this program.
    private static var ownDirectory: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}
