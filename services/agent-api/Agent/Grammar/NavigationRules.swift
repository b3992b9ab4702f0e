//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Opening pages, moving in the history, searching, scrolling and tabs.
extension StepParser {
    private static let placeWords: Set<String> = [
        "the", "site", "website", "page", "url", "address", "homepage", "at", "webpage", "a", "this", "link", "web",
        "of",
        "home",
    ]

    func navigating(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to open") }
        var rest = rest
        var isNewTab = false
        for ending in [
            ["in", "a", "new", "tab"], ["in", "another", "tab"], ["in", "new", "tab"], ["in", "a", "second", "tab"],
        ]
        where rest.ends(with: ending) && rest.count > ending.count {
            rest = rest.dropLast(ending.count)
            isNewTab = true
        }
        let named = rest.tokens.filter { $0.kind == .quoted || !Self.placeWords.contains($0.key) }
        if let first = named.first, AddressGrammar.isAddress(first) {
            guard named.count == 1 else {
                // "google.com and look up cats" is two steps, but "google.com the second" is none.
                throw NotUnderstood(
                    reason:
                        "is not understood from \"\(Phrase(named.dropFirst()).text)\" on; understood are: \(InstructionPlanner.vocabulary)"
                )
            }
            return [isNewTab ? .openTab(first.text) : .navigate(first.text)]
        }
        guard !isNewTab else { throw .missing("which address to open in a new tab") }
        if let until = UntilGrammar.split(rest) { return [.reveal(.expand, until: placed(until.target))] }
        let plain = rest.withoutArticle
        switch plain.key {
        case "previous page", "last page", "page before", "page i came from": return [.history(-1)]
        case "top", "top of page", "top of the page", "beginning of the page": return [.scroll(.top, times: 1, in: nil)]
        case "bottom", "end", "bottom of the page", "end of the page": return [.scroll(.bottom, times: 1, in: nil)]
        case "new tab": throw .missing("which address to open in a new tab")
        default: break
        }
        if let tab = TabGrammar.choice(rest) { return [.showTab(tab)] }
        if let kind = Nouns.role(atEndOf: plain), kind.role == .section,
            ["open", "open up", "go into"].contains(opening.key)
        {
            return [.setExpanded(placed(TargetGrammar.target(rest)), true)]
        }
        // No address: then something on the page by its name, as in "open Settings" and "go to the login page".
        if let last = plain.last, ["page", "site", "view", "screen"].contains(last.key), plain.count > 1 {
            var target = TargetGrammar.target(plain.dropLast())
            target.meanings = TargetGrammar.target(plain).meanings + target.meanings
            return [.click(TargetList(placed(target)))]
        }
        let targets = PathGrammar.steps(rest).map {
            Instruction.Action.click(TargetList(placed(TargetGrammar.target($0))))
        }
        return targets
    }

    func goingBack(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { return [.history(-1)] }
        if let (times, left) = Ordinals.times(atEndOf: rest), left.isEmpty { return [.history(-times)] }
        if let word = rest.first, let number = Ordinals.number(word.key),
            ["page", "pages", "step", "steps"].contains(rest[1]?.key)
        {
            return [.history(-number)]
        }
        guard rest.first?.key == "to" else { throw .unknown }
        let place = rest.dropFirst()
        if ["page", "one", "site"].contains(place.last?.key),
            ["previous", "last", "first", "original", "search", "list", "earlier"].contains(
                place.withoutArticle.first?.key
            ),
            place.withoutArticle.count == 2
        {
            return [.history(-1)]
        }
        if ["results", "list", "search results", "overview", "previous page", "where you were"].contains(
            place.withoutArticle.key
        ) {
            return [.history(-1)]
        }
        return try navigating(place, rest.prefix(1))
    }

    func reloading(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard ["", "page", "tab", "site", "browser", "it", "website"].contains(rest.withoutArticle.key) else {
            throw .unknown
        }
        return [.reload]
    }

    private static let nowhere: Set<String> = [
        "the web", "the internet", "the page", "the site", "this site", "here", "it", "this page",
    ]

