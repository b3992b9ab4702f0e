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

extension PageScene {
    /// A gateway with an archive, and with runs in it that Redis has forgotten.
    ///
    /// - Parameter runs: Names and how many lines each has besides its end. The lines are an hour apart, the last of them
    ///   half an hour old; line 2 is a warning.
    static func withArchive<Result>(
        _ runs: KeyValuePairs<String, Int>,
        settings: [String: String] = [:],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PageScene) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryDirectory { folder in
            let own = ["ARCHIVE_URL": "sqlite:\(folder.path)/archive.sqlite"].merging(settings) { _, given in given }
            return try await withGatewayAlone(settings: own) { scene in
                let now = Date.now.timeIntervalSince1970
                for (run, lines) in runs {
                    for number in 1...lines {
                        try await scene.add(
                            "needle \(number) of \(run)",
                            to: run,
                            seq: number,
                            level: number == 2 ? "WARNING" : "INFO",
                            time: now - 1800 - 3600 * Double(lines - number)
                        )
                    }
                    try await scene.end(run, seq: lines + 1)
                }
                for (run, lines) in runs {
                    try await scene.waitsForArchive(run, records: lines + 1)
                    try await scene.redis.cli("DEL", "browser_use_logs:\(run)")
                }
                return try await body(scene)
            }
        }
    }

    /// Waits until the archive has so many records of a run.
    func waitsForArchive(_ run: String, records: Int) async throws {
        try await eventually("the archive has \(run)") {
            let answer = try await gateway.client.ask(gateway.url("/api/v1/runs?request_id=\(run)"), nil)
            let runs = try? JSONValue(parsing: answer.body)["runs"]?.array
            return runs?.first?["records"]?.integer == records
        }
    }
}

extension BrowserPageTests {
    @Suite("Search over all runs, and the history of runs")
    struct SearchPageTests {
        private static let words = "[...document.querySelectorAll('.line .words')].map(node => node.textContent.trim())"

        @Test("Lines of all runs are found, by the keyboard alone, and lead to their place in a run that Redis forgot")
        func search() async throws {
            try await PageScene.withArchive(["daily": 5, "nightly": 5]) { scene in
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(
                        for: "the link",
                        "document.querySelector('.places [href=\"/search\"]')?.checkVisibility()"
                    )
                    try await page.press("g", "s")
                    try await page.waits(forText: "Find any line again", in: ".blank")
                    try await page.waits(for: "the focus", "document.activeElement.matches('.query input')")
                    try await page.type("\"needle 3\"")
                    try await page.waits(for: "two lines", "document.querySelectorAll('.line').length === 2")
                    #expect(Set(try await page.texts(".line mark")) == ["needle 3"])
                    #expect(try await page.text(".finder .count") == "2 lines in 2 runs")
                    #expect(
                        try await page.value("new URLSearchParams(location.search).get('q')").string == "\"needle 3\""
                    )
                    try await page.press("ArrowDown", "ArrowDown")
                    #expect(try await page.value("document.activeElement.matches('.line')").bool == true)
                    try await page.press("k", "j")
                    let link = try await page.value("document.activeElement.getAttribute('href')").string ?? ""
                    #expect(link.contains(/^\/runs\/(daily|nightly)#r\d+-\d+$/))
                    try await page.press("Enter")
                    try await page.waits(forText: "needle 3", in: ".rec.chosen")
                    try await page.waits(forText: "needle 5", in: ".rec")
                    try await page.waits(forText: "Completed", in: ".facts .status")
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("A search is narrowed by level, time and order, which the address keeps")
        func filters() async throws {
            try await PageScene.withArchive(["daily": 30]) { scene in
                try await WebPage.show(scene.url("/search?q=needle&level=warning")) { page in
                    try await page.waits(for: "the warning", "document.querySelectorAll('.line').length === 1")
                    #expect(try await page.count(".line.warning") == 1)
                    #expect(
                        try await page.value("document.querySelector('[aria-label=Level]').value").string == "WARNING"
                    )
                    try await choose("", in: "Level", page)
                    try await page.waits(for: "all lines", "document.querySelectorAll('.line').length === 30")
                    try await choose("1h", in: "Time", page)
                    try await page.waits(for: "one line", "document.querySelectorAll('.line').length === 1")
                    try await choose("24h", in: "Time", page)
                    try await page.waits(for: "those of a day", "document.querySelectorAll('.line').length === 24")
                    try await choose("range", in: "Time", page)
                    try await page.waits(for: "the fields", "document.activeElement.matches('.range input')")
                    // Local times without a zone, as the field has them.
                    let set = { (index: Int, hours: Int) in
                        """
                        ((field) => {
                          const time = Date.now() - \(hours) * 3600e3;
                          field.value = new Date(time - new Date(time).getTimezoneOffset() * 60e3).toISOString().slice(0, 16);
                          field.dispatchEvent(new Event('change'));
                        })(document.querySelectorAll('.range input')[\(index)])
                        """
                    }
                    _ = try await page.value(set(0, 10))
                    _ = try await page.value(set(1, 5))
                    try await page.waits(for: "five lines", "document.querySelectorAll('.line').length === 5")
                    let address = try await page.value("location.href").string ?? ""
                    #expect(address.contains("from=") && address.contains("to=") && !address.contains("since="))
                    try await choose("rank", in: "Order", page)
                    try await page.waits(for: "the order in the address", "location.search.includes('sort=rank')")
                    let same = try await page.value("location.href").string ?? ""
                    try await WebPage.show(same) { other in
                        try await other.waits(for: "the same lines", "document.querySelectorAll('.line').length === 5")
                    }
                    _ = try await page.value(set(1, 20))
                    try await page.waits(forText: "The time ends before it begins", in: ".blank")
                    try await page.expectNoTroubles()
                }
            }
        }

