//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

/// What a model sees in a step, written for it.
struct StateMessage: Sendable {
    var task: String
    var history: String
    /// What came of the last step's actions.
    var results: [ActionResult]
    var page: SeenPage
    /// What else it should know.
    var notes: [String]

    /// All of it.
    var text: String { text(history: history, results: resultLines, page: page.text) }

    /// As much of it as a model can read.
    ///
    /// - Parameter instructions: the tokens of what is sent beside it.
    /// - Throws: ``PromptBudget/TooSmall``.
    func text(within budget: PromptBudget, beside instructions: Int) throws(PromptBudget.TooSmall) -> String {
        let frame = text(history: "-", results: "-", page: "")
        guard
            let parts = try budget.parts(
                fixed: instructions + TokenEstimate.tokens(in: frame),
                history: TokenEstimate.tokens(in: history),
                results: TokenEstimate.tokens(in: resultLines)
            )
        else { return text }
        return text(
            history: TokenEstimate.clipped(history, to: parts.history),
            results: TokenEstimate.clipped(resultLines, to: parts.results),
            page: page.text(tokens: parts.page)
        )
    }

    private var resultLines: String {
        results.map { result in
            let line = (result.isError ? "Failed: " : "") + result.text
            return result.content.map { "\(line)\n\($0)" } ?? line
        }
        .joined(separator: "\n")
    }

    private func text(history: String, results: String, page: String) -> String {
        var parts = [Self.part("task", task)]
        if !history.isEmpty { parts.append(Self.part("history", Self.guarded(history))) }
        if !results.isEmpty { parts.append(Self.part("last_results", Self.guarded(results))) }
        parts.append(Self.part("page", Self.guarded(page)))
        parts.append(Self.part("notes", notes.map { "- \($0)" }.joined(separator: "\n")))
        return parts.joined(separator: "\n\n")
    }

    private static func part(_ name: String, _ text: String) -> String { "<\(name)>\n\(text)\n</\(name)>" }

    private static let names = ["task", "history", "last_results", "page", "notes"]

    /// A text from elsewhere, which may not end its part or begin one that is not its own, however it is written.
    static func guarded(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
        var result = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            result += rest[..<start]
            rest = rest[rest.index(after: start)...]
            let name = rest.drop { $0 == "/" || $0.isWhitespace }.prefix { $0.isLetter || $0 == "_" }.lowercased()
            result += names.contains(name) ? "‹" : "<"
        }
        return result + rest
    }
}

/// The page in a step: as it was seen, or why it could not be.
struct SeenPage: Sendable {
    enum Content: Sendable {
        case seen(PageSnapshot)
        case unseen(url: String, reason: String)
    }

    var content: Content
    /// Elements that came between two actions of the last step: new to the model, though the page has been looked at since.
    var alsoNew: Set<Int> = []

    var url: String {
        switch content {
        case .seen(let snapshot): snapshot.url
        case .unseen(let url, _): url
        }
    }

    var isSeen: Bool {
        if case .seen = content { true } else { false }
    }

    /// The elements that came since the last look.
    var newElements: [Int] {
        guard case .seen(let snapshot) = content else { return [] }
        return snapshot.elements.filter(\.isNew).map(\.index)
    }

    /// The page's title and address, for the log.
    var title: String {
        guard case .seen(let snapshot) = content, !snapshot.title.isEmpty else { return url }
        return "\(snapshot.title) (\(url))"
    }

    func element(_ index: Int) -> PageElement? {
        guard case .seen(let snapshot) = content else { return nil }
        return snapshot.elements.first { $0.index == index }
    }

    var text: String { text(characters: nil) }

    /// The most of it that has at most so many tokens, around what the window shows.
    func text(tokens: Int) -> String {
        let whole = text
        let count = TokenEstimate.tokens(in: whole)
        guard count > tokens, count > 0 else { return whole }
        var characters = whole.count * tokens / count
        while characters > 100 {
            let short = text(characters: characters)
            if TokenEstimate.tokens(in: short) <= tokens { return short }
            characters = characters * 9 / 10
        }
        return TokenEstimate.clipped(whole, to: tokens)
    }

    private func text(characters: Int?) -> String {
        switch content {
        case .unseen(let url, let reason): return "Address: \(url)\nThe page cannot be read now: \(reason)"
        case .seen(let snapshot):
            var lines = ["Address: \(snapshot.url)", "Title: \(snapshot.title)"]
            if snapshot.tabs.count > 1 {
                lines += snapshot.tabs.map { tab in
                    let mark = tab.id == snapshot.currentTab ? " (shown)" : ""
                    return "Tab \(tab.id): \(tab.title.clipped(to: 80)) \(tab.url.clipped(to: 120))\(mark)"
                }
            }
            lines.append("\(Self.pages(snapshot.pagesAbove)) above, \(Self.pages(snapshot.pagesBelow)) below")
            let text = characters.map { snapshot.text(limit: $0) } ?? snapshot.text
            lines.append(text.isEmpty ? "(the page is empty)" : marked(text))
            return lines.joined(separator: "\n")
        }
    }

    private static func pages(_ count: Double) -> String { "\((count * 10).rounded() / 10) pages" }

    /// Marks what is new to the model though it was there at the last look.
    private func marked(_ text: String) -> String {
        guard !alsoNew.isEmpty else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in
                let entry = line.drop { $0 == "\t" }
                guard entry.first == "[", let index = Int(entry.dropFirst().prefix { $0 != "]" }),
                    alsoNew.contains(index)
                else { return String(line) }
                return line.prefix { $0 == "\t" } + "*" + entry
            }
            .joined(separator: "\n")
    }
}

/// What came of an action.
struct ActionResult: Sendable, Hashable {
    /// In one line.
    var text: String
    /// Something long that the page has told; shown once.
    var content: String?
    var isError = false
}
