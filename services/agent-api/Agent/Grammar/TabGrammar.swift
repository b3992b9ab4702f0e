//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Which tab is meant.
enum TabGrammar {
    /// A tab of the browser, when the words are about one for certain.
    static func browserTab(_ phrase: Phrase) -> Instruction.TabChoice? {
        switch phrase.withoutArticle.key {
        case "tab", "current tab", "browser tab", "page", "current page", "window", "browser window", "current window":
            .current
        case "new tab", "newest tab", "newly opened tab", "opened tab", "new window": .newest
        case "other tab", "previous tab": .previous
        default: choice(phrase).flatMap { if case .named = $0 { nil } else { $0 } }
        }
    }

    /// A tab of the browser or of the page; `nil` when the words are about no tab.
    static func choice(_ phrase: Phrase) -> Instruction.TabChoice? {
        let words = phrase.withoutArticle
        switch words.key {
        case "new tab", "newest tab", "newly opened tab", "tab that opened", "tab that was opened",
            "tab that just opened", "new window", "opened tab", "new browser tab", "tab which opened":
            return .newest
        case "previous tab", "original tab", "other tab", "tab before", "old tab", "other browser tab", "main tab",
            "previous browser tab":
            return .previous
        default: break
        }
        if let (position, length) = Ordinals.position(at: words), words.count > length {
            let rest = words.dropFirst(length)
            if ["tab", "browser tab"].contains(rest.key) { return .position(position) }
        }
        if words.count == 2, words.first?.key == "tab", let number = Ordinals.number(words[1]?.key ?? ""), number > 0 {
            return .position(number - 1)
        }
        if words.count == 3, words.hasPrefix("tab", "number"), let number = Ordinals.number(words[2]?.key ?? ""),
            number > 0
        {
            return .position(number - 1)
        }
        for opening in [
            ["tab", "with", "the", "title"], ["tab", "titled"], ["tab", "called"], ["tab", "named"],
            ["tab", "with", "title"], ["tab"],
        ]
        where words.starts(with: opening) && words.count > opening.count {
            return .named(Target(ElementDescription(name: words.dropFirst(opening.count).text, role: .tab)))
        }
        if words.count > 1, words.last?.key == "tab" {
            var name = words.dropLast()
            if name.last?.key == "browser", name.count > 1 { name = name.dropLast() }
            return .named(Target(ElementDescription(name: name.text, isQuoted: name.isQuotation, role: .tab)))
        }
        return nil
    }
}
