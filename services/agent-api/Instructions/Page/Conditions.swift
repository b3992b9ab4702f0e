//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Says whether something is so on a page.
struct Conditions {
    let finder: Finder
    private var page: PageIndex { finder.page }

    /// - Throws: ``Refusal`` where the page does not say.
    func isSo(_ condition: Condition) throws(Refusal) -> Bool {
        switch condition {
        case .not(let inner): return !(try isSo(inner))
        case .title(let text): return Self.says(page.view.title, text)
        case .address(let text): return page.view.url.lowercased().contains(text.lowercased())
        case .shows(let target): return shows(target)
        case .loaded, .downloaded, .changed: return true
        case .state(let target, let state):
            let purpose: Purpose =
                [.checked, .unchecked].contains(state)
                ? .choice
                : [.empty, .filled].contains(state)
                    ? .anything : [.expanded, .collapsed].contains(state) ? .expand : .anything
            guard let match = finder.best(target, for: purpose) ?? finder.best(target, for: .anything) else {
                throw finder.missing(target, for: purpose)
            }
            if match.reading.quantity == .all { return match.nodes.allSatisfy { States.isSo(state, $0, page) } }
            var nodes = match.nodes
            if nodes.count > 1 { nodes = nodes.filter { page.nodes[$0].isInteractive } }
            guard let first = nodes.first else { throw finder.missing(target, for: purpose) }
            return States.isSo(state, first, page)
        case .says(let target, let text):
            guard let match = finder.best(target, for: .anything) else {
                if let value = try? Answers(finder).answer(
                    .attribute(words: WordForms.words(of: target.spoken), of: nil, spoken: target.spoken)
                ) {
                    return Self.says(value, text)
                }
                throw finder.missing(target, for: .anything)
            }
            if match.nodes.contains(where: { Self.says(Answers(finder).text($0), text) }) { return true }
            if let value = try? Answers(finder).answer(
                .attribute(words: WordForms.words(of: target.spoken), of: nil, spoken: target.spoken)
            ) {
                return Self.says(value, text)
            }
            return false
        case .compares(let question, let comparison, let text):
            let answer = try Answers(finder).answer(question)
            guard let value = Numbers.first(in: answer),
                let wanted = Numbers.first(in: text) ?? Words.numbers[text.lowercased()].map(Double.init)
            else {
                if comparison == .equal { return Self.says(answer, text) }
                throw Refusal(
                    .unanswered,
                    "\"\(answer.shortened(to: 60))\" and \"\(text)\" cannot be compared as numbers"
                )
            }
            switch comparison {
            case .equal: return value == wanted
            case .more: return value > wanted
            case .less: return value < wanted
            case .atLeast: return value >= wanted
            case .atMost: return value <= wanted
            }
        }
    }

    private func shows(_ target: Target) -> Bool {
        if !target.parts.isEmpty, target.parts.allSatisfy({ shows($0) }) { return true }
        if page.nodes.contains(where: { $0.parent == nil && Self.says($0.text, target.spoken) }) { return true }
        if Self.says(page.nodes.filter { $0.parent == nil }.map(\.text).joined(separator: " "), target.spoken) {
            return true
        }
        if page.nodes.contains(where: { !$0.value.isEmpty && Self.says($0.value, target.spoken) }) { return true }
        guard let match = finder.best(target, for: .anything) else { return false }
        // "A message from Ann" is certain by Ann, whatever the page calls messages.
        let isScoped =
            match.reading.name == nil && !match.reading.scopes.isEmpty && match.score > 0.6
            && match.reading.scopes.allSatisfy { finder.placeScore($0.target) > 0.9 }
        guard match.score > 0.81 || isScoped else { return false }
        // A box that is empty is not yet what is waited for.
        return match.nodes.contains {
            page.nodes[$0].isInteractive || !page.nodes[$0].text.isEmpty
                || ["img", "dialog", "frame"].contains(page.nodes[$0].role)
        }
    }

    /// Whether a text has another in it, without regard to case and spaces.
    static func says(_ text: String, _ wanted: String) -> Bool { plain(text).contains(plain(wanted)) }

    static func plain(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
