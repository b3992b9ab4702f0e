//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

@testable import Browser

extension BrowserPageTests {
    /// Makes the pictures of `docs/images`; see `scripts/screenshots`.
    @Suite(
        "Pictures for the documents",
        .enabled(if: ProcessInfo.processInfo.environment["STEPCAST_UPDATE_IMAGES"] == "1")
    )
    struct DocumentImageTests {
        private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/images")

        private static func save(_ page: WebPage, _ name: String) async throws {
            let answer = try await page.page.call(
                "Page.captureScreenshot",
                ["format": "webp", "quality": 82],
                until: .after(.seconds(30))
            )
            let data = try #require(answer["data"]?.string.flatMap { Data(base64Encoded: $0) })
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try data.write(to: folder.appending(path: "\(name).webp"))
            #expect(data.count < 120_000, "\(name) has \(data.count) bytes")
        }

        private static func post(_ scene: PageScene, _ body: JSONValue, to path: String = "/api/agents") async throws {
            let answer = try #require(try await scene.api?.post(body.bytes, to: path))
            #expect(answer.status == 200, "\(answer.text)")
        }

        @Test("Runs, one run live and in replay, the wall, and a telephone")
        func pictures() async throws {
            try await PageScene.whole(concurrency: 5) { scene in
                for (name, task) in [
                    ("find-a-lamp", "Go to http://site.test/search?q=lamp and read the heading"),
                    ("check-members", "Go to http://site.test/members/sign-in and click Frobnicate"),
                ] {
                    try await Self.post(scene, ["task": .string(task), "request_id": .string(name)])
                    _ = try await scene.api?.finishedRun(name)
                }
                let tasks: [JSONValue] = ["/orders", "/todo", "/mail"].map {
                    let pause = $0 == "/mail" ? "" : " and wait 300 seconds"
                    return ["task": .string("Go to http://site.test\($0)\(pause)")]
                }
                try await Self.post(scene, ["batch_id": "nightly", "tasks": .array(tasks)], to: "/api/agents/batch")
                let steps = [
                    "Go to http://site.test/shop", "wait 4 seconds", "click \"Add to cart\" for the Notebook",
                    "wait 3 seconds",
                    "scroll down", "wait 300 seconds",
                ]
                let shop: JSONValue = ["task": .string(steps.joined(separator: "\n")), "request_id": "buy-a-notebook"]
                try await WebPage.show(scene.url("/runs/buy-a-notebook"), width: 1440) { page in
                    try await Self.post(scene, shop)
                    try await page.waits(forText: "wait: seconds: 300", in: ".rec")
                    try await page.waits(for: "the picture", "document.querySelector('.view canvas')?.width > 300")
                    try await page.waits(for: "some time", "document.querySelector('.readout').textContent > '0:16'")
                    try await Self.save(page, "run-live")
                    let row = "[...document.querySelectorAll('.rec')].find(row => row.textContent.includes('Clicked'))"
                    _ = try await page.value("\(row).click()")
                    try await page.waits(for: "the ring", "document.querySelector('.view .ring') !== null")
                    try await Task.sleep(for: .seconds(1))
                    try await Self.save(page, "run-replay")
                }
                try await WebPage.show(scene.url(), width: 1440) { page in
                    try await page.waits(
                        for: "pictures",
                        "[...document.querySelectorAll('.row canvas')].filter(one => one.width > 100).length === 3"
                    )
                    try await page.waits(for: "pictures of steps", "document.querySelectorAll('.row img').length >= 3")
                    try await Task.sleep(for: .seconds(1))
                    try await Self.save(page, "runs")
                }
                try await WebPage.show(scene.url("/wall"), width: 1440, isDark: true) { page in
                    try await page.waits(
                        for: "pictures",
                        "[...document.querySelectorAll('.tile canvas')].filter(one => one.width > 300).length === 3"
                    )
                    try await Task.sleep(for: .seconds(1))
                    try await Self.save(page, "wall-dark")
                }
                try await WebPage.show(scene.url("/runs/buy-a-notebook"), width: 390, isDark: true) { page in
                    try await page.waits(for: "the picture", "document.querySelector('.view canvas')?.width > 300")
                    try await Task.sleep(for: .seconds(1))
                    try await Self.save(page, "run-phone-dark")
                }
                for run in ["buy-a-notebook", "nightly.1", "nightly.2"] {
                    _ = try await scene.api?.get("/api/agents/\(run)", method: "DELETE")
                }
            }
        }
    }
}
