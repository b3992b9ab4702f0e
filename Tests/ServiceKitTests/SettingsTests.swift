//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import ProgramSettings
import Testing

@testable import ServiceKit

@Suite("Settings")
struct SettingsTests {
    private static let port = Setting.integer("PORT", "The port.", in: 0...65_535, default: 8000)
    private static let rate = Setting.number("RATE", "How fast.", in: 0...10, default: 0.5)
    private static let isOn = Setting.flag("ON", "Whether.", default: true)
    private static let format = Setting<LogFormat>.choice("FORMAT", "How.", default: .json)
    private static let name = Setting.text("NAME", "Who.", default: "n")

    @Test("A variable that is not set, or empty, or blank, has its default", arguments: [nil, "", "  ", "\t\n"])
    func unset(text: String?) throws {
        #expect(try Self.port.value(of: text) == 8000)
        #expect(try Self.rate.value(of: text) == 0.5)
        #expect(try Self.isOn.value(of: text))
        #expect(try Self.format.value(of: text) == .json)
        #expect(try Self.name.value(of: text) == "n")
        #expect(try Setting.text("X", "").value(of: text) == nil)
        #expect(try Setting<Bool?>.flag("X", "", without: "1 sometimes").value(of: text) == nil)
    }

    @Test("White space around a value is ignored")
    func trimmed() throws {
        #expect(try Self.name.value(of: " a b ") == "a b")
        #expect(try Self.port.value(of: " 80\r\n") == 80)
    }

    @Test(
        "A whole number within its range is accepted, including the limits",
        arguments: [("0", 0), ("65535", 65_535), ("0080", 80), ("+5", 5)]
    )
    func integers(text: String, number: Int) throws {
        #expect(try Self.port.value(of: text) == number)
    }

    @Test(
        "Any other is rejected with the variable, the value and what is allowed",
        arguments: ["abc", "-1", "65536", "80.0", "1e3", "0x50", "8 0", "٨٠", "99999999999999999999"]
    )
    func badIntegers(text: String) {
        let error = #expect(throws: InvalidSetting.self) { try Self.port.value(of: text) }
        #expect(error?.description == "PORT=\(text): must be a whole number from 0 to 65535")
    }

    @Test("Numbers may have fractions, and must be finite and within their range")
    func numbers() throws {
        for (text, number) in [("0.5", 0.5), ("10", 10), ("0", 0), ("1e1", 10)] {
            #expect(try Self.rate.value(of: text) == number)
        }
        for text in ["nan", "inf", "-0.1", "10.01", "fast", "1,5"] {
            let error = #expect(throws: InvalidSetting.self) { try Self.rate.value(of: text) }
            #expect(error?.description == "RATE=\(text): must be a number from 0 to 10")
        }
    }

    @Test("Yes and no can be written as several words, in any case")
    func flags() throws {
        for (words, meaning) in [(["1", "true", "TRUE", "Yes", "on"], true), (["0", "false", "No", "OFF"], false)] {
            for word in words {
                #expect(try Setting.flag("F", "", default: !meaning).value(of: word) == meaning, "\(word)")
                #expect(try Setting<Bool?>.flag("F", "", without: "1 sometimes").value(of: word) == meaning, "\(word)")
            }
        }
        let error = #expect(throws: InvalidSetting.self) { try Self.isOn.value(of: "maybe") }
        #expect(error?.description == "ON=maybe: must be 1, true, yes or on, or 0, false, no or off")
    }

    @Test("One of several words is accepted in any case, another is rejected with the list")
    func choices() throws {
        #expect(try Self.format.value(of: "TEXT") == .text)
        let level = Setting<Logger.Level>.choice("LEVEL", "", default: .info, aliases: ["warn": .warning])
        #expect(try level.value(of: "Warn") == .warning)
        let error = #expect(throws: InvalidSetting.self) { try level.value(of: "loud") }
        #expect(
            error?.description == "LEVEL=loud: must be trace, debug, info, notice, warning, error or critical"
        )
    }

    @Test("A value with its own format is rejected with its parser's reason and is not shown")
    func forms() {
        struct Reason: Error, CustomStringConvertible { let description = "it is too short" }
        let key = Setting<String>.form(
            "KEY",
            "",
            default: "",
            shownAs: .none,
            show: { $0 },
            parse: { _ in throw Reason() }
        )
        let error = #expect(throws: InvalidSetting.self) { try key.value(of: "hunter2") }
        #expect(error?.description == "KEY: it is too short")
    }

    @Test("The value of a secret is never shown, even if it breaks a rule")
    func secrets() {
        let token = Setting.text("TOKEN", "", allowed: "short", default: "", where: { _ in false }).with {
            $0.isSecret = true
        }
        let error = #expect(throws: InvalidSetting.self) { try token.value(of: "hunter2") }
        #expect(error?.description == "TOKEN: must be short")
    }

    @Test("The values in force are recorded in reading order, with secrets masked")
    func effective() throws {
        var settings = Settings(["TOKEN": "hunter2", "PORT": "0080", "URL": "redis://:hunter2@h"])
        _ = try settings.read(Setting.text("TOKEN", "").with { $0.isSecret = true })
        _ = try settings.read(Setting.text("EMPTY", "").with { $0.isSecret = true })
        _ = try settings.read(Self.port)
        _ = try settings.read(Self.isOn)
        _ = try settings.read(
            Setting<String>.form("URL", "", default: "", shownAs: .none, show: { _ in "redis://***" }, parse: { $0 })
        )
        _ = try settings.read(Self.name)
        _ = try settings.read(Setting<Bool?>.flag("BLOCK", "", without: "1 sometimes"), otherwise: "1")
        let lines = settings.effective.map { "\($0.variable)=\($0.value)" }
        #expect(
            lines == ["TOKEN=***", "EMPTY=(none)", "PORT=80", "ON=1", "URL=redis://***", "NAME=n", "BLOCK=1"]
        )
    }

    @Test("The help of an option names its variable, what is allowed and the default")
    func help() {
        #expect(
            Self.port.declaration.optionHelp
                == "The port. (PORT; a whole number from 0 to 65535; default: 8000)"
        )
        #expect(
            Setting.text("FILE", "Where `it` is.", without: .words("`x` on `PATH`")).declaration.optionHelp
                == "Where it is. (FILE; default: x on PATH)"
        )
    }
}
