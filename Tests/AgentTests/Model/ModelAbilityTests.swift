//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import Browser
import Foundation
import JSON
import Models
import TestSupport
import Testing

@Suite("What a model can do and know", .sharedAgent)
struct ModelAbilityTests {
    @Test("It is told the date, without which nobody knows what next Friday is")
    func date() async throws {
        let before = Date.now.formatted(.iso8601.year().month().day())
        let run = try await AgentFixture.shared.runModel { _ in .done() }
        let after = Date.now.formatted(.iso8601.year().month().day())
        let text = try #require(run.turns.first?.text)
        #expect([before, after].contains { text.contains(", \($0) (UTC)") }, "\(text)")
        let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        #expect(weekdays.contains { text.contains("Today is \($0), ") })
    }

    @Test("It answers the questions of a page")
    func dialogs() async throws {
        let site = try AgentFixture.shared.site
        let pages = RunPages()
        let run = try await AgentFixture.shared.runModel(pages: pages) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/dialog"))
            case 2:
                return .decide(
                    ["answer_dialog": ["accept": true, "text": "Ada"]],
                    try turn.click("Ask for a name")
                )
            default: return .done(try await pages.status())
            }
        }
        #expect(run.outcome.result == "prompt: Ada", "\(run.messages)")
    }

    @Test("It searches pages, lists elements, and writes, changes, reads and uploads files")
    func files() async throws {
        let site = try AgentFixture.shared.site
        let pages = RunPages()
        let run = try await AgentFixture.shared.runModel(pages: pages) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/upload"))
            case 2:
                return .decide(
                    ["search_page": ["pattern": "Drop files", "regex": false]],
                    ["find_elements": ["selector": "#papers"]],
                    ["write_file": ["file_name": "cv.txt", "content": "Ada, poet\n", "append": false]],
                    ["replace_file": ["file_name": "cv.txt", "old_str": "poet", "new_str": "mathematician"]],
                    ["read_file": ["file_name": "cv.txt"]]
                )
            case 3:
                #expect(turn.text.contains("Drop files here"))
                #expect(turn.text.contains("papers"))
                #expect(turn.text.contains("Ada, mathematician"))
                let index = JSONValue.integer(Int64(try turn.index("Curriculum vitae")))
                return .decide(["save_as_pdf": ["file_name": "page"]], ["upload_file": ["index": index, "path": "cv.txt"]])
            default: return .done(try await pages.status())
            }
        }
        #expect(run.outcome.result?.contains("cv.txt") == true, "\(run.messages)")
        #expect(run.messages.contains { $0.contains("page.pdf") })
    }

    @Test("Pictures carry the numbers of elements, and the page does not keep them")
    func marks() async throws {
        let site = try AgentFixture.shared.site
        let context = try await AgentFixture.shared.browser.newContext()
        let page = try await context.newPage()
        _ = try await page.navigate(to: site.url("/lists"))
        let nodes = "document.querySelectorAll('*').length"
        let before = try await page.evaluate(nodes)
        let plain = try await page.screenshot()
        let again = try await page.screenshot()
        let marked = try await page.screenshot(
            marking: [ScreenshotMark(text: "7", box: Box(x: 100, y: 100, width: 80, height: 30))]
        )
        let after = try await page.evaluate(nodes)
        await context.close()
        #expect(plain == again)
        #expect(marked != plain)
        #expect(before == after)
    }
}
