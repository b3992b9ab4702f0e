//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

extension InstructionParser {
    /// Reading from the page.
    static let readingRules: [Rule] = [
        Rule(
            openings: [
                "read out", "read", "extract", "get", "tell me", "report", "return", "show me", "print", "what is",
                "what's", "find", "copy",
            ]
        ) { (parser, rest) throws(NotUnderstood) in
            guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to read") }
            return [.read(parser.reading(rest))]
        }
    ]

    private func reading(_ rest: Substring) -> Instruction.Reading {
        if text.isQuotation(rest) { return .element(Locator(.read, argument(rest))) }
        var words = rest.lowercased().split { $0.isWhitespace || $0 == "?" }.map(String.init)
        let ignored: Set<String> = [
            "the", "of", "what", "is", "page", "page's", "this", "current", "text", "me", "on", "out", "main", "all",
        ]
        words.removeAll { ignored.contains($0) }
        switch words {
        case ["title"]: return .title
        case ["url"], ["address"], ["link"]: return .address
        case [], ["content"], ["contents"], ["everything"]: return .page
        case ["first", "result"], ["top", "result"], ["first", "search", "result"]: return .firstResult
        case ["heading"], ["headline"]: return .heading
        default: return .element(locator(.read, rest))
        }
    }
}
