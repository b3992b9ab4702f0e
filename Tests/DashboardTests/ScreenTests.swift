//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@testable import Dashboard

@Suite("Screens")
struct ScreenTests {
    @Test("A line is cut with an ellipsis, wide characters and tints included")
    func cutting() {
        var line = ScreenLine("日本", .red)
        line.append("abc")
        line.append("def", .dim)
        #expect(line.columns == 10)
        #expect(line.cut(to: 10) == line)
        #expect(line.cut(to: 9).plain == "日本abcd…")
        #expect(line.cut(to: 7).plain == "日本ab…")
        #expect(line.cut(to: 4).plain == "日…")
        #expect(line.cut(to: 3).plain == "日…")
        #expect(line.cut(to: 1).plain == "…")
        #expect(line.cut(to: 0).plain == "")
        #expect(line.padded(to: 12).columns == 12)
    }

    @Test("Only rows that are others are sent again, and all after a change of the size")
    func painting() {
        var painter = ScreenPainter(style: .plain)
        let size = ScreenSize(columns: 4, rows: 2)
        let first = painter.paint([ScreenLine("ab"), ScreenLine("wxyz!")], size: size)
        #expect(first == "\u{1b}[0m\u{1b}[2J\u{1b}[1;1Hab\u{1b}[K\u{1b}[2;1Hwxy…")
        #expect(painter.paint([ScreenLine("ab"), ScreenLine("wxyz!")], size: size) == "")
        #expect(painter.paint([ScreenLine("ab"), ScreenLine("")], size: size) == "\u{1b}[2;1H\u{1b}[K")
        let wide = ScreenSize(columns: 6, rows: 1)
        #expect(painter.paint([ScreenLine("ab")], size: wide) == "\u{1b}[0m\u{1b}[2J\u{1b}[1;1Hab\u{1b}[K")
        painter.forget()
        #expect(painter.paint([ScreenLine("ab")], size: wide) == "\u{1b}[0m\u{1b}[2J\u{1b}[1;1Hab\u{1b}[K")
    }

    @Test("A terminal without UTF-8 gets as many columns of ASCII")
    func ascii() {
        for text in ["▌ running · 3 … 日本 👍", "🎯 Task: Ä", "plain"] {
            let ascii = ASCIIOutput.text(text)
            #expect(ascii.utf8.allSatisfy { $0 < 0x80 })
            #expect(TextWidth.columns(ascii) == TextWidth.columns(text))
        }
        #expect(ASCIIOutput.text("▌ a · b…") == "> a - b.")
    }

    @Test(
        "The locale tells whether a terminal shows UTF-8",
        arguments: [
            ([:], false), (["LANG": "C.UTF-8"], false), (["LANG": "de_DE.utf8"], false), (["LANG": "C"], true),
            (["LC_ALL": "POSIX", "LANG": "C.UTF-8"], true), (["LC_ALL": "", "LC_CTYPE": "en_US.ISO-8859-1"], true),
        ]
    )
    func locale(environment: [String: String], isASCII: Bool) {
        #expect(Charset.isASCII(environment) == isASCII)
    }

    @Test("Text is wrapped at a width, and never lost")
    func wrapping() {
        #expect(TextWidth.wrapped("abcdef", to: 4) == ["abcd", "ef"])
        #expect(TextWidth.wrapped("日本語", to: 5) == ["日本", "語"])
        #expect(TextWidth.wrapped("日本", to: 1) == ["日", "本"])
        #expect(TextWidth.wrapped("", to: 5) == [""])
    }

    @Test("A run's line has its status, step and time, and is gone at the end")
    func runStanding() throws {
        let id = try Identifier("r1")
        let began = Timestamp(milliseconds: 1_000_000)
        let size = ScreenSize(columns: 80, rows: 24)
        var standing = RunStanding(of: id)
        #expect(standing.lines(in: size, at: began).map(\.plain) == ["waiting · r1"])
        let record = LogRecord(message: "m", requestID: id, timestamp: began, step: 3)
        standing.apply(.log(record, channel: ""))
        let now = Timestamp(milliseconds: 1_012_400)
        #expect(standing.lines(in: size, at: now).map(\.plain) == ["running · step 3 · 12.4s · r1"])
        let outcome = RunOutcome(status: .completed, steps: 3)
        standing.apply(StreamEvent(.end(of: id, outcome: outcome, at: now), channel: ""))
        #expect(standing.lines(in: size, at: now).isEmpty)
    }

    @Test("A batch has a bar for each run that there is room for, those that go on first")
    func batchStanding() throws {
        let ids = try (1...6).map { try Identifier("b.\($0)") }
        let time = Timestamp(milliseconds: 1_000_000)
        var standing = BatchStanding(of: try Identifier("b"), runs: ids)
        for (index, step) in [(0, 1), (4, 12)] {
            let record = LogRecord(message: "m", requestID: ids[index], timestamp: time, step: step)
            standing.apply(.log(record, channel: ""))
        }
        let outcome = RunOutcome(status: .failed, steps: 1)
        standing.apply(StreamEvent(.end(of: ids[0], outcome: outcome, at: time), channel: ""))
        #expect(
            standing.lines(in: ScreenSize(columns: 80, rows: 9), at: time).map(\.plain) == [
                "2  ░░░░░░░░░░  queued", "3  ░░░░░░░░░░  queued", "5  █████████░  running · step 12 · 0.0s",
                "█░░░░░░░░░  1 of 6 runs ended",
            ]
        )
        #expect(standing.lines(in: ScreenSize(columns: 80, rows: 60), at: time).count == 7)
        for id in ids { standing.apply(StreamEvent(.end(of: id, outcome: outcome, at: time), channel: "")) }
        #expect(standing.lines(in: ScreenSize(columns: 80, rows: 60), at: time).isEmpty)
    }
}