        private func choose(_ value: String, in label: String, _ page: WebPage) async throws {
            _ = try await page.value(
                """
                ((select) => { select.value = '\(value)'; select.dispatchEvent(new Event('change')); })(
                  document.querySelector('[aria-label=\(label)]'))
                """
            )
        }

        @Test("More is shown by the cursor, each line once, and the focus goes to the first of the new ones")
        func more() async throws {
            try await PageScene.withArchive(["daily": 70, "nightly": 50]) { scene in
                try await WebPage.show(scene.url("/search?q=needle")) { page in
                    try await page.waits(forText: "50 lines so far", in: ".finder .count")
                    try await page.press("m")
                    try await page.waits(forText: "100 lines so far", in: ".finder .count")
                    #expect(
                        try await page.value(
                            "[...document.querySelectorAll('.line')].indexOf(document.activeElement)"
                        ).number == 50
                    )
                    try await page.press("m")
                    try await page.waits(forText: "120 lines in 2 runs", in: ".finder .count")
                    #expect(try await page.value("new Set(\(Self.words)).size").number == 120)
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("What cannot be searched for, what is not found and a text with markup are told as they are")
        func told() async throws {
            try await PageScene.withArchive(["daily": 1]) { scene in
                let hostile = "<img src=x onerror=alert(1)> \u{202E}evil </mark><script>needle()</script>"
                try await scene.add(hostile, to: "odd", seq: 1)
                try await scene.waitsForArchive("odd", records: 1)
                try await WebPage.show(scene.url("/search?q=***")) { page in
                    try await page.waits(forText: "That cannot be searched for", in: ".blank")
                    try await page.waits(forText: "\"phrases\" in quotation marks", in: ".blank")
                    #expect(try await page.count("input[aria-invalid=true]") == 1)
                    try await page.press("/")
                    try await page.type("absent")
                    try await page.waits(forText: "Nothing found", in: ".blank")
                    #expect(try await page.count("input[aria-invalid=true]") == 0)
                    _ = try await page.value("document.querySelector('.query input').select()")
                    try await page.type("evil")
                    try await page.waits(forText: "<img src=x onerror=alert(1)> ‹U+202E›evil", in: ".line")
                    #expect(try await page.count(".hits img, .hits script") == 0)
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("Without an archive no view leads to the search, which says what is missing")
        func noArchive() async throws {
            try await PageScene.withGatewayAlone { scene in
                try await WebPage.show(scene.url("/search?q=a")) { page in
                    try await page.waits(forText: "This gateway has no archive", in: ".blank")
                    try await page.waits(forText: "ARCHIVE_URL", in: ".blank")
                }
                try await WebPage.show(scene.url("/wall")) { page in
                    try await page.waits(for: "the view", "document.querySelector('h1')")
                    #expect(
                        try await page.value("document.querySelector('.places [href=\"/search\"]').checkVisibility()")
                            .bool == false
                    )
                }
            }
        }

        @Test("Who is signed out is led to sign in, and back to the search")
        func signedOut() async throws {
            try await PageScene.guarded { scene, _ in
                try await WebPage.show(scene.url("/search?q=a")) { page in
                    try await page.waits(forText: "You are signed out", in: ".blank")
                    let link = try await page.value("document.querySelector('.blank a').getAttribute('href')").string
                    #expect(link == "/sign-in?next=%2Fsearch%3Fq%3Da")
                }
            }
        }

        @Test("An archive that does not answer is told, and asked again")
        func away() async throws {
            let settings = ["ARCHIVE_URL": "sqlite:/proc/none/archive.sqlite"]
            try await PageScene.withGatewayAlone(settings: settings) { scene in
                try await WebPage.show(scene.url("/search?q=a")) { page in
                    try await page.waits(forText: "The archive cannot be reached", in: ".blank")
                    let asked = page.requested.count { $0.contains("/api/v1/logs?") }
                    try await eventually("another attempt") {
                        page.requested.count { $0.contains("/api/v1/logs?") } > asked
                    }
                }
            }
        }

        @Test("The list of runs goes back into the archive, also without agent-api")
        func history() async throws {
            try await PageScene.withArchive(["daily": 3, "nightly": 3]) { scene in
                try await WebPage.show(scene.url()) { page in
                    try await page.waits(forText: "From the archive", in: "h2")
                    try await page.waits(for: "both runs", "document.querySelectorAll('.row').length === 2")
                    #expect(try await page.value("document.querySelector('.banner').hidden").bool == true)
                    try await page.press("j", "Enter")
                    try await page.waits(forText: "needle 3", in: ".rec")
                }
            }
            try await withTemporaryDirectory { folder in
                let settings = ["ARCHIVE_URL": "sqlite:\(folder.path)/archive.sqlite"]
                try await PageScene.whole(gateway: settings) { scene in
                    for name in ["old", "new"] {
                        let body = #"{"task":"Go to http://site.test/ and read \#(name)","request_id":"\#(name)"}"#
                        #expect(try await scene.api?.post(body).status == 200)
                        _ = try await scene.api?.finishedRun(name)
                    }
                    try await eventually("the archive has both") {
                        let answer = try await scene.gateway.client.ask(
                            scene.url("/api/v1/runs?status=completed,failed"),
                            nil
                        )
                        return (try? JSONValue(parsing: answer.body))?["runs"]?.array?.count == 2
                    }
                    let keys = try await scene.redis.cli("KEYS", "*browser_use_logs:old*").split(separator: "\n")
                    try await scene.redis.cli(["DEL"] + keys.map(String.init))
                    try await scene.redis.cli("ZREM", "{browser_use_logs}:runs", "old")
                    try await WebPage.show(scene.url()) { page in
                        try await page.waits(forText: "read new", in: ".row")
                        #expect(try await page.count("[data-run=old]") == 0)
                        try await page.waits(for: "the button", "document.querySelector('.earlier').checkVisibility()")
                        try await page.click(".earlier")
                        try await page.waits(forText: "read old", in: "[data-run=old]")
                        #expect(try await page.count(".row") == 2)
                        try await page.click("[data-run=old] a")
                        try await page.waits(forText: "read old", in: "h1")
                        try await page.waits(forText: "Navigated", in: ".rec")
                        try await page.waits(
                            for: "its end",
                            "document.querySelector('.facts .status')?.textContent.length > 3"
                        )
                        #expect(try await page.text(".acts")?.contains("Run again") == true)
                    }
                }
            }
        }

        @Test(
            "The search has names, one heading, enough contrast and no more width than the window",
            arguments: [(1280, false), (1280, true), (375, false), (375, true)]
        )
        func access(width: Int, isDark: Bool) async throws {
            try await PageScene.withArchive(["daily": 5]) { scene in
                let range = "from=2020-01-01T00:00:00Z&to=2099-01-01T00:00:00Z"
                for (path, selector) in [
                    ("/search?q=needle&\(range)", ".line.warning"), ("/search", ".blank"), ("/search?q=***", ".blank"),
                    ("/?\(range)", ".row"),
                ] {
                    try await WebPage.show(scene.url(path), width: width, isDark: isDark) { page in
                        try await page.waits(for: selector, "document.querySelector('\(selector)')")
                        #expect(try await page.value(AccessibilityTests.faults).string == "", "\(path)")
                        try await page.expectNoTroubles()
                    }
                }
            }
        }
    }
}
