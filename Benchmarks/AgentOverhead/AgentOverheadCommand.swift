//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Glibc
import Loopback

/// The program `stepcast-agent-bench`: what Stepcast itself costs, where neither a site nor a model takes any time.
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

    @Option(help: "Where the programs agent-api, stream-gateway and demo-site are (default: beside this one).")
    var programs: String?

    func validate() throws {
        guard (10...10_000).contains(self.actions) else { throw ValidationError("--actions must be from 10 to 10000") }
        guard (10...10_000).contains(self.runs) else { throw ValidationError("--runs must be from 10 to 10000") }
    }

    func run() async throws {
        let directory = try TemporaryDirectory("stepcast-agent-bench")
        defer { directory.remove() }
        let stack = try Stack(directory: directory.path, programs: self.programs ?? Self.ownDirectory)
        defer { stack.stop() }
        var rows = try await ActionOverhead(site: stack.siteURL, count: self.actions).measure()
        rows += try await RunStart(stack: stack, count: self.runs).measure()
        print("| what | median ms | 90 % ms | target ms | |")
        print("| --- | --- | --- | --- | --- |")
        for row in rows { print(row.line) }
        guard rows.allSatisfy(\.isMet) else { throw ExitCode(1) }
    }

    /// The directory of this program.
    private static var ownDirectory: String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
    }
}
