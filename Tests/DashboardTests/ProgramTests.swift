//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Glibc
import TestSupport
import Testing

/// The program as a shell sees it: real signals, real pipes, a real terminal.
@Suite("The program", .timeLimit(.minutes(1)))
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
        shell: String = "exec \"$0\" follow r"
    ) throws -> ChildProcess {
        try ChildProcess(
            "/bin/sh",
            ["-c", shell, try path()],
            environment: ["GATEWAY_URL": server.url, "NO_COLOR": nil, "TERM": "xterm", "TZ": "UTC"],
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
                #expect(process.output.hasPrefix("10:30:01  message 1\n"))
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
                let shell = "{ \"$0\" follow r; echo status $? >&2; } | head -n 1"
                let process = try Self.follow(server, in: directory, shell: shell)
                #expect(try await process.waitForExit() == .exited(0))
                #expect(process.output == "10:30:01  message 1\nstatus 141\n")
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

    @Test("A command line that makes no sense is 2, and help is 0")
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
