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
    @Suite("Live pictures")
    struct LivePictureTests {
        private static func start(_ scene: PageScene, _ run: String, _ task: String) async throws {
            let body = #"{"task":"\#(task)","request_id":"\#(run)"}"#
            #expect(try await scene.api?.post(body).status == 200)
        }

        private static func cancel(_ scene: PageScene, _ run: String) async throws {
            _ = try await scene.api?.get("/api/agents/\(run)", method: "DELETE")
            _ = try await scene.api?.finishedRun(run)
        }

        private static let picture = "document.querySelector('.view canvas')?.width > 300"

        @Test("The picture is live beside the log, can be gone back in, and gives way to the last step's at the end")
        func besideTheLog() async throws {
            try await PageScene.whole { scene in
                try await Self.start(scene, "r", "Go to http://site.test/links and wait 120 seconds")
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "Live", in: ".chip.on")
                    try await page.waits(for: "the picture", Self.picture)
                    try await page.waits(forText: "site.test/links", in: ".url")
                    try await page.waits(
                        for: "three seconds",
                        "document.querySelector('.readout').textContent > '0:04'"
                    )
                    try await page.press("ArrowLeft")
                    try await page.waits(forText: "As it was", in: ".chip")
                    #expect(try await page.count(".chip.on") == 0)
                    try await page.press("l")
                    try await page.waits(forText: "Live", in: ".chip.on")
                    try await Self.cancel(scene, "r")
                    try await page.waits(forText: "Cancelled", in: ".banner")
                    try await page.waits(forText: "After step", in: ".chip")
                    try await page.waits(
                        for: "the step's picture",
                        "document.querySelector('.view img')?.naturalWidth > 300"
                    )
                    try await page.expectNoTroubles()
                }
                try await eventually(timeout: .seconds(30), "nobody to watch") {
                    try await scene.redis.cli("EXISTS", "{browser_use_logs:r}:watched") == "0"
                }
            }
        }

        @Test("A chosen click shows where it was, on the picture before it")
        func ring() async throws {
            try await PageScene.whole { scene in
                try await Self.start(scene, "r", #"Go to http://site.test/links and click \"Link 3\""#)
                _ = try await scene.api?.finishedRun("r")
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "Completed in", in: ".banner")
                    #expect(try await page.count(".ring") == 0)
                    try await page.waits(forText: "Clicked", in: ".rec")
                    let row = "[...document.querySelectorAll('.rec')].find(row => row.textContent.includes('Clicked'))"
                    _ = try await page.value("\(row).click()")
                    try await page.waits(for: "the ring", "document.querySelector('.view .ring') !== null")
                    try await page.waits(forText: "After step 1", in: ".chip")
                    let share =
                        try await page.value(
                            """
                            (([ring, view]) => [(ring.left - view.left) / view.width, ring.width / view.width].join(' '))(
                              ['.ring', '.view .pic'].map(name => document.querySelector(name).getBoundingClientRect()))
                            """
                        ).string ?? ""
                    let numbers = share.split(separator: " ").compactMap { Double($0) }
                    // The link is in the left half of the page, and narrow.
                    #expect((0.1..<0.5).contains(try #require(numbers.first)), "\(share)")
                    #expect((0.01..<0.2).contains(try #require(numbers.last)), "\(share)")
                    try await page.press("j")
                    try await page.waits(for: "no ring", "document.querySelector('.ring') === null")
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("Runs that go on are pictured live in the list and on the wall")
        func manyRuns() async throws {
            try await PageScene.whole { scene in
                try await Self.start(scene, "a", "Go to http://site.test/links and wait 120 seconds")
                try await Self.start(scene, "b", "Go to http://site.test/shop and wait 120 seconds")
                try await WebPage.show(scene.url("/wall")) { page in
                    try await page.waits(
                        for: "two pictures",
                        "[...document.querySelectorAll('.tile canvas')].filter(one => one.width > 300).length === 2"
                    )
                    try await page.expectNoTroubles()
                }
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(
                        for: "two pictures",
                        "[...document.querySelectorAll('.row canvas')].filter(one => one.width > 100).length === 2"
                    )
                    try await Self.cancel(scene, "a")
                    try await page.waits(for: "one to be over", "document.querySelectorAll('.row canvas').length === 1")
                    try await page.expectNoTroubles()
                }
                try await Self.cancel(scene, "b")
            }
        }

        @Test("The list follows the changes of all runs")
        func changes() async throws {
            try await PageScene.whole { scene in
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(forText: "No runs yet")
                    // The gateway waits for changes only while somebody follows them.
                    try await eventually(timeout: .seconds(60), "the page to follow changes") {
                        try await scene.redis.cli("CLIENT", "LIST").contains("cmd=xread ")
                    }
                    try await Self.start(scene, "quick", "Go to http://site.test/links")
                    try await page.waits(for: "the row", "document.querySelector('[data-run=quick] .status.completed')")
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("Where the gateway has no place for those who follow changes, the list asks for them")
        func changesRefused() async throws {
            try await PageScene.whole(gateway: ["MAX_VIEWERS": "1"]) { scene in
                try await scene.gateway.withViewer(of: "other") { viewer in
                    try await viewer.waits(for: "its place") { !$0.events.isEmpty }
                    try await WebPage.show(scene.url()) { page in
                        try await page.waits(forText: "No runs yet")
                        try await Self.start(scene, "quick", "Go to http://site.test/links")
                        let row = "document.querySelector('[data-run=quick] .status.completed')"
                        try await page.waits(for: "the row", row)
                        #expect(try await !scene.redis.cli("CLIENT", "LIST").contains("cmd=xread "))
                    }
                }
            }
        }
    }
}
