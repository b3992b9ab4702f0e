//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is to be so: "Results appears", "the spinner is gone", "Gift wrap is checked", "the title is Home".
enum ConditionGrammar {
    private static let dialogs: Set<String> = [
        "asked", "prompted", "you are asked", "you're asked", "the page asks", "it asks", "asked to confirm",
        "a dialog appears", "a dialog opens", "the dialog appears", "a confirmation appears", "a prompt appears",
        "an alert appears", "the browser asks", "asked for confirmation", "prompted for confirmation",
        "a dialog pops up", "a confirmation dialog appears", "the confirmation appears", "an alert pops up",
        "a popup asks", "the alert appears", "the prompt appears", "you get asked", "you are prompted",
        "a confirm dialog appears", "an alert is shown", "a dialog shows up", "asked if you are sure",
        "asked whether you are sure", "a confirm appears", "the confirm dialog appears",
    ]

    /// Whether a phrase is about the page's asking something: "asked", "prompted for your name".
    static func isAboutDialog(_ phrase: Phrase) -> Bool {
        if dialogs.contains(phrase.key) { return true }
        let first = phrase.first?.key
        return first == "asked" || first == "prompted" || phrase.hasPrefix("you", "are", "asked")
            || phrase.hasPrefix("it", "asks")
            || phrase.hasPrefix("you're", "asked") || phrase.hasPrefix("the", "page", "asks")
            || phrase.hasPrefix("the", "site", "asks")
    }

    private static let loaded: Set<String> = [
        "the page has loaded", "the page is loaded", "the page loads", "page to load", "the page to load", "page loads",
        "it has loaded", "it loads", "it to load", "it is loaded", "the page is ready", "everything has loaded",
        "the page has finished loading", "the page finishes loading", "page has loaded", "page is loaded",
        "the site has loaded", "the site loads", "everything to load", "the page to be ready", "the new page to load",
        "the next page to load", "the next page loads", "the results have loaded", "loaded", "the page",
        "the page to finish loading", "the page opens", "the page is open", "it's loaded", "it opens",
        "the site is open",
        "you are logged in", "you're logged in", "logged in", "you are in", "you're in", "you have done that", "done",
        "you are done", "the new page has loaded", "that", "this", "that has loaded", "that is done", "that's done",
        "everything is loaded", "the form is filled", "the form is filled in", "signed in", "you are signed in",
        "the website loads",
        "the website has loaded", "it's open", "it is open", "the results load", "finished", "you have finished",
        "the results to load", "the results are loaded", "typing", "you have typed it", "you've done that",
        "filling it in",
    ]

    private static let appearing: PhraseEndings = [
        "to appear", "to be visible", "to be shown", "to show up", "to show", "to load", "appears", "is visible",
        "is shown", "is displayed", "shows up", "shows", "on the page", "is there", "are shown", "are visible",
        "are displayed", "appear", "exists", "is present", "is on the page", "are on the page", "to be displayed",
        "to come up", "comes up", "pops up", "to pop up", "has appeared", "have appeared", "is on the screen",
        "has loaded", "have loaded", "is loaded", "loads", "to be there", "exist", "can be seen", "to be present",
        "opens", "to open",
        "becomes visible", "to become visible", "should be visible", "should be shown", "should appear",
        "must be visible",
        "should be displayed", "should be there", "is available", "to be available", "show up", "is listed",
        "are listed", "should show up",
        "should exist", "should be present", "should be on the page", "is found", "there", "is now visible",
        "is now shown",
    ]

    private static let vanishing: PhraseEndings = [
        "to disappear", "disappears", "is gone", "to be gone", "has disappeared", "vanishes", "to vanish", "goes away",
        "to go away", "is hidden", "to be hidden", "is not visible", "is not shown", "is no longer visible",
        "is not there", "does not appear", "doesn't appear", "is not displayed", "is no longer there", "isn't visible",
        "isn't shown", "is no longer shown", "are gone", "has gone", "to close", "closes", "has closed", "is closed",
        "isn't there", "is not on the page", "is not present", "does not exist", "doesn't exist", "has vanished",
        "are not shown",
        "should not be visible", "should be gone", "should not appear", "should be hidden", "are not visible",
        "is removed",
        "is no longer on the page", "is no longer displayed", "should not be shown", "has been removed",
        "should disappear",
        "finishes", "to finish", "is finished", "is over", "has finished", "stops", "to stop", "is done",
    ]

