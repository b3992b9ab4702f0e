//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// What the command line gives to shells and to `man`, used by the real ones.
@Suite("The command line in shells")
struct ShellTests {
    @Test(
        "Commands, options and names of runs are completed",
        arguments: [
            ("bash", ["--norc", "--noprofile"], "source <(dashboard-cli --generate-completion-script bash)"),
            (
                "zsh", ["-f"],
                "autoload -U compinit; compinit -D; source <(dashboard-cli --generate-completion-script zsh)"
            ),
        ]
    )
    func completion(shell: String, options: [String], script: String) async throws {
        try await withServices { _, api, _ in
            #expect(try await api.post(#"{"task":"dance","request_id":"alpha-run"}"#).status == 200)
            let folder = URL(filePath: try Executable.built("dashboard-cli")).deletingLastPathComponent().path
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            let terminal = try TerminalProcess(
                try Executable.path(shell),
                options,
                environment: [
                    "PATH": "\(folder):\(path)", "AGENT_API_URL": api.url(""), "PS1": "ready> ", "HOME": "/nonexistent",
                ]
            )
            terminal.type("\(script); echo sou''rced\n")
            try await terminal.waits(for: "the script") {
                $0.rows.contains { $0.hasSuffix("sourced") && !$0.contains("echo") }
            }
            terminal.type("dashboard-cli follow al\t")
            try await terminal.waits(forText: "dashboard-cli follow alpha-run")
            terminal.type("--ga\t")
            try await terminal.waits(forText: "dashboard-cli follow alpha-run --gateway")
            terminal.type("\u{15}dashboard-cli canc\t")
            try await terminal.waits(forText: "dashboard-cli cancel")
            terminal.process.signal(9)
        }
    }

    @Test("fish completes them too")
    func fish() async throws {
        try await withServices { _, api, _ in
            try await withTemporaryDirectory { directory in
                #expect(try await api.post(#"{"task":"dance","request_id":"alpha-run"}"#).status == 200)
                let folder = URL(filePath: try Executable.built("dashboard-cli")).deletingLastPathComponent().path
                let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
                let process = try ChildProcess(
                    try Executable.path("fish"),
                    [
                        "--no-config", "-c",
                        """
                        dashboard-cli --generate-completion-script fish | source
                        complete -C 'dashboard-cli follow al'
                        complete -C 'dashboard-cli canc'
                        """,
                    ],
                    environment: ["PATH": "\(folder):\(path)", "AGENT_API_URL": api.url("")],
                    outputPath: directory.file("output")
                )
                #expect(try await process.waitForExit() == .exited(0))
                #expect(process.output.contains("alpha-run"))
                #expect(process.output.contains("cancel"))
            }
        }
    }

    @Test("Where agent-api is away, completion gives nothing, and says nothing")
    func away() async throws {
        try await withTemporaryDirectory { directory in
            let output = directory.file("output")
            let process = try ChildProcess(
                Executable.built("dashboard-cli"),
                ["---completion", "follow", "--", "positional@0", "2", "0", "dashboard-cli", "follow", ""],
                environment: ["AGENT_API_URL": "http://127.0.0.1:1"],
                outputPath: output
            )
            #expect(try await process.waitForExit() == .exited(0))
            #expect(process.output == "")
        }
    }

    @Test("The manual page names every command and option, and has no fault")
    func manual() async throws {
        try await withTemporaryDirectory { directory in
            let page = directory.file("dashboard-cli.1")
            let process = try ChildProcess(Executable.built("dashboard-cli"), ["manual"], outputPath: page)
            #expect(try await process.waitForExit() == .exited(0))
            for name in [
                ".SS watch", ".SS run <task>", #"\-\-since <time>"#, #"\-v, \-\-verbose"#, ".SH EXIT STATUS",
                "STEPCAST_TOKEN",
            ] {
                #expect(process.output.contains(name), "\(name)")
            }
            let lint = try ChildProcess(
                try Executable.path("mandoc"),
                // A style that asks for a date says nothing about the page.
                ["-T", "lint", "-W", "warning", page],
                outputPath: directory.file("lint")
            )
            _ = try await lint.waitForExit()
            let faults = lint.output.split(separator: "\n").filter { !$0.contains("missing date") }
            #expect(faults.isEmpty)
            let shown = try ChildProcess(
                try Executable.path("mandoc"),
                ["-T", "utf8", page],
                outputPath: directory.file("shown")
            )
            #expect(try await shown.waitForExit() == .exited(0))
            #expect(shown.output.contains("Watch all runs live, on the whole screen."))
        }
    }
}
