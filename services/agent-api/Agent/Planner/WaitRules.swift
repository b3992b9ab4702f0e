//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

extension InstructionParser {
    /// Waiting and making sure.
    static let waitRules: [Rule] = [
        Rule(openings: ["wait for", "wait until", "wait till", "wait"]) { (parser, rest) throws(NotUnderstood) in
            if let time = try parser.duration(rest) { return [.pause(time)] }
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say how long or what for") }
            return [.waitForText(parser.shownText(rest))]
        },
        Rule(openings: [
            "make sure that", "make sure", "verify that", "verify", "ensure that", "ensure", "assert that", "assert",
            "expect",
        ]) {
            (parser, rest) throws(NotUnderstood) in [try parser.expectation(rest)]
        },
    ]

    /// "2 seconds", "500 ms", "a minute"; `nil` when it is no time.
    private func duration(_ text: Substring) throws(NotUnderstood) -> Duration? {
        var words = text.lowercased().split(separator: " ").map(String.init)
        // "2s", "500ms"
        if words.count == 1, let only = words.first {
            let number = only.prefix { $0.isNumber || $0 == "." }
            if !number.isEmpty, number.count < only.count {
                words = [String(number), String(only.dropFirst(number.count))]
            }
        }
        guard words.count == 2, let number = ["a": 1, "an": 1, "one": 1][words[0]] ?? Double(words[0]) else {
            return nil
        }
        let units: [String: Double] = [
            "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1,
            "seconds": 1, "min": 60,
            "minute": 60, "minutes": 60,
        ]
        guard let unit = units[words[1]] else { return nil }
        guard number >= 0, number * unit <= 600 else {
            throw NotUnderstood(reason: "waits too long; at most 10 minutes are allowed")
        }
        return .milliseconds(Int64(number * unit * 1000))
    }

    /// The text that is to be seen: "the text Results to appear" is about "Results".
    private func shownText(_ rest: Substring) -> String {
        if text.isQuotation(rest) { return argument(rest) }
        var words = rest.trimmed
        for ending in [
            " to appear", " to be visible", " to be shown", " to show up", " to show", " to load", " appears",
            " is visible", " is shown",
            " is displayed", " shows up", " on the page", " is there",
        ] {
            if words.lowercased().hasSuffix(ending), words.count > ending.count {
                words = String(words.dropLast(ending.count))
            }
        }
        for opening in ["the text ", "text ", "the word ", "the words "] {
            if let rest = words[...].dropPrefix(opening), !rest.isEmpty { words = String(rest) }
        }
        return argument(words)
    }

    func expectation(_ rest: Substring) throws(NotUnderstood) -> Instruction.Action {
        var rest = rest
        for opening in [
            "the page shows", "the page says", "the page contains", "the page has", "page shows", "page says",
            "page contains", "it shows",
            "it says", "it contains", "you see", "there is", "i see", "i am", "the text", "text",
        ] {
            if let after = Self.rest(of: rest, after: opening), !after.isEmpty { rest = after }
        }
        guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what the page is to show") }
        return .expectText(shownText(rest))
    }
}
