//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import HTTPStream
import Loopback

/// A task, its run, and the verdict.
struct Measurement: Sendable {
    let episode: Episode
    let run: Episode.Run
    let states: PageStates
    let verdict: Episode.Verdict
    let seconds: Double
}

/// Executes tasks, several at a time, each in its own run.
struct Session: Sendable {
    let tasks: [BenchmarkTask]
    let seed: UInt64
    let concurrency: Int
    let limit: Int
    let directory: String
    let program: String
    /// How many changed sentences of each task are tried instead of the task itself, or nil.
    var mutations: Int?

    /// The files that tasks may upload.
    static let uploads = ["cv.pdf", "photo.png", "budget.csv"]

    /// The results, in the order of the tasks.
    func measure() async throws -> [Measurement] {
        let uploads = "\(directory)/uploads"
        try FileManager.default.createDirectory(atPath: uploads, withIntermediateDirectories: true)
        for name in Self.uploads { try Data(name.utf8).write(to: URL(fileURLWithPath: "\(uploads)/\(name)")) }
        let server = try AgentServer(
            program: program,
            directory: directory,
            uploads: uploads,
            concurrency: concurrency
        )
        defer { server.stop() }
        let http = HTTPClient()
        do {
            let client = server.client(over: http)
            let measurements = try await TaskSite.with { try await self.measure(on: $0, client) }
            await http.shutdown()
            return measurements
        } catch {
            await http.shutdown()
            throw error
        }
    }

    private func measure(on site: TaskSite, _ client: AgentClient) async throws -> [Measurement] {
        let trials = try trials()
        return try await withThrowingTaskGroup(of: (Int, Measurement).self) { group in
            var results: [Int: Measurement] = [:]
            func start(_ index: Int) {
                group.addTask { (index, try await measure(trials[index], "t\(index)", site, client)) }
            }
            for index in trials.indices.prefix(concurrency) { start(index) }
            var next = concurrency
            for try await (index, measurement) in group {
                results[index] = measurement
                if trials.indices.contains(next) { start(next) }
                next += 1
            }
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private struct Trial {
        let task: BenchmarkTask
        /// Its sentence in the place of the task's.
        var mutation: Mutation?
    }

    private func trials() throws -> [Trial] {
        guard let mutations else { return tasks.map { Trial(task: $0) } }
        return try tasks.flatMap { task -> [Trial] in
            guard case .completed = task.outcome, !task.text.contains("@url") else { return [] }
            let data = PageData.make(seed: seed, page: task.page)
            var generator = SeededGenerator(seed: seed, purpose: "mutations of \(task.name)")
            return try Mutation.all(of: Template(data: data).fill(task.text), names: Template(data: data).texts)
                .shuffled(using: &generator).prefix(mutations).map { Trial(task: task, mutation: $0) }
        }
    }

    private func measure(
        _ trial: Trial,
        _ name: String,
        _ site: TaskSite,
        _ client: AgentClient
    ) async throws -> Measurement {
        let task = trial.task
        let data = PageData.make(seed: seed, page: task.page)
        let url = site.open(task.page, as: name, data: data)
        let episode = try Episode(task, data: data, url: url, mutation: trial.mutation)
        let start = Clock.now
        let run = try await client.run(episode.text, as: "instructions-\(name)", limit: limit)
        let seconds = (Clock.now - start).seconds
        let states = site.states(of: name)
        return Measurement(
            episode: episode,
            run: run,
            states: states,
            verdict: episode.judge(run, states),
            seconds: seconds
        )
    }
}
