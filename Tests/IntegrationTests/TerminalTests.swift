//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The command line on a real pseudo-terminal, against both real services.
@Suite("The command line on a terminal")
struct TerminalTests {
    private struct Scene {
        let redis: RedisServer
        let api: RunningAgentAPI
        let gateway: RunningGateway
        let site: DemoSiteServer

        func terminal(
            _ arguments: String...,
            environment: [String: String?] = [:],
            columns: Int = 80,
            rows: Int = 12
        ) throws -> TerminalProcess {
            var own: [String: String?] = ["AGENT_API_URL": api.url(""), "GATEWAY_URL": gateway.url("")]
            for (variable, value) in environment { own.updateValue(value, forKey: variable) }
            return try TerminalProcess(
                Executable.built("dashboard-cli"),
                arguments,
                environment: own,
                columns: columns,
                rows: rows
            )
        }

        var endless: String { "go to \(site.url("/links")) and wait 300 seconds" }

        func start(_ id: String, _ task: String) async throws {
            #expect(try await api.post(#"{"task":"\#(task)","request_id":"\#(id)"}"#).status == 200)
        }
    }

    private func withScene(_ body: (Scene) async throws -> Void) async throws {
        try await withDemoSite { site in
            try await withServices(settings: ["AGENT_CONCURRENCY": "2"]) { redis, api, gateway in
                try await body(Scene(redis: redis, api: api, gateway: gateway, site: site))
            }
        }
    }

    private func expectEnd(_ terminal: TerminalProcess, _ exit: ChildProcess.Exit) async throws {
        #expect(try await terminal.process.waitForExit() == exit)
        try await eventually("the terminal to be as before") { terminal.isRestored }
        #expect(terminal.screen.unknown == [])
    }

    @Test("watch shows runs live, opens logs, searches, filters, cancels, and leaves the terminal as it was")
    func watch() async throws {
        try await withScene { scene in
            try await scene.start("alpha", scene.endless)
            try await scene.start("beta", "dance")
            let terminal = try scene.terminal("watch", rows: 20)
            try await terminal.waits(for: "both runs") { screen in
                screen.rows.contains {
                    $0.hasPrefix("▌ running       2") && $0.contains("alpha") && $0.contains("wait: seconds: 300")
                }
                    && screen.rows.contains { $0.contains("failed") && $0.contains("beta") }
            }
            #expect(terminal.screen.isAlternate)
            #expect(terminal.screen.rows[0].hasPrefix(" Stepcast · 1 running · 0 queued"))
            #expect(terminal.screen.rows[1].hasPrefix("  STATUS     STEP     TIME  RUN"))
            #expect(terminal.screen.rows[2].hasPrefix("▌ running       2"))
            // A run that comes meanwhile, and one that ends.
            try await scene.start("gamma", "sing")
            try await terminal.waits(for: "the new run") { screen in
                screen.rows.contains { $0.contains("failed") && $0.contains("gamma") }
            }
            // The log of the selected run.
            terminal.type("\r")
            try await terminal.waits(forText: "📍 Step 2: Wait 300 s")
            #expect(terminal.screen.rows[0].hasPrefix(" alpha · running · step 2 · "))
            terminal.type("/navig")
            try await terminal.waits(for: "fewer lines") { screen in
                screen.text.contains("Navigated to") && !screen.text.contains("Wait 300 s")
            }
            terminal.type("\u{1b}")
            try await terminal.waits(forText: "Wait 300 s")
            terminal.type("q")
            // Filter and search in the list.
            try await terminal.waits(forText: "LAST LINE")
            terminal.type("f")
            try await terminal.waits(for: "the active ones") { screen in
                screen.text.contains("only active") && screen.text.contains("alpha") && !screen.text.contains("beta")
            }
            terminal.type("fff/GAM\r")
            try await terminal.waits(for: "the one that was searched") { screen in
                screen.text.contains("with “GAM”") && screen.text.contains("gamma") && !screen.text.contains("alpha")
            }
            terminal.type("c")
            try await terminal.waits(forText: "the run gamma has ended: failed")
            terminal.type("\u{1b}")
            try await terminal.waits(for: "all runs") { $0.text.contains("alpha") }
            // To cancel asks, and takes no other answer than y.
            terminal.type("gcn")
            terminal.type("c")
            try await terminal.waits(forText: "Cancel the run alpha?")
            terminal.type("y")
            try await terminal.waits(for: "the cancelled run") { screen in
                screen.rows.contains { $0.contains("cancelled") && $0.contains("alpha") }
            }
            terminal.type("?")
            try await terminal.waits(forText: "Ctrl-C            quit; runs go on")
            terminal.type(" q")
            try await expectEnd(terminal, .exited(0))
            #expect(try await scene.api.run("alpha").status == .cancelled)
        }
    }

