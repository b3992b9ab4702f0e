//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import Logging
import TestSupport
import Testing

@testable import stepcast_instructions

@Suite("The checkers of the instruction benchmark")
struct CheckerTests {
    @Test("No task counts as done on an untouched page, and each solved by a script does", .timeLimit(.minutes(10)))
    func solutions() async throws {
        let tasks = try TaskSite.tasks()
        try await TaskSite.with { site in
            try await withBrowser(BrowserConfiguration(), logger: Logger(label: "checkers")) { browser in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for share in 0..<3 {
                        group.addTask {
                            for (number, task) in tasks.enumerated() where number % 3 == share {
                                let context = try await browser.newContext()
                                let trial = try await Trial(task, number: number, on: site, in: context)
                                await trial.run()
                                await context.close()
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("Each page that a task can start on has a task that a script solves, or only questions")
    func everyPageIsDriven() throws {
        let tasks = try TaskSite.tasks()
        for (page, tasks) in Dictionary(grouping: tasks, by: \.page) {
            let changing = tasks.filter { $0.changes != [[:]] }
            #expect(changing.isEmpty || changing.contains { !$0.solution.isEmpty }, "\(page)")
        }
    }

    @Test("There are at least 60 pages and 200 tasks with unique names, about half of them held out")
    func extent() throws {
        let (pages, tasks) = (try TaskSite.pages(), try TaskSite.tasks())
        #expect(pages.count >= 60)
        #expect(tasks.count >= 200)
        #expect(Set(tasks.map(\.name)).count == tasks.count)
        #expect(Set(tasks.map(\.page)).isSubset(of: pages))
        let share = Double(tasks.count { $0.isHeldOut }) / Double(tasks.count { !$0.isForDevelopment })
        #expect((0.4...0.6).contains(share))
    }

    @Test("Seeds change the data of every page, and the same seed gives the same", arguments: [1, 2, 3] as [UInt64])
    func seeds(seed: UInt64) throws {
        for page in try TaskSite.pages() {
            #expect(PageData.make(seed: seed, page: page) == PageData.make(seed: seed, page: page))
            #expect(PageData.make(seed: seed, page: page) != PageData.make(seed: seed + 1, page: page))
        }
        for task in try TaskSite.tasks() {
            let data = PageData.make(seed: seed, page: task.page)
            _ = try Episode(task, data: data, url: "http://127.0.0.1/")
        }
    }
}

/// A task performed by a script instead of the agent.
private struct Trial {
    private let task: BenchmarkTask
    private let name: String
    private let site: TaskSite
    private let context: BrowserContext
    private let episode: Episode
    private let page: Page

    init(_ task: BenchmarkTask, number: Int, on site: TaskSite, in context: BrowserContext) async throws {
        self.task = task
        self.site = site
        self.context = context
        name = "check\(number)"
        let data = PageData.make(seed: UInt64(number % 5), page: task.page)
        let url = site.open(task.page, as: name, data: data)
        episode = try Episode(task, data: data, url: url)
        page = try await context.newPage()
        _ = try await page.navigate(to: url)
    }

    func run() async {
        do {
            try await eventually("the page to tell its state") { site.states(of: name).isAnyPageOpened }
            let untouched = site.states(of: name)
            let verdict = judge(untouched)
            #expect(verdict == .falselyCompleted, "\(task.name) is done by doing nothing")
            if case .refused = task.outcome {
                let isUntouched = episode.isDone(untouched)
                #expect(isUntouched, "\(task.name): the page has changed by itself")
            }
            guard !task.solution.isEmpty else { return }
            for script in episode.solution { try await drive(script) }
            do {
                try await eventually("the task to be seen as done") { episode.isDone(site.states(of: name)) }
            } catch {
                Issue.record("\(task.name): \(error); the states are \(site.states(of: name).changes.text)")
            }
        } catch {
            Issue.record("\(task.name): \(error)")
        }
    }

    /// The verdict on a run that claims to have done the task.
    private func judge(_ states: PageStates) -> Episode.Verdict {
        episode.judge(Episode.Run(status: "completed", result: "", error: ""), states)
    }

    /// Runs a script in the page's own world, where it can use the functions of `drive.js`.
    private func drive(_ script: String) async throws {
        try await page.waitUntilLoaded()
        let code = JSONValue.string("drive(async () => { \(script) })").text
        let expression = """
            new Promise((resolve, reject) => {
              const root = document.documentElement
              const run = () => {
                addEventListener("driven", () => resolve(root.dataset.driven), { once: true })
                const script = document.createElement("script")
                script.textContent = \(code)
                root.append(script)
                script.remove()
              }
              if (root.dataset.drive) return run()
              root.dataset.drive = "yes"
              const kit = document.createElement("script")
              kit.src = "/drive.js"
              kit.onload = run
              kit.onerror = () => reject(new Error("drive.js is not there"))
              root.append(kit)
            })
            """
        let outcome = try await page.evaluate(expression).string ?? ""
        if outcome != "done" { Issue.record("\(task.name): \(outcome)") }
    }
}
