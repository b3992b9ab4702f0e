//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What is asked by words that may name a thing, an attribute or both.
extension Answers {
    static let small: Set<String> = [
        "the", "a", "an", "is", "are", "of", "in", "on", "for", "to", "at", "by", "from", "does", "do", "did", "have",
        "has", "there", "it", "this", "that", "its", "was", "were", "be", "much", "many", "how much",
        "what", "which", "and", "me", "with", "say", "says", "now", "page", "product", "you", "can", "current",
        "currently", "?", "shown", "displayed", "value", "they", "their", "his", "her", "my", "your", "he", "she",
        "spent", "being", "table", "list",
    ]
    static let asking: Set<String> = ["who", "where", "when", "how much"]

    func attribute(_ words: [String], of target: Target?, _ spoken: String) throws(Refusal) -> String {
        if let target, !target.isEmpty, !target.isPronoun {
            let places = finder.placesOf(target)
            guard !places.isEmpty else { throw finder.missing(target, for: .anything) }
            let answers = distinct(places.compactMap { around($0, words, spoken) })
            if answers.count == 1 { return answers[0] }
            if answers.isEmpty, [["name"], ["title"], ["names"], ["titles"]].contains(words) {
                let things = try finder.find(target, for: .item)
                let names = things.compactMap(title)
                if names.count == things.count, !names.isEmpty { return names.joined(separator: ", ") }
            }
            if answers.count > 1 {
                throw Refusal(.ambiguous, "\"\(spoken)\" may be \(answers.map { "\"\($0)\"" }.joined(separator: ", "))")
            }
            throw Refusal(.unanswered, "the page does not say \"\(spoken)\"")
        }
        let told = words.filter { !Self.small.contains($0) || Self.asking.contains($0) }
        // Two headers of a table meet in a cell.
        if let cell = crossing(told) { return text(cell) }
        for entity in entities(told) {
            let rest = told.enumerated().filter { !entity.range.contains($0.offset) }.map(\.element)
            let answers = distinct(entity.nodes.compactMap { around($0, rest, spoken) })
            if answers.count == 1 { return answers[0] }
            if answers.count > 1 {
                throw Refusal(.ambiguous, "\"\(spoken)\" may be \(answers.map { "\"\($0)\"" }.joined(separator: ", "))")
            }
        }
        let own = told.filter { !Self.asking.contains($0) }
        if let notice = notice(own) { return notice }
        if !own.isEmpty, let answer = labelled(own, in: nil) { return answer }
        throw Refusal(.unanswered, "the page does not say \"\(spoken)\"")
    }

    /// What an item is called: its heading, or else its first text.
    func title(of item: Int) -> String? {
        let inside = page.descendants(of: item)
        let heading = inside.first { page.nodes[$0].role == "heading" || page.isTitle($0) }
        let first =
            heading
            ?? inside.first {
                !page.nodes[$0].text.isEmpty && page.nodes[$0].text.count < 80
                    && (page.nodes[$0].role == "link" || page.ends[$0] == $0 + 1)
            }
        return first.map { page.nodes[$0].text } ?? (page.nodes[item].text.isEmpty ? nil : page.nodes[item].text)
    }

    /// "the tip", "the message", "the error": what the page shows in such a place.
    func notice(_ words: [String]) -> String? {
        guard words.count == 1 || words.count == 2 && words.contains("message"), let word = words.first else {
            return nil
        }
        let roles: Set<String>
        switch word {
        case "tip", "tooltip", "hint": roles = ["tooltip"]
        case "status": roles = ["status", "alert"]
        case "message", "notification", "notice", "warning", "error", "alert", "toast", "confirmation":
            roles = ["status", "alert", "alertdialog", "log"]
        default: return nil
        }
        let texts = distinct(
            page.indices.filter { roles.contains(page.nodes[$0].role) && !page.nodes[$0].text.isEmpty }.map {
                page.nodes[$0].text
            }
        )
        if texts.count == 1 { return texts[0] }
        if texts.count > 1 {
            // Of several, the one that is called so.
            let named = page.indices.filter { node in
                roles.contains(page.nodes[node].role) && !page.nodes[node].text.isEmpty
                    && (page.nodes[node].hints.contains(word) || page.nodes[node].name.lowercased() == word)
            }
            if named.count == 1 { return page.nodes[named[0]].text }
        }
        if texts.isEmpty, word == "error" || word == "warning" || word == "message" {
            let shown = distinct(
                page.indices.filter { index in
                    !page.nodes[index].text.isEmpty && page.nodes[index].text.count < 200
                        && !page.nodes[index].isInteractive
                        && page.nodes[index].hints.contains { ["error", "errors", "invalid", "warning"].contains($0) }
                }.map { page.nodes[$0].text }
            )
            if shown.count == 1 { return shown[0] }
        }
        if texts.isEmpty, let dialog = page.view.dialogs.last, word != "status", word != "error",
            roles.contains("alert")
        {
            return dialog.message
        }
        return nil
    }

    func distinct(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The things that a run of words may name, the longest runs first.
    func entities(_ words: [String]) -> [(range: Range<Int>, nodes: [Int])] {
        var found: [(range: Range<Int>, nodes: [Int])] = []
        let count = min(words.count, 12)
        for length in stride(from: count, to: 0, by: -1) {
            for start in 0...(count - length) {
                let run = Array(words[start..<start + length])
                guard !run.contains(where: Self.asking.contains) else { continue }
                var exact: [Int] = []
                var partial: [Int] = []
                for index in page.indices {
                    for label in page.labels[index] where label.weight >= 0.9 {
                        if label.words == run {
                            exact.append(index)
                        } else if length > 1 || run[0].count > 3, label.words.count <= 12,
                            Likeness.firstRange(of: run, in: label.words) != nil
                        {
                            partial.append(index)
                        }
                    }
                }
                let nodes = exact.isEmpty ? partial : exact
                if !nodes.isEmpty { found.append((start..<start + length, nodes)) }
            }
        }
        return found
    }

    /// A cell in the row that one word names and the column that another names.
    func crossing(_ words: [String]) -> Int? {
        let content = words.filter { !Self.asking.contains($0) }
        for table in page.indices where ["table", "grid"].contains(page.nodes[table].role) {
            let inside = page.descendants(of: table)
            let headers = inside.filter {
                page.nodes[$0].column != nil && (page.nodes[$0].role == "columnheader" || page.nodes[$0].row == 0)
            }
            for header in headers {
                guard let label = page.labels[header].first, !label.words.isEmpty,
                    let range = Likeness.firstRange(of: label.words, in: content)
                else { continue }
                let rest = content.enumerated().filter { !(range..<range + label.words.count).contains($0.offset) }.map(
                    \.element
                )
                guard !rest.isEmpty else { continue }
                let rows = inside.filter { index in
                    let node = page.nodes[index]
                    return node.column != nil && node.column != page.nodes[header].column
                        && node.row != page.nodes[header].row && page.labels[index].first?.words == rest
                }
                if rows.count == 1,
                    let cell = inside.first(where: {
                        page.nodes[$0].row == page.nodes[rows[0]].row
                            && page.nodes[$0].column == page.nodes[header].column && page.nodes[$0].column != nil
                    })
                {
                    return cell
                }
            }
        }
        return nil
    }
}
