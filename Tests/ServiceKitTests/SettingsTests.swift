//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import Testing

@testable import ServiceKit

@Suite("Settings")
struct SettingsTests {
    @Test("A variable that is not set, or empty, or blank, has its default", arguments: [nil, "", "  ", "\t\n"])
    func unset(value: String?) throws {
        var settings = Settings(value.map { ["X": $0] } ?? [:])
        #expect(settings.text("X", default: "d") == "d")
        #expect(settings.optionalText("X") == nil)
        #expect(try settings.integer("X", in: 1...9, default: 3) == 3)
        #expect(try settings.number("X", in: 0...1, default: 0.5) == 0.5)
        #expect(try settings.flag("X", default: true))
        #expect(try settings.choice("X", default: LogFormat.json) == .json)
        #expect(try settings.value("X", default: "d", show: { $0 }, parse: { $0 }) == "d")
    }

    @Test("White space around a value does not count")
    func trimmed() throws {
        var settings = Settings(["NAME": " a b ", "PORT": " 80\r\n"])
        #expect(settings.text("NAME", default: "") == "a b")
        #expect(try settings.integer("PORT", in: 0...99, default: 0) == 80)
    }

    @Test(
        "A whole number within its range is taken, the limits too",
        arguments: [("0", 0), ("65535", 65_535), ("0080", 80), ("+5", 5)]
    )
    func integers(text: String, number: Int) throws {
        var settings = Settings(["PORT": text])
        #expect(try settings.integer("PORT", in: 0...65_535, default: 1) == number)
    }

    @Test(
        "Any other is refused with the variable, the value and what is allowed",
        arguments: ["abc", "-1", "65536", "80.0", "1e3", "0x50", "8 0", "٨٠", "99999999999999999999"]
    )
    func badIntegers(text: String) {
        var settings = Settings(["PORT": text])
        let error = #expect(throws: InvalidSetting.self) {
            try settings.integer("PORT", in: 0...65_535, default: 1)
        }
        #expect(
            error?.description == "PORT=\(text) makes no sense; allowed: a whole number from 0 to 65535"
        )
        #expect(error == InvalidSetting(variable: "PORT", value: text, allowed: "a whole number from 0 to 65535"))
    }

    @Test("Numbers may have fractions, and are finite and within their range")
    func numbers() throws {
        for (text, number) in [("0.5", 0.5), ("10", 10), ("0", 0), ("1e1", 10)] {
            var settings = Settings(["RATE": text])
            #expect(try settings.number("RATE", in: 0...10, default: 1) == number)
        }
        for text in ["nan", "inf", "-0.1", "10.01", "fast", "1,5"] {
            var settings = Settings(["RATE": text])
            let error = #expect(throws: InvalidSetting.self) { try settings.number("RATE", in: 0...10, default: 1) }
            #expect(error?.description == "RATE=\(text) makes no sense; allowed: a number from 0.0 to 10.0")
        }
    }

    @Test("Yes and no have a few words each, in any case")
    func flags() throws {
        for (words, meaning) in [(["1", "true", "TRUE", "Yes", "on"], true), (["0", "false", "No", "OFF"], false)] {
            for word in words {
                var settings = Settings(["F": word])
                #expect(try settings.flag("F", default: !meaning) == meaning, "\(word)")
            }
        }
        var settings = Settings(["F": "maybe"])
        let error = #expect(throws: InvalidSetting.self) { try settings.flag("F", default: true) }
        #expect(error?.description == "F=maybe makes no sense; allowed: 1, true, yes, on, or 0, false, no, off")
    }

    @Test("One of a few words is taken in any case, another is refused with all of them")
    func choices() throws {
        var settings = Settings(["LOG_FORMAT": "JSON", "LOG_LEVEL": "loud"])
        #expect(try settings.choice("LOG_FORMAT", default: LogFormat.text) == .json)
        let error = #expect(throws: InvalidSetting.self) {
            try settings.choice("LOG_LEVEL", default: Logger.Level.info)
        }
        #expect(
            error?.description
                == "LOG_LEVEL=loud makes no sense; allowed: trace, debug, info, notice, warning, error, critical"
        )
    }

    @Test("A value with a form of its own is refused with its parser's reason and without itself")
    func forms() {
        struct Reason: Error, CustomStringConvertible { let description = "it is too short" }
        var settings = Settings(["KEY": "hunter2"])
        let error = #expect(throws: InvalidSetting.self) {
            try settings.value("KEY", default: "", show: { $0 }, parse: { _ -> String in throw Reason() })
        }
        #expect(error?.description == "KEY makes no sense: it is too short")
    }

    @Test("The message is one line, whatever the value holds")
    func oneLine() {
        var settings = Settings(["PORT": "80\nroot logged in\u{1B}[2J\r\u{85}\u{2028}x"])
        let error = #expect(throws: InvalidSetting.self) { try settings.integer("PORT", in: 0...99, default: 0) }
        #expect(
            error?.description
                == "PORT=80 root logged in [2J   x makes no sense; allowed: a whole number from 0 to 99"
        )
    }

    @Test("What is in force is remembered in the order in which it was read, secrets masked")
    func effective() throws {
        var settings = Settings(["TOKEN": "hunter2", "PORT": "0080", "URL": "redis://:hunter2@h"])
        _ = settings.optionalText("TOKEN", isSecret: true)
        _ = settings.optionalText("NONE", isSecret: true)
        _ = settings.optionalText("OTHER")
        _ = try settings.integer("PORT", in: 0...99, default: 1)
        _ = try settings.flag("ON", default: true)
        _ = try settings.value("URL", default: "", show: { _ in "redis://***" }, parse: { $0 })
        _ = settings.text("NAME", default: "n")
        let lines = settings.effective.map { "\($0.variable)=\($0.value)" }
        #expect(
            lines == [
                "TOKEN=***", "NONE=(none)", "OTHER=(none)", "PORT=80", "ON=true", "URL=redis://***", "NAME=n",
            ]
        )
    }
}