    @Test("watch fits any size, and draws itself anew when that changes")
    func resizing() async throws {
        try await withScene { scene in
            for number in 1...9 { try await scene.start("run-\(number)", "dance") }
            let terminal = try scene.terminal("watch", rows: 8)
            try await terminal.waits(forText: "run-9")
            #expect(terminal.screen.rows.count { $0.contains("run-") } == 5)
            for (columns, rows) in [(40, 20), (24, 6), (15, 3), (120, 30), (80, 8)] {
                terminal.resize(columns: columns, rows: rows)
                try await terminal.waits(for: "\(columns) by \(rows)") { screen in
                    if columns < 20 { return screen.text.contains("The terminal") }
                    return screen.rows.count { $0.contains("run-") } == min(9, rows - 3)
                        && screen.rows[rows - 1].hasPrefix(" enter open")
                }
            }
            // The selection stays in sight.
            terminal.type("G")
            try await terminal.waits(for: "the last run") { $0.rows[6].hasPrefix("▌ failed") }
            terminal.resize(columns: 60, rows: 6)
            try await terminal.waits(for: "the last run") { $0.rowCount == 6 && $0.rows[4].hasPrefix("▌ failed") }
            terminal.type("\u{3}")
            try await expectEnd(terminal, .exited(0))
        }
    }

    @Test(
        "Whatever signal ends or stops watch, the terminal is as before",
        arguments: [SIGTERM, SIGINT, SIGSEGV, SIGABRT, SIGHUP]
    )
    func signals(number: Int32) async throws {
        try await withScene { scene in
            let terminal = try scene.terminal("watch")
            try await terminal.waits(forText: "no runs so far")
            #expect(!terminal.isRestored)
            terminal.process.signal(number)
            let isTidy = number == SIGTERM || number == SIGINT
            try await expectEnd(terminal, isTidy ? .exited(128 + number) : .signalled(number))
        }
    }

    @Test("Ctrl-Z gives the terminal back to the shell, and fg continues with the whole screen")
    func stopped() async throws {
        try await withScene { scene in
            let terminal = try scene.terminal("watch")
            try await terminal.waits(forText: "no runs so far")
            terminal.type("\u{1a}")
            let stat = "/proc/\(terminal.process.pid)/stat"
            try await eventually("the process to stop") {
                try String(contentsOfFile: stat, encoding: .utf8).contains(") T ")
            }
            try await eventually("the terminal to be as before") { terminal.isRestored }
            terminal.process.signal(SIGCONT)
            try await terminal.waits(for: "the screen") { $0.isAlternate && $0.text.contains("no runs so far") }
            terminal.type("q")
            try await expectEnd(terminal, .exited(0))
        }
    }

