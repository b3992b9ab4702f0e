//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Archive
import Foundation
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("A run as one HTML file")
    struct HTMLExportTests {
        /// Opens a run's export from a file, as somebody does who was sent it.
        private func open(
            _ run: String,
            of scene: PageScene,
            width: Int = 1280,
            isDark: Bool = false,
            _ body: (WebPage) async throws -> Void
        ) async throws {
            let path = "/api/v1/logs/request/\(run)/export?format=html"
            let answer = try await scene.gateway.client.ask(scene.url(path), nil)
            #expect(answer.status == 200)
            #expect(answer.headers["Content-Type"] == "text/html; charset=utf-8")
            #expect(answer.headers["Content-Disposition"] == "attachment; filename=\"\(run).html\"")
            #expect(answer.headers["Content-Security-Policy"]?.contains("sandbox") == true)
            try await withTemporaryDirectory { folder in
                let file = URL(filePath: "\(folder.path)/run.html")
                try Data(answer.body).write(to: file)
                try await WebPage.show(file.absoluteString, width: width, isDark: isDark) { page in
                    try await body(page)
                    #expect(page.requested.filter { !$0.hasPrefix("file:") && !$0.hasPrefix("data:") } == [])
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("It has the records by their steps, and the pictures, without any network")
        func pictures() async throws {
            try await withTemporaryDirectory { folder in
                let settings = ["ARCHIVE_URL": "sqlite:\(folder.path)/archive.sqlite"]
                try await PageScene.whole(gateway: settings) { scene in
                    let body = #"{"task":"Go to http://site.test/ and search for hello world","request_id":"seen"}"#
                    #expect(try await scene.api?.post(body).status == 200)
                    _ = try await scene.api?.finishedRun("seen")
                    try await eventually("the archive has the end") {
                        let answer = try await scene.gateway.client.ask(scene.url("/api/v1/runs?request_id=seen"), nil)
                        let run = (try? JSONValue(parsing: answer.body))?["runs"]?.array?.first
                        return run?["ended"] == .bool(true) && run?["status"]?.string == "completed"
                    }
                    try await open("seen", of: scene) { page async throws in
                        #expect(try await page.text("h1") == "Go to http://site.test/ and search for hello world")
                        #expect(try await page.texts("dd").contains("completed"))
                        #expect(try await page.texts("section > h2").contains("Step 2"))
                        try await page.waits(forText: "Task completed successfully", in: ".rec p")
                        #expect(try await page.count("img") == 2)
                        _ = try await page.value(
                            "document.querySelectorAll('img').forEach(one => one.scrollIntoView())"
                        )
                        try await page.waits(
                            for: "the pictures",
                            "[...document.querySelectorAll('img')].every(one => one.naturalWidth > 100)"
                        )
                    }
                    let archive = try await OpenArchive(.sqlite(path: "\(folder.path)/archive.sqlite")).open()
                    try await eventually("the pictures are archived") {
                        try await archive.missingPictures(limit: 1).isEmpty
                    }
                    try await scene.redis.cli("DEL", "{browser_use_logs:seen}:screenshots")
                    try await open("seen", of: scene) { page async throws in
                        #expect(try await page.count("img") == 2, "the archive has them")
                    }
                    try await archive.write([], within: 0, fence: try await archive.takeOver())
                    await archive.close()
                    try await open("seen", of: scene) { page async throws in
                        #expect(try await page.count("img") == 0)
                        #expect(try await page.count(".lost") == 2)
                    }
                    try await WebPage.show(scene.url("/runs/seen")) { page in
                        try await page.waits(forText: "Task completed successfully", in: ".rec")
                        try await page.click(".acts [data-part=more]")
                        try await page.waits(forText: "Download the run as one HTML file", in: ".menu")
                    }
                }
            }
        }

        /// What is markup, script, style or a comment if it gets through anywhere.
        private static let hostile = [
            "<script>document.title='owned'</script>", "\"><img src=x onerror=alert(1)>", "</p></li></ol><h1>fake</h1>",
            "' onmouseover='alert(1)", "<!-- ", "</style><style>body{display:none}", "]]>&lt;b&gt;&#x3c;script>",
            "javascript:alert(1)", "\u{202E}gnp.exe \u{7}\u{7F}\u{1B}[31m\u{2028}\u{FEFF}",
            "<svg/onload=alert(1)>", "<meta http-equiv=refresh content='0;url=http://evil.test/'>", "🧑‍💻 ä &amp; é",
        ].joined(separator: " ")

        @Test("Hostile texts stay texts, wherever they stand")
        func hostile() async throws {
            try await PageScene.withArchive([:]) { scene in
                let text = Self.hostile
                let facts: JSONValue = [
                    "request_id": "odd", "session_id": "s", "task": .string(text), "status": "failed", "steps": 1,
                    "channel": "c", "stream_url": "u", "created_at": "2025-09-21T10:30:00.000Z",
                    "result": .string(text), "error": .string(text),
                ]
                let json = String(decoding: facts.bytes, as: UTF8.self)
                try await scene.redis.cli("HSET", "{browser_use_logs:odd}:run", "run", json)
                let data = String(
                    decoding: JSONValue.object(["status": "failed", "error": .string(text)]).bytes,
                    as: UTF8.self
                )
                try await scene.redis.cli(
                    ["XADD", "browser_use_logs:odd", "*", "msg", text, "request_id", "odd", "seq", "1", "kind", "log"]
                        + ["level", text, "url", text, "action", text, "agent_name", text, "source", text, "step", "1"]
                )
                try await scene.redis.cli(
                    ["XADD", "browser_use_logs:odd", "*", "msg", text, "request_id", "odd", "seq", "2", "kind", "end"]
                        + ["data", data]
                )
                try await scene.waitsForArchive("odd", records: 2)
                try await open("odd", of: scene) { page async throws in
                    #expect(try await page.count("h1, main, header, img, svg, script, meta[http-equiv=refresh]") == 3)
                    #expect(try await page.count("style") == 1)
                    #expect(try await page.count("[onmouseover], [onerror], [onload]") == 0)
                    #expect(try await page.value("document.title").string == "odd · Stepcast")
                    let shown = try await page.text(".rec p") ?? ""
                    #expect(shown.hasPrefix("<script>document.title='owned'</script> \"><img src=x onerror=alert(1)>"))
                    #expect(shown.contains("‹U+202E›gnp.exe ␇␡␛[31m‹U+2028›‹U+FEFF›"))
                    #expect(shown.hasSuffix("🧑‍💻 ä &amp; é"))
                    let title = try await page.text("h1") ?? ""
                    #expect(title.contains("‹U+202E›gnp.exe ␇␡␛[31m"), "\(title)")
                    #expect(try await page.texts(".rec small").first?.contains("javascript:alert(1)") == true)
                    #expect(try await page.value("document.documentElement.scrollWidth <= innerWidth").bool == true)
                }
            }
        }

        @Test(
            "It can be read in both colours and narrow, and shows warnings alone",
            arguments: [(1280, false), (375, true)]
        )
        func reading(width: Int, isDark: Bool) async throws {
            try await PageScene.withArchive(["daily": 2500]) { scene in
                try await open("daily", of: scene, width: width, isDark: isDark) { page in
                    #expect(try await page.count(".rec") == 2501)
                    let faults = try await page.value(AccessibilityTests.faults).string ?? ""
                    #expect(faults == "0 × header.bar", "only the bar of the page is not here")
                    try await page.click("#only")
                    let shown = "[...document.querySelectorAll('.rec')].filter(one => one.checkVisibility())"
                    #expect(
                        try await page.value("\(shown).map(one => one.className).join()").string
                            == "rec warning,rec end"
                    )
                }
            }
        }
    }
}