    private static let states: [(PhraseEndings, @Sendable (Target) -> Condition)] = [
        (
            [
                "is enabled", "to be enabled", "becomes enabled", "to become enabled", "is clickable", "can be clicked",
                "is active", "to be clickable", "to become clickable", "should be enabled", "is no longer disabled",
            ], { Condition(.enabled($0)) }
        ),
        (
            [
                "is disabled", "to be disabled", "becomes disabled", "is not enabled", "is greyed out",
                "cannot be clicked", "is grayed out", "should be disabled",
            ], { Condition(.enabled($0), isNegated: true) }
        ),
        (
            [
                "is checked", "is ticked", "is selected", "is turned on", "is on", "to be checked", "is enabled",
                "are checked", "are selected", "is chosen", "should be checked", "should be selected",
                "is marked as done", "is completed", "is done",
            ], { Condition(.checked($0)) }
        ),
        (
            [
                "is unchecked", "is not checked", "is unticked", "is not selected", "is turned off", "is off",
                "isn't checked", "are unchecked", "are not checked", "is not ticked", "isn't selected",
                "should be unchecked", "should not be checked",
            ], { Condition(.checked($0), isNegated: true) }
        ),
        (["is expanded", "is unfolded"], { Condition(.expanded($0)) }),
        (["is collapsed", "is folded"], { Condition(.expanded($0), isNegated: true) }),
    ]

    private static let sayings: Set<String> = [
        "says", "shows", "contains", "is", "reads", "equals", "has", "displays", "holds", "say", "contain", "show",
        "includes", "are", "include", "matches", "be", "starts", "becomes",
    ]

    static func condition(_ phrase: Phrase) throws(NotUnderstood) -> Condition {
        if let condition = claim(phrase) { return condition }
        guard !phrase.trimmed.isEmpty else { throw .missing("what must be so") }
        return Condition(.shows(text(phrase)))
    }

    /// A claim that is put so that it can only be one; `nil` for words that merely name something.
    static func claim(_ phrase: Phrase) -> Condition? {
        let words = phrase.trimmed
        if loaded.contains(words.key) { return Condition(.loaded) }
        if [
            "download", "the download", "the download to finish", "the file", "the download to complete",
            "the file to download", "the download is finished", "the download has finished", "the download is complete",
        ].contains(words.key) {
            return Condition(.downloaded)
        }
        if let page = aboutPage(words) { return page }
        for (endings, make) in states {
            if let head = endings.head(of: words) { return make(TargetGrammar.target(head)) }
        }
        if let head = vanishing.head(of: words) { return Condition(.shows(text(head)), isNegated: true) }
        if let head = appearing.head(of: words) { return Condition(.shows(text(head))) }
        return saying(words)
    }

    private static func aboutPage(_ words: Phrase) -> Condition? {
        // "there are 3 rows", "there is a Save button", "there is no Delete button"
        for opening in [
            ["there", "is"], ["there", "are"], ["there", "should", "be"], ["you", "see"], ["you", "can", "see"],
            ["i", "see"], ["you", "find"], ["we", "see"], ["i", "can", "see"], ["you", "should", "see"],
        ]
        where words.starts(with: opening) && words.count > opening.count {
            var rest = words.dropFirst(opening.count)
            if ["exactly", "now", "only"].contains(rest.first?.key), rest.count > 1 { rest = rest.dropFirst() }
            if let first = rest.first, let number = Ordinals.number(first.key), first.kind == .word, rest.count > 1 {
                let things = rest.dropFirst()
                return Condition(.count(QueryGrammar.count(things), number))
            }
            if ["no", "not"].contains(rest.first?.key), rest.count > 1 {
                return Condition(.shows(text(rest.dropFirst())), isNegated: true)
            }
            return Condition(.shows(text(rest)))
        }
        for subject in [
            ["the", "page", "title"], ["the", "title", "of", "the", "page"], ["the", "title"], ["page", "title"],
        ] where words.starts(with: subject) {
            if let said = words.dropFirst(subject.count).saidText {
                return Condition(.title(said.text), isNegated: said.isNegated)
            }
        }
        for subject in [
            ["the", "url"], ["the", "address"], ["url"], ["the", "page", "url"], ["the", "current", "url"],
            ["the", "page", "address"],
        ] where words.starts(with: subject) {
            if let said = words.dropFirst(subject.count).saidText {
                return Condition(.address(said.text), isNegated: said.isNegated)
            }
        }
        for subject in [
            ["the", "page"], ["page"], ["it"], ["this", "page"], ["the", "site"], ["the", "screen"],
            ["the", "results"], ["the", "next", "page"],
        ] where words.starts(with: subject) {
            if let said = words.dropFirst(subject.count).saidText, said.verb != "is" {
                return Condition(.shows(text(said.phrase)), isNegated: said.isNegated)
            }
        }
        if words.hasPrefix("you", "are", "on") || words.hasPrefix("we", "are", "on") || words.hasPrefix("i", "am", "on")
        {
            let place = words.dropFirst(3).withoutArticle
            guard !place.isEmpty else { return nil }
            if let first = place.first, AddressGrammar.isAddress(first) { return Condition(.address(first.text)) }
            let name = place.last?.key == "page" && place.count > 1 ? place.dropLast() : place
            return Condition(.shows(text(name)))
        }
        return nil
    }

