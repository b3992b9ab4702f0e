//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

extension InstructionParser {
    /// Opening pages, moving in the history, searching and scrolling.
    static let navigationRules: [Rule] = [
        Rule(openings: ["go back", "navigate back", "back"]) { (_, rest) throws(NotUnderstood) in
            rest.isEmpty || rest.dropPrefix("to the previous page") != nil ? [.history(-1)] : nil
        },
        Rule(openings: ["go forward"]) { (_, rest) throws(NotUnderstood) in rest.isEmpty ? [.history(1)] : nil },
        Rule(openings: ["reload", "refresh"]) { (_, rest) throws(NotUnderstood) in
            ["", "page", "the page", "this page"].contains(rest.lowercased()) ? [.reload] : nil
        },
        Rule(openings: ["scroll"]) { (_, rest) throws(NotUnderstood) in
            let ignored: Set<Substring> = ["to", "the", "of", "page", "a", "bit", "by", "one", "window"]
            let words = rest.lowercased().split(separator: " ").filter { !ignored.contains($0) }
            guard words.count <= 1, let direction = ScrollDirection(rawValue: words.first.map(String.init) ?? "down")
            else {
                throw NotUnderstood(
                    reason: "does not say where to; expected scroll up, down, left, right, to the top or to the bottom"
                )
            }
            return [.scroll(direction)]
        },
        Rule(
            openings: ["go to", "goto", "navigate to", "browse to", "head to", "visit", "open", "load"],
            read: { (parser, rest) throws(NotUnderstood) in try parser.opening(rest) }
        ),
        Rule(openings: ["search for", "search", "look for", "look up", "google"]) {
            (parser, rest) throws(NotUnderstood) in
            try parser.searching(rest)
        },
    ]

    private func opening(_ rest: Substring) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to open") }
        let quoted = text.isQuotation(rest)
        let words = rest.split(separator: " ")
        let isFiller: (Substring) -> Bool = {
            ["the", "site", "website", "page", "url", "address", "homepage", "at"].contains($0.lowercased())
        }
        let named = words.filter { !isFiller($0) }
        if named.count == 1, let only = named.first {
            let address = argument(only)
            if Address.isLikely(address) || address.hasPrefix("/") { return [.navigate(address)] }
        }
        if let first = named.first, Address.isLikely(argument(first)), !quoted {
            let more = named.dropFirst().joined(separator: " ")
            throw NotUnderstood(
                reason:
                    "is not understood from \"\(argument(more))\" on; understood are: \(InstructionPlanner.vocabulary)"
            )
        }
        // No address: then something on the page by its name, as in "open Settings" and "go to the login page".
        var target = words
        if target.count > 1, target.last.map({ ["page", "site"].contains($0.lowercased()) }) == true {
            target.removeLast()
        }
        return [.click(locator(.click, target.joined(separator: " ")))]
    }

    private func searching(_ rest: Substring) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw NotUnderstood(reason: "does not say what to search for") }
        // "search google.com for cats"
        if let (place, what) = split(rest, at: ["for"]) {
            if Address.isLikely(argument(place)) { return [.navigate(argument(place)), .search(argument(what))] }
            if ["the web", "the internet", "the page", "the site", "this site", "here"].contains(place.lowercased()) {
                return [.search(argument(what))]
            }
        }
        // "search for cats on google.com"
        if let (what, place) = split(rest, at: ["on", "at", "in"]), Address.isLikely(argument(place)) {
            return [.navigate(argument(place)), .search(argument(what))]
        }
        return [.search(argument(rest.dropPrefix("for ") ?? rest))]
    }
}