    @Test("run shows status, step and time below its log; Ctrl-C asks, and c cancels")
    func run() async throws {
        try await withScene { scene in
            let terminal = try scene.terminal("run", scene.endless, "--request-id", "r")
            try await terminal.waits(for: "the live line") { screen in
                screen.rows.contains { $0.hasPrefix("running · step 2 · ") && $0.hasSuffix(" · r") }
            }
            terminal.resize(columns: 50, rows: 20)
            try await terminal.waits(for: "one live line") { $0.rows.count { $0.hasPrefix("running · step 2") } == 1 }
            terminal.type("\u{3}")
            try await terminal.waits(forText: "Ctrl-C: c cancels it")
            terminal.type("\r")
            try await terminal.waits(for: "the live line") { $0.text.contains("running · step 2") }
            terminal.type("\u{3}")
            try await terminal.waits(forText: "Ctrl-C: c cancels it")
            terminal.type("c")
            try await expectEnd(terminal, .exited(4))
            try await terminal.waits(forText: "■ cancelled · 2 steps")
            #expect(!terminal.screen.text.contains("running · step"))
        }
    }

    @Test("A second Ctrl-C leaves the run at once, and says how to get back to it", arguments: ["\u{3}", "l"])
    func leave(answer: String) async throws {
        try await withScene { scene in
            let terminal = try scene.terminal("run", scene.endless, "--request-id", "r")
            try await terminal.waits(forText: "running · step 2")
            terminal.type("\u{3}")
            try await terminal.waits(forText: "Ctrl-C: c cancels it")
            terminal.type(answer)
            try await expectEnd(terminal, .exited(130))
            try await terminal.waits(forText: "the run r goes on\n  follow it:  dashboard-cli follow r")
            #expect(try await scene.api.run("r").status == .running)
        }
    }

    @Test("batch has a bar for each run, and how many have ended")
    func batch() async throws {
        try await withScene { scene in
            try await withTemporaryDirectory { directory in
                let file = directory.file("tasks.txt")
                try "\(scene.endless)\ndance\n\(scene.endless)\nsing\n".write(
                    toFile: file,
                    atomically: true,
                    encoding: .utf8
                )
                let terminal = try scene.terminal("batch", file, "--batch-id", "b", rows: 24)
                try await terminal.waits(for: "the bars") { screen in
                    screen.rows.contains { $0.hasPrefix("1  ██░░░░░░░░  running · step 2 · ") }
                        && screen.rows.contains { $0.hasPrefix("2  ██████████  failed") }
                        && screen.rows.contains { $0.hasPrefix("3  ██░░░░░░░░  running · step 2 · ") }
                        && screen.rows.contains { $0.hasPrefix("4  ░░░░░░░░░░  queued") }
                        && screen.rows.contains { $0.hasPrefix("██░░░░░░░░  1 of 4 runs ended") }
                }
                terminal.type("\u{3}")
                try await terminal.waits(forText: "Ctrl-C: c cancels it")
                terminal.type("c")
                try await expectEnd(terminal, .exited(1))
                try await terminal.waits(forText: "4 runs: 1 failed, 3 cancelled")
                #expect(!terminal.screen.text.contains("runs ended"))
            }
        }
    }

    @Test("Pictures of steps are shown where the terminal says that it can, and nothing is sent where it does not")
    func pictures() async throws {
        try await withDemoSite { site in
            try await withServices(settings: ["SCREENSHOTS": "1"]) { redis, api, gateway in
                let scene = Scene(redis: redis, api: api, gateway: gateway, site: site)
                try await scene.start("r", "go to \(site.url("/links"))")
                _ = try await api.finishedRun("r")
                for (answer, beginning) in [
                    ("\u{1b}_Gi=31;OK\u{1b}\\\u{1b}[?62c", "\u{1b}_Ga=T,f=24,s=640,v="),
                    ("\u{1b}[?62;4c", "\u{1b}Pq\"1;1;640;"), ("\u{1b}[?62c", nil), ("", nil),
                ] {
                    let terminal = try scene.terminal("follow", "r", "--picture", columns: 100, rows: 50)
                    try await eventually("the question") {
                        String(decoding: terminal.bytes, as: UTF8.self).contains("\u{1b}[c")
                    }
                    terminal.type(answer)
                    #expect(try await terminal.process.waitForExit() == .exited(0))
                    try await terminal.waits(forText: "✔ completed")
                    let text = String(decoding: terminal.bytes, as: UTF8.self)
                    if let beginning {
                        #expect(text.contains(beginning))
                    } else {
                        #expect(!text.contains("\u{1b}_Ga=T") && !text.contains("\u{1b}P"))
                        #expect(terminal.screen.text.contains("this terminal does not say that it shows pictures"))
                    }
                    #expect(terminal.isRestored)
                }
            }
        }
    }