    func searching(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        var rest = rest
        if rest.first?.key == "for" { rest = rest.dropFirst() }
        guard !rest.isEmpty else { throw .missing("what to search for") }
        // "search google.com for cats"
        if let (place, what) = rest.split(atLast: ["for"]) {
            let named = place.withoutArticle
            if named.count == 1, let only = named.first, AddressGrammar.isAddress(only) {
                return [.navigate(only.text), .search(what.text)]
            }
            if Self.nowhere.contains(place.key) { return [.search(what.text)] }
        }
        // "search for cats on google.com", "… in the search box"
        if let (what, place) = rest.split(atLast: ["on", "at", "in", "using", "with", "via"]) {
            let named = place.withoutArticle
            if named.count == 1, let only = named.first, AddressGrammar.isAddress(only) {
                return [.navigate(only.text), .search(what.text)]
            }
            let isField = Nouns.role(atEndOf: place)?.role == .field || ["search", "the search"].contains(place.key)
            if isField || Self.nowhere.contains(place.key) { return [.search(what.text)] }
        }
        return [.search(rest.text)]
    }

    func scrolling(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        var rest = rest
        if opening.key == "page down" || opening.key == "page up" {
            return [.scroll(opening.key == "page down" ? .down : .up, times: 1, in: nil)]
        }
        if let until = UntilGrammar.split(rest) { return [.reveal(.scroll, until: placed(until.target))] }
        if rest.ends(with: ["into", "view"]) { return [.scrollTo(placed(TargetGrammar.target(rest.dropLast(2))))] }
        var times = 1
        if let (number, left) = Ordinals.times(atEndOf: rest) { (times, rest) = (min(number, 100), left) }
        var direction: ScrollDirection?
        if let first = rest.first, let known = ScrollDirection(rawValue: first.key), known != .top, known != .bottom {
            direction = known
            rest = rest.dropFirst()
        }
        let ignored: Set<String> = [
            "a", "bit", "by", "one", "little", "some", "further", "more", "page", "the", "window", "screen", "again",
            "all", "way", "once", "on", "this", "of", "completely", "down", "back", "up",
        ]
        guard let first = rest.first(where: { !ignored.contains($0.key) }) else {
            return [.scroll(direction ?? .down, times: times, in: nil)]
        }
        if let number = Ordinals.number(first.key),
            rest.contains(where: { ["pages", "screens", "times", "page"].contains($0.key) })
        {
            return [.scroll(direction ?? .down, times: min(max(number, 1), 100), in: nil)]
        }
        if let place = rest.place(of: "to") {
            let goal = rest.dropFirst(place + 1).withoutArticle
            let end: ScrollDirection? =
                switch goal.first?.key {
                case "bottom", "end": .bottom
                case "top", "beginning", "start": .top
                default: nil
                }
            if let end, goal.count == 1 || goal[1]?.key == "of" || goal[1]?.key == "again" {
                let part = goal.dropFirst(2).withoutArticle
                let isPage =
                    part.isEmpty || ["page", "site", "window", "document", "screen", "website"].contains(part.key)
                let within = rest.prefix(place).withoutArticle
                let isAll = within.isEmpty || within.tokens.allSatisfy { ignored.contains($0.key) }
                let container = !isPage ? part : isAll ? nil : within
                return [.scroll(end, times: times, in: container.map(TargetGrammar.target))]
            }
            guard !goal.isEmpty, place == 0 || direction != nil else { throw Self.noDirection }
            return [.scrollTo(placed(TargetGrammar.target(goal)))]
        }
        // "scroll the list down", "scroll down in the list"
        if let last = rest.last, direction == nil, let known = ScrollDirection(rawValue: last.key), rest.count > 1 {
            return [.scroll(known, times: times, in: TargetGrammar.target(rest.dropLast()))]
        }
        if direction != nil, ["in", "inside", "within"].contains(rest.first?.key), rest.count > 1 {
            return [.scroll(direction ?? .down, times: times, in: TargetGrammar.target(rest.dropFirst()))]
        }
        throw Self.noDirection
    }

    private static var noDirection: NotUnderstood {
        .missing(
            "where to; expected scroll up, down, left, right, to the top, to the bottom or to something on the page"
        )
    }

    func switching(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        if let until = UntilGrammar.split(rest) {
            let isPages = rest.contains(where: { $0.key == "pages" })
            return [.reveal(isPages ? .pages : .tabs, until: placed(until.target))]
        }
        guard !rest.isEmpty, opening.key != "switch between", opening.key != "go through" else {
            throw .missing("which tab to go to, or what to look for")
        }
        if let address = rest.withoutArticle.first, rest.withoutArticle.count == 1, AddressGrammar.isAddress(address),
            address.kind == .word
        {
            return [.showTab(.named(TargetGrammar.target(rest)))]
        }
        if let tab = TabGrammar.choice(rest) { return [.showTab(tab)] }
        return [.click(TargetList(placed(TargetGrammar.target(rest))))]
    }
}
