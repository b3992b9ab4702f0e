//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Foundation
import JSON
import Loopback

/// The program `stepcast-instructions`: how many tasks in plain English agent-api completes without a model.
@main
struct InstructionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stepcast-instructions",
        abstract: "Measures how many tasks in plain English agent-api does on small pages of many kinds.",
        discussion: """
            It starts a redis-server, an agent-api and a server of pages of its own, on free ports of 127.0.0.1, and ends \
            them. Half of the tasks are held out: they are run with --held-out alone. Exit status 0: it has measured.
            """
    )

    @Option(help: "Decides the names, numbers and order that pages show.")
    var seed: UInt64 = 1

    @Flag(help: "Run the half of the tasks that is held out, to judge by and not to steer by.")
    var heldOut = false

    @Option(help: "Run only tasks whose name or category contains this text.")
    var filter: String?

    @Option(
        help: """
            Change one significant word in each sentence, in so many ways for a task (1 to 100), and count the runs that \
            complete it with the old deed nevertheless.
            """
    )
    var mutations: Int?

    @Option(help: "How many tasks are carried out at a time (1 to 16).")
    var concurrency = 4

    @Option(help: "The longest that a task may take, in seconds (1 to 20).")
    var limit = 20

    @Option(help: "The file that takes all that was measured, as JSON.")
    var json: String?

    @Flag(help: "List the tasks with their data filled in, and run none.")
    var list = false

    @Option(help: "Where the program agent-api is (default: beside this one).")
    var programs: String?

    func validate() throws {
        guard (1...16).contains(concurrency) else { throw ValidationError("--concurrency must be from 1 to 16") }
        guard (1...100).contains(mutations ?? 1) else { throw ValidationError("--mutations must be from 1 to 100") }
        guard (1...20).contains(limit) else { throw ValidationError("--limit must be from 1 to 20") }
    }

    func run() async throws {
        let tasks = try TaskSite.tasks().filter { task in
            task.isHeldOut == heldOut
                && (filter.map { task.name.contains($0) || task.category.contains($0) } ?? true)
        }
        guard !tasks.isEmpty else { throw ValidationError("no task of this half contains the text of --filter") }
        if list {
            for task in tasks {
                let data = PageData.make(seed: seed, page: task.page)
                let episode = try Episode(task, data: data, url: "http://127.0.0.1/\(task.page)")
                print("\(task.name)\t\(task.category)\t\(episode.text.replacing("\n", with: " / "))")
            }
            return
        }
        let directory = try TemporaryDirectory("stepcast-instructions")
        defer { directory.remove() }
        let session = Session(
            tasks: tasks,
            seed: seed,
            concurrency: concurrency,
            limit: limit,
            directory: directory.path,
            program: "\(programs ?? Self.ownDirectory)/agent-api",
            mutations: mutations
        )
        let report = Report(measurements: try await session.measure(), seed: seed, isHeldOut: heldOut)
        print(report.text)
        if let json { try Data((report.json.text + "\n").utf8).write(to: URL(fileURLWithPath: json)) }
    }

    /// The directory of this program.
    private static var ownDirectory: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
    }
}
