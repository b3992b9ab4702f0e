//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

extension InstructionParser {
    /// Typing, checking and choosing.
    static let fieldRules: [Rule] = [
        Rule(openings: ["enter"]) { (_, rest) throws(NotUnderstood) in rest.isEmpty ? [.press("Enter")] : nil },
        Rule(openings: ["type in", "type", "enter", "write", "input", "put"]) { (parser, rest) throws(NotUnderstood) in
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to type") }
            if let (what, field) = parser.split(rest, at: ["into", "in", "to", "as", "for"]) {
                return [.fill(parser.locator(.fill, field), text: parser.argument(what))]
            }
            return [.fill(Locator(.fill), text: parser.argument(rest))]
        },
        Rule(openings: ["fill in", "fill out", "fill", "set"]) { (parser, rest) throws(NotUnderstood) in
            guard let (field, what) = parser.split(rest, at: ["with", "to", "as"]) else {
                throw NotUnderstood(reason: "does not say what to type into which field; expected fill FIELD with TEXT")
            }
            return [.fill(parser.locator(.fill, field), text: parser.argument(what))]
        },
        Rule(openings: ["clear"]) { (parser, rest) throws(NotUnderstood) in
            [.fill(parser.locator(.fill, rest), text: "")]
        },
        Rule(openings: ["check that", "check if", "check whether"]) { (parser, rest) throws(NotUnderstood) in
            [try parser.expectation(rest)]
        },
        Rule(openings: ["check", "tick"]) { (parser, rest) throws(NotUnderstood) in
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to check") }
            return [.setChecked(parser.locator(.check, rest), true)]
        },
        Rule(openings: ["uncheck", "untick"]) { (parser, rest) throws(NotUnderstood) in
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to uncheck") }
            return [.setChecked(parser.locator(.check, rest), false)]
        },
        Rule(openings: ["select", "choose", "pick"]) { (parser, rest) throws(NotUnderstood) in
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to select") }
            if let (option, list) = parser.split(rest, at: ["from", "in", "for", "as"]) {
                return [.select(option: parser.argument(option), list: parser.locator(.select, list))]
            }
            return [.select(option: parser.argument(rest), list: Locator(.select))]
        },
    ]
}
