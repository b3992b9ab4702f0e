//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

extension InstructionParser {
    /// Clicking and pressing.
    static let clickRules: [Rule] = [
        Rule(openings: ["click on", "click", "tap on", "tap", "follow"]) { (parser, rest) throws(NotUnderstood) in
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to click") }
            return [.click(parser.locator(.click, rest))]
        },
        Rule(openings: ["press", "hit", "push"]) { (parser, rest) throws(NotUnderstood) in
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say which key or button") }
            var words = rest.split(separator: " ").map(String.init)
            if words.count > 1, words.first?.lowercased() == "the" { words.removeFirst() }
            if words.count > 1, words.last?.lowercased() == "key" { words.removeLast() }
            let key = parser.argument(words.joined(separator: " "))
            if Page.knowsKey(key), !parser.text.isQuotation(rest) { return [.press(key)] }
            return [.click(parser.locator(.click, rest))]
        },
        Rule(openings: ["submit"]) { (_, rest) throws(NotUnderstood) in
            ["", "the form", "form", "it"].contains(rest.lowercased()) ? [.press("Enter")] : nil
        },
    ]
}
