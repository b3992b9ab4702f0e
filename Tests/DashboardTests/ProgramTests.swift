//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Glibc
import TestSupport
import Testing

/// The program as a shell sees it: real signals, real pipes, a real terminal.
@Suite("The program", .timeLimit(.minutes(5)))
struct ProgramTests {
    /// The built program lies beside the test program.
    private static func path() throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: tests).deletingLastPathComponent().appending(path: "dashboard-cli").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw TestFailure("\(path) is not there: build it with swift build --product dashboard-cli")
        }
        return path
    }

    private static func follow(
        _ server: ScriptedServer,
        in directory: TemporaryDirectory,
        shell: String = "exec \"$0\" follow r",
        timeZone: String = "UTC"
    ) throws -> ChildProcess {
        try ChildProcess(
            "/bin/sh",
            ["-c", shell, try path()],
            environment: ["GATEWAY_URL": server.url, "NO_COLOR": nil, "TERM": "xterm", "TZ": timeZone],
            outputPath: directory.file("output")
        )
    }

    /// One record, and then nothing more.
    private static func oneRecord(_ connection: ScriptedConnection) async throws {
        _ = try await connection.request()
        try await connection.stream(Events.retry, Events.connected, Events.log(1))
        try await connection.waitForClose()
    }

    @Test("The status of the process tells how the run ended", arguments: [("completed", Int32(0)), ("failed", 1)])
    func status(status: String, code: Int32) async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with { connection in
                _ = try await connection.request()
                try await connection.stream(Events.connected, Events.log(1), Events.end(status))
            } body: { server in
                let process = try Self.follow(server, in: directory)
                #expect(try await process.waitForExit() == .exited(code))
                #expect(process.output.hasPrefix("2025-09-21\n10:30:01  message 1\n"))
            }
        }
    }

    @Test("A signal ends it at once, with the status that shells expect", arguments: [SIGINT, SIGTERM])
    func signals(signal: Int32) async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with(Self.oneRecord) { server in
                let process = try Self.follow(server, in: directory)
                try await eventually("the record to be shown") { process.output.contains("message 1") }
                process.signal(signal)
                #expect(try await process.waitForExit() == .exited(128 + signal))
            }
        }
    }

    @Test("An interrupt is heard while nobody reads the output")
    func interruptWhileBlocked() async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with { connection in
                _ = try await connection.request()
                try await connection.stream(Events.connected)
                let many = (1...9).map { Events.log($0, String(repeating: "x", count: 10_000)) }.joined()
                try await connection.write(many)
                try await connection.waitForClose()
            } body: { server in
                // The reader opens the pipe and never reads from it; its size of 64 KiB is less than what comes.
                let fifo = directory.file("fifo")
                let shell = "mkfifo \(fifo) && exec 3<>\(fifo) && exec \"$0\" follow r >\(fifo)"
                let process = try Self.follow(server, in: directory, shell: shell)
                try await eventually("the pipe to be full") { try Self.unread(inPipe: fifo) > 60_000 }
                process.signal(SIGINT)
                #expect(try await process.waitForExit() == .exited(130))
            }
        }
    }

    /// How many bytes wait in a named pipe.
    private static func unread(inPipe path: String) throws -> Int32 {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw TestFailure("\(path) cannot be opened") }
        defer { close(descriptor) }
        var count: Int32 = 0
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? count : 0
    }

    @Test("A reader that has seen enough ends it quietly")
    func closedPipe() async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with { connection in
                _ = try await connection.request()
                try await connection.stream(Events.connected, Events.log(1))
                // It is the heartbeat that makes it look: a record would come only when the agent takes a step.
                while true {
                    try await connection.write(Events.heartbeat)
                    try await Task.sleep(for: .milliseconds(50))
                }
            } body: { server in
                let shell = "{ \"$0\" follow r; echo status $? >&2; } | head -n 2"
                let process = try Self.follow(server, in: directory, shell: shell)
                #expect(try await process.waitForExit() == .exited(0))
                #expect(process.output == "2025-09-21\n10:30:01  message 1\nstatus 141\n")
            }
        }
    }

    @Test(
        "An output that cannot be written is told, and hangs nothing",
        arguments: [
            ("follow r >&-", "it is closed"), ("--version >&-", "it is closed"), ("run t >&- <&-", "it is closed"),
            ("follow r >/dev/full", "No space left on device"), ("--help >/dev/full", "No space left on device"),
        ]
    )
    func unwritable(arguments: String, reason: String) async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with(Self.oneRecord) { server in
                let process = try Self.follow(server, in: directory, shell: "\"$0\" \(arguments); echo status $?")
                #expect(try await process.waitForExit() == .exited(0))
                #expect(process.output == "error: standard output cannot be written: \(reason)\nstatus 74\n")
            }
        }
    }

    @Test("With no open descriptor at all it ends, and without a standard error a signal is still heard")
    func nothingOpen() async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with(Self.oneRecord) { server in
                let closed = try Self.follow(server, in: directory, shell: "exec \"$0\" follow r <&- >&- 2>&-")
                #expect(try await closed.waitForExit() == .exited(74))
                let waiting = try Self.follow(server, in: directory, shell: "exec \"$0\" follow r 2>&-")
                try await eventually("the record to be shown") { waiting.output.contains("message 1") }
                waiting.signal(SIGTERM)
                #expect(try await waiting.waitForExit() == .exited(143))
            }
        }
    }

    @Test("The list of runs fits the width of the terminal, whatever is in the tasks", arguments: [60, 80, 132])
    func terminalWidth(columns: Int) async throws {
        let long = String(repeating: "a", count: 90)
        let tasks = ["短い 仕事 を 続ける 限り とても とても とても 長い 長い 長い 長い 仕事", "🧭🧭🧭 " + long, long, "short"]
        let runs = tasks.map { Events.run(status: "completed").replacing(#""task":"t""#, with: #""task":"\#($0)""#) }
        // One long id must not move the others.
        let odd = Events.run(status: "failed").replacing(#""request_id":"r""#, with: #""request_id":"\#(long)""#)
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with { connection in
                _ = try await connection.request()
                let body = #"{"runs":[\#((runs + [odd]).joined(separator: ","))],"next":"x","total":1234}"#
                try await connection.respond("200 OK", headers: ["Content-Type": "application/json"], body: body)
            } body: { server in
                let list = "stty cols \(columns); $0 runs -n 5 --api \(server.url)"
                let shell = "script -qec \"\(list)\" /dev/null </dev/null"
                let process = try Self.follow(server, in: directory, shell: shell)
                #expect(try await process.waitForExit() == .exited(0))
                let colour = /\u{1b}\[[0-9;]*m/
                let plain = process.output.replacing(colour, with: "")
                // On a busy machine it may have said that it waits.
                let lines = plain.split(whereSeparator: \.isNewline).map(String.init)
                    .filter { !$0.hasPrefix("waiting for") }
                try #require(lines.count == 7, "\(process.output)")
                #expect(lines[0] == "CREATED     STATUS     TOOK  REQUEST  TASK")
                for line in lines[1...4] {
                    #expect(Self.columns(line) <= columns, "\(line)")
                    #expect(line.contains("9.5s  r"))
                }
                if columns < 100 { #expect(lines[1...3].allSatisfy { $0.hasSuffix("…") }) }
                #expect(lines[4].hasSuffix("short"))
                #expect(lines[5].contains(long))
                #expect(lines[6] == "5 of 1234 runs; --limit shows more")
            }
        }
    }

    /// The columns of what these tests write: the wide characters are those beyond U+2E7F.
    private static func columns(_ line: String) -> Int {
        line.reduce(0) { $0 + (($1.unicodeScalars.first?.value ?? 0) > 0x2E7F ? 2 : 1) }
    }

    @Test(
        "Times are those of the place or UTC, short or in full",
        arguments: [
            ("", "2025-09-21\n16:00:01  message 1\n"), ("--utc", "2025-09-21\n10:30:01  message 1\n"),
            ("--timestamps", "2025-09-21T16:00:01.000+05:30  message 1\n"),
            ("--timestamps --utc", "2025-09-21T10:30:01.000Z  message 1\n"),
        ]
    )
    func times(options: String, start: String) async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with { connection in
                _ = try await connection.request()
                try await connection.stream(Events.connected, Events.log(1), Events.end())
            } body: { server in
                // Half an hour beside the others, all year round.
                let shell = "exec \"$0\" follow r \(options)"
                let process = try Self.follow(server, in: directory, shell: shell, timeZone: "Asia/Kolkata")
                #expect(try await process.waitForExit() == .exited(0))
                #expect(process.output.hasPrefix(start), "\(process.output)")
            }
        }
    }

    @Test("On a terminal there is colour")
    func terminal() async throws {
        try await withTemporaryDirectory { directory in
            try await ScriptedServer.with { connection in
                _ = try await connection.request()
                try await connection.stream(Events.connected, Events.log(1), Events.end())
            } body: { server in
                let shell = "script -qec \"$0 follow r\" /dev/null </dev/null"
                let process = try Self.follow(server, in: directory, shell: shell)
                #expect(try await process.waitForExit() == .exited(0))
                #expect(process.output.contains("\u{1b}[2m10:30:01\u{1b}[0m  message 1"))
                #expect(process.output.contains("\u{1b}[1;32m✔ completed\u{1b}[0m"))
            }
        }
    }

    @Test("An invalid command line is 2, and help is 0")
    func usage() async throws {
        try await withTemporaryDirectory { directory in
            let path = try Self.path()
            let wrong = try ChildProcess(path, ["follow", "a b"], outputPath: directory.file("wrong"))
            #expect(try await wrong.waitForExit() == .exited(2))
            let help = try ChildProcess(path, ["run", "--help"], outputPath: directory.file("help"))
            #expect(try await help.waitForExit() == .exited(0))
            #expect(help.output.contains("USAGE: dashboard-cli run"))
        }
    }
}
