//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("The log of a run")
    struct RunPageTests {
        /// The numbers of the lines that are in the document.
        private static let numbers = """
            [...document.querySelectorAll('.rec .words')].map(node => node.textContent).filter(text => text.startsWith('line ')).join(' ')
            """

        @Test("Lines come live, and each once after the gateway was killed and is back")
        func gatewayKilled() async throws {
            try await withRedisServer { redis in
                let port = "\(try await freePort())"
                let settings = ["PORT": port, "AGENT_API_URL": "none", "RETRY_MILLISECONDS": "100"]
                let scene = PageScene(redis: redis, gateway: RunningGateway(port: Int(port) ?? 0), api: nil)
                try await GatewayProcess.with(redisURL: redis.url, settings: settings) { gateway in
                    try await scene.add("line 1", seq: 1)
                    try await WebPage.show(scene.url("/runs/r1")) { page in
                        try await page.waits(forText: "line 1", in: ".rec")
                        try await scene.add("line 2", seq: 2)
                        try await page.waits(forText: "line 2", in: ".rec")
                        #expect(try await page.text(".connection") == "Live")
                        try await gateway.process.killGroup()
                        try await page.waits(forText: "Connection lost", in: ".connection")
                        try await scene.add("line 3", seq: 3)
                        try await scene.add("line 4", seq: 4)
                        try await page.waits(forText: "Nothing is lost", in: ".banner")
                        try await GatewayProcess.with(redisURL: redis.url, settings: settings) { _ in
                            try await page.waits(forText: "line 4", in: ".rec")
                            try await scene.add("line 5", seq: 5)
                            try await page.waits(forText: "line 5", in: ".rec")
                            #expect(try await page.value(Self.numbers).string == "line 1 line 2 line 3 line 4 line 5")
                            try await page.waits(for: "the line", "document.querySelector('.connection').textContent === 'Live'")
                            #expect(try await page.troubles == "")
                        }
                    }
                }
            }
        }

        @Test("Find, the level filter, view in context and a link to a record lead to the same record")
        func finding() async throws {
            try await PageScene.withGatewayAlone { scene in
                for number in 1...120 {
                    let isTrouble = number == 40
                    try await scene.add(
                        isTrouble ? "a Needle in the log" : "line \(number)",
                        seq: number,
                        step: 1 + number / 60,
                        level: isTrouble ? "ERROR" : "INFO"
                    )
                }
                try await scene.end(seq: 121)
                try await WebPage.show(scene.url("/runs/r1")) { page in
                    try await page.waits(forText: "Completed", in: ".banner")
                    try await page.press("/")
                    try await page.type("needle")
                    try await page.waits(forText: "1 line", in: ".tools .count")
                    try await page.press("Enter")
                    try await page.waits(forText: "a Needle in the log", in: ".rec.chosen")
                    try await page.waits(for: "the link", "location.hash.startsWith('#r')")
                    let link = try #require(try await page.value("location.href").string)
                    #expect(link.contains("q=needle"))
                    try await page.press("Escape")
                    try await page.press("t")
                    try await page.waits(for: "times of the clock", "/^\\d\\d:\\d\\d:\\d\\d/.test(document.querySelector('.rec time').textContent)")

                    // Only errors, then all around this one.
                    try await page.click(".tools .group button:nth-child(3)")
                    try await page.waits(for: "the errors alone", "document.querySelectorAll('.rows .rec').length === 1")
                    try await page.press("o")
                    try await page.waits(forText: "line 41", in: ".rec")
                    #expect(try await page.text(".rec.chosen .words") == "a Needle in the log")

                    let address = String(link.prefix { $0 != "?" }) + String(link.drop { $0 != "#" })
                    try await WebPage.show(address) { other in
                        try await other.waits(forText: "a Needle in the log", in: ".rec.chosen")
                        let isInView = """
                            (row => { const box = row.getBoundingClientRect(), list = row.closest('.scroll').getBoundingClientRect();
                              return box.top >= list.top && box.bottom <= list.bottom })(document.querySelector('.rec.chosen'))
                            """
                        try await other.waits(for: "the record to be in view", isInView)
                        #expect(try await other.troubles == "")
                    }
                    #expect(try await page.troubles == "")
                }
            }
        }

        @Test("A run is replayed, what comes later is dimmed, and one gets back to its end")
        func replay() async throws {
            try await PageScene.withGatewayAlone { scene in
                for number in 1...30 { try await scene.add("line \(number)", seq: number, step: 1 + number / 10) }
                try await scene.end(seq: 31)
                try await WebPage.show(scene.url("/runs/r1#s2")) { page in
                    try await page.waits(forText: "line 10", in: ".rec.chosen")
                    try await page.waits(for: "later lines to be dimmed", "document.querySelectorAll('.rec.later').length > 5")
                    #expect(try await page.count(".rec:not(.later)") > 5)
                    for _ in 1...4 { try await page.press(">") }
                    try await page.waits(forText: "16×", in: ".rate")
                    try await page.press("Space")
                    try await page.waits(forText: "0:30", in: ".readout")
                    try await page.waits(for: "the end", "document.querySelectorAll('.rec.later').length === 0")
                    try await page.press("K")
                    try await page.waits(forText: "line 30", in: ".rec.chosen")
                    try await page.press("K")
                    try await page.waits(forText: "line 20", in: ".rec.chosen")
                    try await page.press("ArrowLeft")
                    try await page.waits(forText: "0:18", in: ".readout")
                    try await page.press("l")
                    try await page.waits(for: "the end", "document.querySelectorAll('.rec.later').length === 0")
                    #expect(try await page.troubles == "")
                }
            }
        }

        @Test("No line becomes markup, and what cannot be seen is written out")
        func hostileLines() async throws {
            let lines = [
                "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>",
                "\u{1B}[31mred\u{1B}[0m and \u{7} a bell", "ABC\u{202E}txt.exe\u{202C}", "a\u{200B}b\u{FEFF}c",
                "</p></article><h1>other</h1>", "🎯 Task: <b>bold</b>", String(repeating: "long ", count: 400),
            ]
            try await PageScene.withGatewayAlone { scene in
                for (number, line) in lines.enumerated() { try await scene.add(line, seq: number + 1, step: 1) }
                try await WebPage.show(scene.url("/runs/r1")) { page in
                    try await page.waits(forText: "Show all 2,000 characters", in: ".rec")
                    #expect(try await page.count(".rec img, .rec script, .rec b:not(.length b), .rec h1") == 0)
                    #expect(try await page.count("h1") == 1)
                    let shown = try await page.texts(".rec .words, .rec h3").joined(separator: "\n")
                    #expect(shown.contains("<img src=x onerror="))
                    #expect(shown.contains("␛[31mred␛[0m and ␇ a bell"))
                    #expect(shown.contains("ABC‹U+202E›txt.exe‹U+202C›"))
                    #expect(shown.contains("a‹U+200B›b‹U+FEFF›c"))
                    #expect(try await page.value("document.title").string?.contains("taken") == false)
                    try await page.press("j", "Enter")
                    try await page.waits(for: "the fields", "document.querySelector('.fields') !== null")
                    #expect(try await page.troubles == "")
                }
            }
        }

        @Test("Missing records show as a gap, and a run that is not there yet is waited for")
        func gaps() async throws {
            try await PageScene.withGatewayAlone { scene in
                try await WebPage.show(scene.url("/runs/r1")) { page in
                    try await page.waits(forText: "There is no run of this name yet.", in: ".banner")
                    try await scene.add("line 1", seq: 1)
                    try await scene.add("line 14", seq: 14)
                    try await page.waits(forText: "12 records are missing here.", in: ".rec.gap")
                    try await page.waits(forText: "line 14", in: ".rec")
                }
            }
        }

        @Test("A gateway that refuses says why, and the page goes on when it no longer does")
        func refused() async throws {
            try await PageScene.withGatewayAlone(settings: ["MAX_VIEWERS": "1"]) { scene in
                try await scene.add("line 1", seq: 1)
                try await scene.gateway.withViewer(of: "other") { viewer in
                    try await viewer.waits(for: "its place") { !$0.events.isEmpty }
                    try await WebPage.show(scene.url("/runs/r1")) { page in
                        try await page.waits(forText: "This gateway serves at most 1 viewers", in: ".banner")
                        #expect(try await page.text(".connection")?.contains("Refused") == true)
                    }
                }
                try await WebPage.show(scene.url("/runs/r1")) { page in
                    try await page.waits(forText: "line 1", in: ".rec")
                }
            }
        }
    }
}