    /// "The total is $12", "the Email field contains x".
    private static func saying(_ words: Phrase) -> Condition? {
        let inner = words.tokens.indices.dropFirst().dropLast()
        guard
            let place = inner.first(where: {
                sayings.contains(words.tokens[$0].key)
                    || ["does", "doesn't", "should", "isn't", "must"].contains(words.tokens[$0].key)
            })
        else { return nil }
        let head = Phrase(words.tokens[..<place])
        guard let said = Phrase(words.tokens[place...]).saidText else { return nil }
        return Condition(.holds(QueryGrammar.query(head), said.text), isNegated: said.isNegated)
    }

    /// What is to be seen: "the text Results" is about "Results".
    static func text(_ phrase: Phrase) -> Target {
        var words = phrase.trimmed
        for opening in [
            ["the", "text"], ["text"], ["the", "word"], ["the", "words"], ["a", "message", "saying"],
            ["the", "message"], ["a", "text", "saying"], ["the", "phrase"], ["a", "message", "that", "says"],
            ["the", "message", "saying"],
        ]
        where words.starts(with: opening) && words.count > opening.count { words = words.dropFirst(opening.count) }
        return TargetGrammar.target(words)
    }
}

/// Fixed endings of a phrase.
struct PhraseEndings: ExpressibleByArrayLiteral, Sendable {
    private let byLast: [String: [[String]]]

    init(arrayLiteral endings: String...) {
        let lists = endings.map { $0.split(separator: " ").map(String.init) }.sorted { $0.count > $1.count }
        byLast = Dictionary(grouping: lists) { $0.last ?? "" }
    }

    /// What stands before one of the endings.
    func head(of phrase: Phrase) -> Phrase? {
        guard let last = phrase.last, last.kind != .quoted, let lists = byLast[last.key] else { return nil }
        return lists.first { phrase.count > $0.count && phrase.ends(with: $0) }.map {
            phrase.dropLast($0.count).trimmed
        }
    }
}

extension Phrase {
    /// "is x", "should contain x", "does not say x": the verb, what follows it, and whether it is denied.
    fileprivate var saidText: (verb: String, phrase: Phrase, text: String, isNegated: Bool)? {
        var rest = self
        var isNegated = false
        while let first = rest.first,
            ["does", "should", "must", "now", "doesn't", "not", "to", "still", "also", "will"].contains(first.key)
        {
            if ["not", "doesn't"].contains(first.key) { isNegated = true }
            rest = rest.dropFirst()
        }
        guard let verb = rest.first,
            [
                "says", "shows", "contains", "is", "reads", "equals", "has", "displays", "holds", "say", "contain",
                "show", "read", "equal", "have", "display", "be", "includes", "include", "are", "isn't", "matches",
                "starts", "becomes", "become",
            ].contains(verb.key)
        else { return nil }
        if verb.key == "isn't" { isNegated = true }
        rest = rest.dropFirst()
        while let first = rest.first,
            ["not", "now", "equal", "to", "with", "still", "the", "text", "exactly", "a", "set", "no", "showing"]
                .contains(first.key), rest.count > 1
        {
            if ["not", "no"].contains(first.key) { isNegated = true }
            rest = rest.dropFirst()
        }
        guard !rest.isEmpty else { return nil }
        return (verb.key, rest.trimmed, rest.trimmed.text, isNegated)
    }
}
