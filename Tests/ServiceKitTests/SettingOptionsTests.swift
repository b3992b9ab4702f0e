//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Foundation
import ProgramSettings
import TestSupport
import Testing

@testable import ServiceKit

/// Names that are not real settings, which the environment might contain.
private struct TestSettings: SettingCatalogue {
    let port = Setting.integer("UNIT_PORT", "The port.", in: 0...99, default: 1)
    let name = Setting.text("UNIT_NAME", "A name.", default: "-").with { $0.formerOptions = ["unit-nmae"] }
    let path = Setting.text("PATH", "A variable that every process has.", default: "-")
    let key = Setting.text("UNIT_KEY", "A secret.").with { $0.option = nil }
    let group = TestGroup()
}

private struct TestGroup: SettingGroup {
    let letters = "ABCDEFGHI".map { Setting.text("UNIT_\($0)", "A letter.", default: "-") }
    let format = Setting<LogFormat>.choice("UNIT_FORMAT", "A form.", default: .text)
}

@Suite("Where settings come from")
struct SettingOptionsTests {
    private typealias Options = SettingOptions<TestSettings>

    private let declared = TestSettings()

    /// The settings from a command line and an environment file.
    private func settings(_ arguments: [String] = [], file contents: String?) async throws -> Settings {
        try await withTemporaryDirectory { directory in
            var arguments = arguments
            if let contents {
                try Data(contents.utf8).write(to: URL(fileURLWithPath: directory.file("test.env")))
                arguments += ["--env-file", directory.file("test.env")]
            }
            return try Options.parse(arguments).settings()
        }
    }

    @Test("Each declared setting has an option, including those in groups, except secrets")
    func options() throws {
        let options = try Options.parse(["--unit-port", "81", "--unit-format", "json", "--path=/x"])
        #expect(options.values == ["UNIT_PORT": "81", "UNIT_FORMAT": "json", "PATH": "/x"])
        #expect(try Options.parse([]).values.isEmpty)
        #expect(throws: (any Error).self) { try Options.parse(["--unit-key", "x"]) }
    }

    @Test("A former name of an option works, is not in the help, and is overridden by the current one")
    func formerNames() throws {
        #expect(try Options.parse(["--unit-nmae", "a"]).values == ["UNIT_NAME": "a"])
        #expect(try Options.parse(["--unit-name", "b", "--unit-nmae", "a"]).values == ["UNIT_NAME": "b"])
        #expect(!Options.helpMessage().contains("nmae"))
        #expect(Options.helpMessage(columns: 200).contains("The port. (UNIT_PORT; a whole number"))
    }

    @Test("The command line wins over the file")
    func commandLineOverFile() async throws {
        var settings = try await self.settings(["--unit-port", "81"], file: "UNIT_PORT=82\nUNIT_FORMAT=json\n")
        #expect(try settings.read(declared.port) == 81)
        #expect(try settings.read(declared.group.format) == .json)
        #expect(try settings.read(declared.name) == "-")
    }

    @Test("The environment wins over the file, and the command line over the environment")
    func environment() async throws {
        // Setting a variable is not safe while other tests run.
        let path = try #require(ProcessInfo.processInfo.environment["PATH"])
        var settings = try await self.settings(file: "PATH=/from/file\n")
        #expect(try settings.read(declared.path) == path)
        settings = try await self.settings(["--path", "/from/command"], file: "PATH=/from/file\n")
        #expect(try settings.read(declared.path) == "/from/command")
    }

    @Test("The file may have comments, blank lines, quotes, spaces and line ends of any system")
    func fileFormat() async throws {
        var settings = try await self.settings(
            file: "# a comment\r\n\r\nUNIT_A=1\r\n  UNIT_B = two words \r\nUNIT_C=a=b\r\nUNIT_D=\"q\"\r\nUNIT_E='s'\r\n"
                + "no assignment\r\nexport UNIT_F=x\r\nUNIT_G=1\r\nUNIT_G=2\r\nUNIT_H=\r\nUNIT_I=a#b"
        )
        var values: [String] = []
        for letter in declared.group.letters { values.append(try settings.read(letter)) }
        #expect(values == ["1", "two words", "a=b", "q", "s", "x", "2", "-", "a#b"])
    }

    @Test(
        "A comment after a value is ignored, and so is a byte order mark before the first name",
        arguments: [
            ("UNIT_A=80 # the port", "80"), ("UNIT_A=80\t#the port\r\n", "80"), ("UNIT_A=80#x", "80#x"),
            ("UNIT_A=#x", "#x"), ("UNIT_A= # nothing", "-"), ("UNIT_A=\"a # b\" # c", "a # b"),
            ("UNIT_A='a # b'#c", "a # b"), ("UNIT_A=\"a\" \"b\"", "a\" \"b"), ("UNIT_A=\"a # b", "\"a"),
            ("\u{FEFF}UNIT_A=80", "80"), ("\u{FEFF}# first\r\nUNIT_A=80\r\n", "80"),
        ]
    )
    func comments(file: String, value: String) async throws {
        var settings = try await self.settings(file: file)
        #expect(try settings.read(declared.group.letters[0]) == value)
    }

    @Test("Unknown names in the file are reported, with a suggestion for a likely misspelling")
    func misspelt() async throws {
        var settings = try await self.settings(file: "UNIT_PROT=1\nCOMPOSE_PROJECT=x\nUNIT_PORT=81\n")
        _ = try settings.read(declared.port)
        #expect(settings.warnings == ["UNIT_PROT in the .env file is not a setting; did you mean UNIT_PORT?"])
        #expect(settings.unknownNames == ["COMPOSE_PROJECT", "UNIT_PROT"])
    }

    @Test("A missing file given by --env-file prevents the start with its name")
    func missingFile() throws {
        let error = #expect(throws: InvalidSetting.self) {
            try Options.parse(["--env-file", "/nonexistent/x.env"]).settings()
        }
        #expect(error?.description.hasPrefix("--env-file=/nonexistent/x.env: must be a file") == true)
    }

    @Test("A directory is not accepted as a file")
    func directory() async throws {
        let error = await #expect(throws: InvalidSetting.self) {
            try await withTemporaryDirectory { directory in
                try Options.parse(["--env-file", directory.path]).settings()
            }
        }
        #expect(error?.variable == "--env-file")
    }

    @Test("An unknown option is rejected")
    func unknownOption() {
        #expect(throws: (any Error).self) { try Options.parse(["--prot", "80"]) }
    }
}
