//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("A log of 100,000 records")
    struct LongLogTests {
        private static let count = 100_000

        /// Writes records past redis-cli, many in one go.
        private static func fill(_ redis: RedisServer) async throws {
            let socket = try RawSocket(port: redis.port)
            for start in stride(from: 1, through: count, by: 2000) {
                let commands = (start..<start + 2000).map { number in
                    let level = number == 54_321 ? "ERROR" : "INFO"
                    let message = number == 54_321 ? "the one that matters" : "line \(number)"
                    return command([
                        "XADD", "browser_use_logs:r1", "*", "msg", message, "request_id", "r1", "timestamp",
                        "\(1_795_000_000 + Double(number) / 100)", "level", level, "seq", "\(number)", "kind", "log", "step",
                        "\(1 + number / 500)",
                    ])
                }
                try await socket.send(Array(commands.joined().utf8))
            }
            try await eventually("Redis to have all") {
                try await redis.cli("XLEN", "browser_use_logs:r1") == "\(count)"
            }
        }

        private static func command(_ words: [String]) -> String {
            "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
        }

        @Test("All of them can be reached, and few of them are in the document")
        func hundredThousand() async throws {
            try await PageScene.withGatewayAlone { scene in
                try await Self.fill(scene.redis)
                try await WebPage.show(scene.url("/runs/r1")) { page in
                    try await page.waits(for: "the last record", timeout: .seconds(240), """
                        [...document.querySelectorAll('.rec')].some(row => row.getAttribute('aria-posinset') === '\(Self.count)')
                        """)
                    #expect(try await page.count(".rec") <= 200)
                    try await page.press("/")
                    try await page.type("the one that matters")
                    try await page.waits(forText: "1 line", in: ".tools .count")
                    try await page.press("Enter")
                    try await page.waits(forText: "the one that matters", in: ".rec.chosen")
                    #expect(try await page.count(".rec") <= 200)
                    // What comes meanwhile does not move what is looked at.
                    let place = "document.querySelector('.rec.chosen').getBoundingClientRect().top"
                    let before = try await page.value(place).number
                    for number in 1...50 { try await scene.add("line \(Self.count + number)", seq: Self.count + number) }
                    try await page.waits(for: "the log to go on", "!document.querySelector('.tolive').hidden")
                    #expect(try await page.value(place).number == before)
                    try await page.press("Escape", "l")
                    try await page.waits(forText: "line \(Self.count + 50)", in: ".rec")
                    #expect(try await page.count(".rec") <= 200)
                    #expect(try await page.count("*") < 5000)
                    #expect(try await page.troubles == "")
                }
            }
        }
    }
}
