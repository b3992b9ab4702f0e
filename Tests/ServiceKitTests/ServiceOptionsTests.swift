//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import ServiceKit

@Suite("Where settings come from")
struct ServiceOptionsTests {
    /// The settings of a command line and an environment file.
    private func settings(
        _ arguments: [String] = [],
        file contents: String?,
        adding options: [String: String?] = [:]
    ) async throws -> Settings {
        try await withTemporaryDirectory { directory in
            var arguments = arguments
            if let contents {
                try Data(contents.utf8).write(to: URL(fileURLWithPath: directory.file("test.env")))
                arguments += ["--env-file", directory.file("test.env")]
            }
            return try await ServiceOptions.parse(arguments).settings(adding: options)
        }
    }

    @Test("Each option stands for its variable")
    func options() throws {
        let options = try ServiceOptions.parse([
            "--host", "::1", "--port", "81", "--redis-url", "unix:///r", "--redis-stream", "s", "--log-pubsub", "0",
            "--log-pubsub-json", "1", "--log-level", "debug", "--log-format", "json", "--auth-disabled", "1",
            "--redis-password-file", "/p",
        ])
        #expect(
            options.variables == [
                "HOST": "::1", "PORT": "81", "REDIS_URL": "unix:///r", "REDIS_STREAM": "s", "LOG_PUBSUB": "0",
                "LOG_PUBSUB_JSON": "1", "LOG_LEVEL": "debug", "LOG_FORMAT": "json", "AUTH_DISABLED": "1",
                "REDIS_PASSWORD_FILE": "/p",
            ]
        )
        #expect(try ServiceOptions.parse([]).variables.isEmpty)
    }

    @Test("The command line wins over the file, and the service's own options are among it")
    func commandLineOverFile() async throws {
        var settings = try await self.settings(
            ["--port", "81"],
            file: "PORT=82\nHEARTBEAT_SECONDS=5\nUNIT_FORMAT=json\n",
            adding: ["HEARTBEAT_SECONDS": "7", "UNIT_LIMIT": nil]
        )
        #expect(try settings.integer("PORT", in: 0...99, default: 1) == 81)
        #expect(try settings.integer("HEARTBEAT_SECONDS", in: 1...9, default: 1) == 7)
        // No names of real settings, which the environment may have.
        #expect(try settings.choice("UNIT_FORMAT", default: LogFormat.text) == .json)
        #expect(try settings.integer("UNIT_LIMIT", in: 0...9, default: 4) == 4)
    }

    @Test("The environment wins over the file, and the command line over the environment")
    func environment() async throws {
        // A variable that every process has; to set another one is not safe while other tests run.
        let path = try #require(ProcessInfo.processInfo.environment["PATH"])
        var settings = try await self.settings(file: "PATH=/from/file\n")
        #expect(settings.text("PATH", default: "") == path)
        settings = try await self.settings(file: "PATH=/from/file\n", adding: ["PATH": "/from/command"])
        #expect(settings.text("PATH", default: "") == "/from/command")
    }

    @Test("The file may have comments, blank lines, quotes, spaces and line ends of any system")
    func fileFormat() async throws {
        var settings = try await self.settings(
            file: "# a comment\r\n\r\nUNIT_A=1\r\n  UNIT_B = two words \r\nUNIT_C=a=b\r\nUNIT_D=\"q\"\r\nUNIT_E='s'\r\n"
                + "no assignment\r\nexport UNIT_F=x\r\nUNIT_G=1\r\nUNIT_G=2\r\nUNIT_H=\r\nUNIT_I=a#b"
        )
        let names = ["A", "B", "C", "D", "E", "F", "G", "H", "I"]
        let values = names.map { settings.text("UNIT_\($0)", default: "-") }
        #expect(values == ["1", "two words", "a=b", "q", "s", "x", "2", "-", "a#b"])
    }

    @Test(
        "A comment behind a value is passed over, and a byte order mark before the first name",
        arguments: [
            ("UNIT_A=80 # the port", "80"), ("UNIT_A=80\t#the port\r\n", "80"), ("UNIT_A=80#x", "80#x"),
            ("UNIT_A=#x", "#x"), ("UNIT_A= # nothing", "-"), ("UNIT_A=\"a # b\" # c", "a # b"),
            ("UNIT_A='a # b'#c", "a # b"), ("UNIT_A=\"a\" \"b\"", "a\" \"b"), ("UNIT_A=\"a # b", "\"a"),
            ("\u{FEFF}UNIT_A=80", "80"), ("\u{FEFF}# first\r\nUNIT_A=80\r\n", "80"),
        ]
    )
    func comments(file: String, value: String) async throws {
        var settings = try await self.settings(file: file)
        #expect(settings.text("UNIT_A", default: "-") == value)
    }

    @Test("A name that looks like a slip of the finger is told; others may be meant for other programs")
    func misspelt() async throws {
        var settings = try await self.settings(file: "PROT=1\nREDIS_ULR=x\nCOMPOSE_PROJECT=x\nUNIT_PORT=1\nPORT=81\n")
        _ = try settings.integer("PORT", in: 0...99, default: 1)
        _ = settings.text("REDIS_URL", default: "")
        #expect(
            settings.warnings == [
                "PROT in the .env file is no setting; did you mean PORT?",
                "REDIS_ULR in the .env file is no setting; did you mean REDIS_URL?",
            ]
        )
    }

    @Test("A file that was asked for and is not there stops the start with its name")
    func missingFile() async throws {
        let error = await #expect(throws: InvalidSetting.self) {
            try await ServiceOptions.parse(["--env-file", "/nonexistent/x.env"]).settings(adding: [:])
        }
        #expect(error?.description.hasPrefix("--env-file=/nonexistent/x.env makes no sense; allowed: a file") == true)
    }

    @Test("A directory is no file")
    func directory() async throws {
        let error = await #expect(throws: InvalidSetting.self) {
            try await withTemporaryDirectory { directory in
                try await ServiceOptions.parse(["--env-file", directory.path]).settings(adding: [:])
            }
        }
        #expect(error?.variable == "--env-file")
    }

    @Test("A word that the service does not know as an option is refused")
    func unknownOption() {
        #expect(throws: (any Error).self) { try ServiceOptions.parse(["--prot", "80"]) }
    }
}