    @Test("No text of a run reaches the terminal as anything but text")
    func hostile() async throws {
        try await withScene { scene in
            let evil = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\u{1b}[?1049l"
            let task = try #require(String(data: JSONEncoder().encode("dance " + evil), encoding: .utf8))
            #expect(try await scene.api.post(#"{"task":\#(task),"request_id":"r"}"#).status == 200)
            _ = try await scene.api.finishedRun("r")
            let terminal = try scene.terminal("watch")
            try await terminal.waits(forText: "failed")
            terminal.type("\r")
            try await terminal.waits(forText: #"\x1b]0;owned\x07\x1b[2J\x9b31m\u{202e}\x1b[?1049l"#)
            #expect(terminal.screen.isAlternate)
            terminal.type("qq")
            try await expectEnd(terminal, .exited(0))
        }
    }

    @Test("A terminal without UTF-8 gets ASCII alone, and one without colours none")
    func plain() async throws {
        try await withScene { scene in
            try await scene.start("r", "dance")
            _ = try await scene.api.finishedRun("r")
            let plain = ["LC_ALL": "C", "NO_COLOR": "1"]
            for arguments in [["watch"], ["follow", "r"]] {
                let terminal = try TerminalProcess(
                    Executable.built("dashboard-cli"),
                    arguments,
                    environment: [
                        "AGENT_API_URL": scene.api.url(""), "GATEWAY_URL": scene.gateway.url(""),
                    ].merging(plain) { $1 }
                )
                try await terminal.waits(forText: "failed")
                terminal.type("q")
                _ = try await terminal.process.waitForExit()
                #expect(terminal.bytes.allSatisfy { $0 < 0x80 })
                #expect(terminal.screen.colours.subtracting(["0"]) == [])
                #expect(terminal.isRestored)
            }
        }
    }

    @Test("Where the output is no terminal, watch prints a line for each change, and --color always colours it")
    func pipe() async throws {
        try await withScene { scene in
            try await withTemporaryDirectory { directory in
                let environment: [String: String?] = [
                    "AGENT_API_URL": scene.api.url(""), "GATEWAY_URL": scene.gateway.url(""), "NO_COLOR": nil,
                ]
                func watch(_ arguments: String...) throws -> ChildProcess {
                    try ChildProcess(
                        Executable.built("dashboard-cli"),
                        ["watch"] + arguments,
                        environment: environment,
                        outputPath: directory.file(arguments.joined() + ".txt")
                    )
                }
                try await scene.start("first", scene.endless)
                let (plain, coloured, json) = try (watch(), watch("--color", "always"), watch("--json"))
                for process in [plain, coloured, json] {
                    try await eventually("the run of the snapshot") { process.output.contains("first") }
                }
                try await scene.start("r", "dance")
                for process in [plain, coloured, json] {
                    try await eventually("the end of the run") { process.output.contains("failed") }
                    process.signal(SIGTERM)
                    #expect(try await process.waitForExit() == .exited(143))
                }
                #expect(plain.output.contains("queued     r  step 0  dance\n"))
                #expect(!plain.output.contains("\u{1b}"))
                #expect(coloured.output.contains("\u{1b}[31mfailed"))
                let events = json.output.split(separator: "\n").compactMap { ChangeEvent(json: $0.utf8) }
                let changes = events.compactMap { if case .run(let run, _) = $0 { run } else { nil } }
                #expect(changes.filter { $0.requestID.rawValue == "r" }.map(\.status) == [.queued, .running, .failed])
            }
        }
    }
}
