//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import ServiceTesting
import TestSupport
import Testing

/// The services' programs as a shell sees them.
@Suite("The programs of the services", .timeLimit(.minutes(5)))
struct ServiceProgramTests {
    static let programs = ["agent-api", "stream-gateway"]

    private func start(
        _ program: String,
        _ arguments: [String],
        file: String = "",
        in directory: TemporaryDirectory
    ) throws -> ChildProcess {
        let path = directory.file("test.env")
        try Data(file.utf8).write(to: URL(filePath: path))
        let spool = program == "agent-api" ? ["--spool-directory", directory.file("spool")] : []
        return try ChildProcess(
            try Executable.built(program),
            arguments + ["--env-file", path] + spool,
            environment: ["HOST": nil, "PORT": nil, "REDIS_URL": nil, "LOG_LEVEL": nil, "BROWSER_WARM_UP": "0"],
            outputPath: directory.file("output-\(UInt32.random(in: .min ... .max))")
        )
    }

    @Test("--version prints the version", arguments: Self.programs)
    func version(program: String) async throws {
        try await withTemporaryDirectory { directory in
            let process = try start(program, ["--version"], in: directory)
            #expect(try await process.waitForExit() == .exited(0))
            #expect(process.output == "\(Release.version)\n")
        }
    }

    @Test(
        "Invalid options end the start with a status and a clear message",
        arguments: Self.programs,
        [
            (["--prot", "1"], Int32(2), "Unknown option '--prot'. Did you mean '--port'?"),
            (["--port", "x"], 2, "PORT=x: must be a whole number from 0 to 65535\n"),
            (["--port", "8\nroot\u{1B}[2J\u{2028}x"], 2, "PORT=8 root [2J x: must be"),
            (
                ["--port", "0", "--host", "no.such.host.invalid"], 1,
                "the host name no.such.host.invalid cannot be resolved"
            ),
        ]
    )
    func refused(program: String, start: (arguments: [String], status: Int32, words: String)) async throws {
        try await withTemporaryDirectory { directory in
            let process = try self.start(program, start.arguments, in: directory)
            #expect(try await process.waitForExit() == .exited(start.status))
            #expect(process.output.contains(start.words), "\(process.output)")
            #expect(!process.output.contains("Error."), "\(process.output)")
        }
    }

    @Test("It logs once that it listens and once that it is ready, whenever Redis starts", arguments: Self.programs)
    func ready(program: String) async throws {
        try await withTemporaryDirectory { directory in
            try await withRedisServer { redis in
                try await redis.kill()
                let file = "\u{FEFF}PORT=0 # any\r\nREDIS_URL='\(redis.url)'\r\nPROT=1\r\nCOMPOSE_PROJECT_NAME=x\r\n"
                let process = try start(program, [], file: file, in: directory)
                try await eventually("it to say that it is not ready") { process.output.contains("not ready: ") }
                #expect(process.output.contains("PROT in the .env file is not a setting; did you mean PORT?"))
                #expect(process.output.contains("names=COMPOSE_PROJECT_NAME PROT\n"))
                try await redis.start()
                try await eventually("it to be ready") { process.output.contains(": ready\n") }
                process.signal(15)
                #expect(try await process.waitForExit() == .exited(0))
                let lines = process.output.split(separator: "\n")
                for word in ["listening", ": ready", "not ready: "] {
                    #expect(lines.count { $0.contains(word) } == 1, "\(word): \(process.output)")
                }
            }
        }
    }

    @Test("Closed standard descriptors are not reused by the service", arguments: Self.programs)
    func closedDescriptors(program: String) async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(filePath: directory.file("test.env")))
            let options = "--port 0 --env-file \(directory.file("test.env"))"
            let spool = program == "agent-api" ? " --spool-directory \(directory.file("spool"))" : ""
            let process = try ChildProcess(
                "/bin/sh",
                ["-c", "exec \(try Executable.built(program)) \(options)\(spool) <&- >&- 2>&-"],
                environment: ["BROWSER_WARM_UP": "0"],
                outputPath: directory.file("output")
            )
            func target(_ descriptor: Int) -> String? {
                try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process.pid)/fd/\(descriptor)")
            }
            try await eventually("it to have sockets") {
                (3...40).contains { target($0)?.hasPrefix("socket:") == true }
            }
            #expect((0...2).map(target) == ["/dev/null", "/dev/null", "/dev/null"])
        }
    }

    @Test(
        "The address of a remote browser has an option of its name, and the former one",
        arguments: [
            "--browser-cdp-url", "--browser-cdpurl",
        ]
    )
    func browserURL(option: String) async throws {
        try await withTemporaryDirectory { directory in
            let process = try start("agent-api", [option, "ftp://x"], in: directory)
            #expect(try await process.waitForExit() == .exited(2))
            #expect(process.output.contains("BROWSER_CDP_URL:"))
        }
    }

    @Test("A missing directory is rejected, and a model without a server is reported")
    func named() async throws {
        try await withTemporaryDirectory { directory in
            let missing = try start("agent-api", ["--upload-directory", directory.file("none")], in: directory)
            #expect(try await missing.waitForExit() == .exited(2))
            #expect(missing.output.contains("UPLOAD_DIRECTORY=\(directory.file("none")):"))
            let alone = try start(
                "agent-api",
                ["--port", "0", "--openai-model", "m", "--log-level", "WARN"],
                in: directory
            )
            let words = "OPENAI_MODEL has no effect without OPENAI_API_KEY or OPENAI_BASE_URL"
            try await eventually("a word about the model") { alone.output.contains(words) }
            #expect(!alone.output.contains("INFO"))
        }
    }
}
