//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("The list of runs, and the wall")
    struct RunsPageTests {
        @Test("A run is started by the keyboard alone, and shows its lines and its pictures")
        func start() async throws {
            try await PageScene.whole { scene in
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(forText: "No runs yet")
                    try await page.press("n")
                    try await page.waits(for: "the form", "document.activeElement.name === 'task'")
                    try await page.type("Go to http://site.test/ and search for hello world")
                    try await page.press("Control+Enter")
                    try await page.waits(for: "the run's page", "location.pathname.startsWith('/runs/run-')")
                    try await page.waits(forText: "Task completed successfully", in: ".rec")
                    try await page.waits(forText: "Completed", in: ".facts .status")
                    try await page.waits(for: "the picture", "document.querySelector('.view img')?.naturalWidth > 100")
                    try await page.waits(forText: "Completed in", in: ".banner")
                    #expect(try await page.count(".segment") == 2)
                    try await page.expectNoTroubles()

                    try await page.press("g", "r")
                    try await page.waits(forText: "search for hello world", in: ".row")
                    try await page.waits(
                        for: "the picture in the list",
                        "document.querySelector('.row .pic img')?.naturalWidth > 100"
                    )
                    try await page.press("j", "Enter")
                    try await page.waits(for: "the run's page", "location.pathname.startsWith('/runs/run-')")
                    try await page.expectNoTroubles()
                    let others = page.requested.filter { !$0.hasPrefix(scene.url("/")) }
                    #expect(others.filter { !$0.hasPrefix("about:") } == [])
                    #expect(page.requested.count > 20)
                }
            }
        }

        @Test("What is wrong with a new run is told in the form")
        func refusedRun() async throws {
            try await PageScene.whole { scene in
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(forText: "No runs yet")
                    try await page.press("n")
                    try await page.waits(for: "the form", "document.activeElement.name === 'task'")
                    try await page.type("Go to http://site.test/")
                    _ = try await page.value(
                        """
                        (input => { input.value = '0'; input.form.requestSubmit(); })(document.querySelector('[name=max_steps]'))
                        """
                    )
                    try await page.waits(forText: "max_steps must be", in: ".trouble")
                    #expect(try await page.value("document.activeElement.name").string == "max_steps")
                    #expect(try await scene.api?.get("/api/agents").text == #"{"runs":[]}"#)
                }
            }
        }

        @Test("A batch stands together, runs are filtered, and one is cancelled after a question")
        func batch() async throws {
            try await PageScene.whole { scene in
                let body = """
                    {"batch_id":"b1","tasks":[{"task":"Go to http://site.test/ and wait 120 seconds","request_id":"slow"},\
                    {"task":"Go to http://site.test/","request_id":"quick"}]}
                    """
                #expect(try await scene.api?.post(body, to: "/api/agents/batch").status == 200)
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(forText: "1 of 2 done", in: "[data-batch=b1]")
                    #expect(try await page.count(".children .row") == 2)
                    try await page.press("/")
                    try await page.type("quick")
                    try await page.waits(for: "one row", "document.querySelectorAll('.children .row').length === 1")
                    #expect(try await page.value("location.search").string == "?q=quick")
                    try await page.press("Escape")
                    try await page.click(".filters [data-part=running]")
                    try await page.waits(
                        for: "the run that goes on",
                        "document.querySelectorAll('.children .row').length === 1"
                    )

                    try await WebPage.show(scene.url("/wall?batch=b1")) { wall in
                        try await wall.waits(forText: "wait 120 seconds", in: ".tile")
                        try await wall.waits(forText: "http://site.test/", in: ".kept")
                        try await wall.expectNoTroubles()
                    }

                    _ = try await page.value("document.querySelector('[data-run=slow] a').focus()")
                    try await page.press("x")
                    try await page.waits(forText: "Cancel this run?", in: "dialog")
                    try await page.press("Enter")
                    try await page.click(".filters [data-part=all]")
                    try await page.waits(forText: "2 of 2 done", in: "[data-batch=b1]")
                    #expect(try await scene.api?.run("slow").status == .cancelled)
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("The list says when agent-api is away, and goes on when it is back")
        func agentAPIAway() async throws {
            let port = try RefusingPort()
            try await PageScene.withGatewayAlone(settings: ["AGENT_API_URL": port.url]) { scene in
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(forText: "Connection lost", in: ".connection")
                    try await page.waits(forText: "Connection lost", in: ".banner")
                }
            }
        }

        @Test("? lists the keys, which can be turned off")
        func keys() async throws {
            try await PageScene.withGatewayAlone { scene in
                try await scene.add("line 1", seq: 1)
                try await WebPage.show(scene.url("/runs/r1")) { page in
                    try await page.waits(forText: "line 1", in: ".rec")
                    try await page.press("?")
                    try await page.waits(forText: "Jump to live", in: "dialog")
                    #expect(try await page.count("dialog dt") > 25)
                    try await page.click("dialog input[type=checkbox]")
                    try await page.press("Escape")
                    try await page.waits(for: "the list to be closed", "document.querySelector('dialog') === null")
                    try await page.press("?")
                    #expect(try await page.count("dialog") == 0)
                }
            }
        }
    }
}
