//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Dashboard
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// What a run asks, answered below its log on a real pseudo-terminal.
@Suite("A question of a run, in the terminal")
struct InlineAnswerTests {
    private struct Scene {
        let api: RunningAgentAPI
        let gateway: RunningGateway
        let site: DemoSiteServer

        var environment: [String: String?] {
            ["AGENT_API_URL": api.url(""), "GATEWAY_URL": gateway.url(""), "NO_COLOR": nil]
        }

        func terminal(_ arguments: String..., columns: Int = 80) throws -> TerminalProcess {
            try TerminalProcess(
                Executable.built("dashboard-cli"),
                arguments,
                environment: environment,
                columns: columns,
                rows: 14
            )
        }

        /// A task that asks on a page, and whose step after that needs what was asked.
        func task(_ asking: String) -> String { "go to \(site.url("/login")) and \(asking)" }

        func answer(_ body: String) async throws {
            #expect(try await api.post(body, to: "/api/agents/r/answer").status == 202)
        }

        func messages() async throws -> [String] {
            try await gateway.withViewer(of: "r") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                return viewer.messages
            }
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withDemoSite { site in
            try await withServices { _, api, gateway in try await body(Scene(api: api, gateway: gateway, site: site)) }
        }
    }

    private func expectEnd(_ terminal: TerminalProcess, _ exit: ChildProcess.Exit) async throws {
        #expect(try await terminal.process.waitForExit() == exit, "\(terminal.screen.text)")
        try await eventually("the terminal to be as before") { terminal.isRestored }
        #expect(terminal.screen.unknown == [])
    }

    @Test("Takes a text, which is edited as it is typed, and the run goes on with it")
    func text() async throws {
        try await withScene { scene in
            let task = scene.task("ask me for a number") + "\ntype my answer into Email"
            let terminal = try scene.terminal("run", task, "--request-id", "r", columns: 60)
            try await terminal.waits(forText: "answer>")
            #expect(!terminal.screen.text.contains("dashboard-cli answer"))
            #expect(!terminal.isRestored)
            terminal.type("\r")
            try await terminal.waits(forText: "type an answer")
            // The beginning of what is too long for the line goes out of sight.
            terminal.type(String(repeating: "x", count: 70) + "end")
            try await terminal.waits(for: "the end of it") { screen in
                screen.rows.contains { $0.hasPrefix("answer> xxx") && $0.contains("xxxend") }
            }
            terminal.type("\u{15}größe four\u{17}17 zz\u{7f}\u{7f}\u{7f}")
            try await terminal.waits(forText: "answer> größe 17")
            terminal.type("\r")
            try await expectEnd(terminal, .exited(0))
            try await terminal.waits(forText: "✔ completed")
            #expect(!terminal.screen.text.contains("answer>"))
            #expect(try await scene.messages().contains("🧑 Answered: größe 17"))
        }
    }

    @Test("For a code is not echoed")
    func secret() async throws {
        try await withScene { scene in
            let task = scene.task("ask me for the code") + "\ntype my answer into Email"
            let terminal = try scene.terminal("run", task, "--request-id", "r")
            try await terminal.waits(forText: "not shown>")
            terminal.type("734911\r")
            try await expectEnd(terminal, .exited(0))
            #expect(!String(decoding: terminal.bytes, as: UTF8.self).contains("7349"))
            #expect(!String(decoding: terminal.bytes, as: UTF8.self).contains("734911".suffix(2) + "\n"))
            #expect(try await scene.messages().contains("🧑 Answered; the text is not shown"))
        }
    }

    @Test("To approve something takes yes and no, and nothing else", arguments: [("yes", 0 as Int32), ("N", 1)])
    func approval(_ word: String, _ status: Int32) async throws {
        try await withScene { scene in
            let terminal = try scene.terminal("run", scene.task("wait for my approval"), "--request-id", "r")
            try await terminal.waits(forText: "yes or no>")
            terminal.type("maybe\r")
            try await terminal.waits(forText: "type yes or no")
            terminal.type("\u{15}\(word)\r")
            try await expectEnd(terminal, .exited(status))
        }
    }

    @Test("Is withdrawn when somebody else answers first, also while an answer is typed")
    func elsewhere() async throws {
        try await withScene { scene in
            let task = scene.task("ask me for a number") + " and wait for my approval"
            #expect(try await scene.api.post(#"{"task":"\#(task)","request_id":"r"}"#).status == 200)
            let terminal = try scene.terminal("follow", "r")
            try await terminal.waits(forText: "answer>")
            terminal.type("half")
            try await terminal.waits(forText: "answer> half")
            try await scene.answer(#"{"text":"whole"}"#)
            try await terminal.waits(forText: "the question is over; what was typed was not sent")
            // The next question starts with nothing typed.
            try await terminal.waits(for: "the next question") { screen in
                screen.rows.contains { $0.hasPrefix("yes or no>") && !$0.contains("half") }
            }
            terminal.type("\u{1b}")
            try await terminal.waits(forText: "answer it: dashboard-cli answer r --yes (or --no)")
            try await eventually("the keys to be the shell's again") { terminal.isRestored }
            try await scene.answer(#"{"approved":true}"#)
            try await expectEnd(terminal, .exited(0))
            #expect(try await scene.messages().contains("🧑 Answered: whole"))
        }
    }

    @Test("Is asked again after Ctrl-C was asked about, with what was typed")
    func interrupted() async throws {
        try await withScene { scene in
            let terminal = try scene.terminal("run", scene.task("ask me for a number"), "--request-id", "r")
            try await terminal.waits(forText: "answer>")
            terminal.type("12")
            try await terminal.waits(forText: "answer> 12")
            terminal.type("\u{3}")
            try await terminal.waits(forText: "Ctrl-C: c cancels it")
            terminal.type("\r")
            try await terminal.waits(forText: "answer> 12")
            terminal.type("\u{3}")
            try await terminal.waits(forText: "Ctrl-C: c cancels it")
            terminal.type("c")
            try await expectEnd(terminal, .exited(4))
        }
    }

    @Test("That was asked before is asked when the run is followed from now on")
    func asksLate() async throws {
        try await withScene { scene in
            let task = scene.task("ask me for a number")
            #expect(try await scene.api.post(#"{"task":"\#(task)","request_id":"r"}"#).status == 200)
            try await eventually("the question") { try await scene.api.run("r").status == .waiting }
            let terminal = try scene.terminal("follow", "r", "--from", "now")
            try await terminal.waits(forText: "answer>")
            terminal.type("5\r")
            try await expectEnd(terminal, .exited(0))
        }
    }

    @Test("Is told with the command that answers it where the output is no terminal")
    func pipe() async throws {
        try await withScene { scene in
            try await withTemporaryDirectory { directory in
                let process = try ChildProcess(
                    Executable.built("dashboard-cli"),
                    ["run", scene.task("ask me for a number"), "--request-id", "r"],
                    environment: scene.environment,
                    outputPath: directory.file("output.txt")
                )
                try await eventually("the question") {
                    process.output.contains("answer it: dashboard-cli answer r '…'")
                }
                try await scene.answer(#"{"text":"5"}"#)
                #expect(try await process.waitForExit() == .exited(0))
            }
        }
    }
}
