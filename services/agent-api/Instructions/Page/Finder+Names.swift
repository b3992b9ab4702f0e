//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// How well things fit a name or a noun.
extension Finder {
    func nameScore(_ name: Name, _ index: Int, _ purpose: Purpose) -> Double {
        var best = 0.0
        for label in page.labels[index] {
            // What nobody sees says little of what a thing is called.
            let weight = purpose == .anything && label.weight < 0.9 && !name.isQuoted ? 0.7 : 1
            best = max(best, Likeness.score(name, label) * weight)
        }
        let node = page.nodes[index]
        // "x" and "×", "phone number" and "Phone".
        if best < 0.9 {
            let text = name.text.lowercased()
            for label in page.labels[index] where label.weight >= 0.9 {
                let other = label.text.lowercased()
                if text == "x", ["×", "✕", "✖", "✗"].contains(other) { best = max(best, 0.97) }
                if Words.sameLabels.contains(where: { $0.contains(text) && $0.contains(other) && text.count > 3 }) {
                    best = max(best, 0.9 * label.weight)
                }
            }
        }
        if best == 0, name.isQuoted, name.words.count > 1 {
            // "ui-icon-stop": what all icons have in their class says nothing.
            let telling = name.words.filter { !["ui", "icon", "fa", "fas", "bi", "glyphicon"].contains($0) }
            if !telling.isEmpty, telling.count < name.words.count {
                for label in page.labels[index] where label.weight < 0.9 && telling.allSatisfy(label.words.contains) {
                    best = max(best, label.weight)
                }
            }
        }
        if best == 0, purpose == .click, node.isInteractive, let word = name.words.first, name.words.count == 1 {
            // "the equals sign", "the trash icon"
            for label in page.labels[index] where label.words.count == 1 || label.weight < 0.9 {
                if Words.sameDeeds.contains(where: {
                    $0.contains(word) && ($0.contains(label.text.lowercased())) && !(label.text.first?.isLetter ?? true)
                        || $0.contains(word) && label.weight < 0.9 && $0.contains(label.text.lowercased())
                }) {
                    best = max(best, 0.85)
                }
            }
        }
        if best < 0.6, purpose == .item || purpose == .anything || purpose == .click, PageIndex.isItem(node) {
            best = max(
                best,
                Likeness.score(
                    name,
                    PageIndex.Label(text: node.text, words: WordForms.words(of: node.text), weight: 0.8)
                )
            )
        }
        if purpose == .list || purpose == .choice, best == 0,
            node.options.contains(where: {
                Likeness.score(name, PageIndex.Label(text: $0.label, words: WordForms.words(of: $0.label), weight: 1))
                    > 0.9
            })
        {
            best = 0
        }
        return best
    }

    /// Whether something is what an unknown noun says: "the second mail". Items of a list are, above all where the page calls them so.
    func nounScore(_ noun: String, _ index: Int, isOrdered: Bool, isChoice: Bool) -> Double {
        let node = page.nodes[index]
        // "All brands": the choices in the group Brand.
        if isChoice, node.role == "option" || Purpose.check.allows(index, page),
            page.view.ancestors(of: index).contains(where: { outer in
                !page.nodes[outer].name.isEmpty
                    && WordForms.words(of: page.nodes[outer].name).map(WordForms.stem) == [WordForms.stem(noun)]
            })
        {
            return 0.9
        }
        guard PageIndex.isItem(node), !page.isHeaderRow(index), !["option"].contains(node.role) else { return 0 }
        let evidence = Nouns.evidence(noun, index, page)
        // A word that nothing on the page speaks for means none of its items.
        return evidence > 0 || isOrdered && Nouns.isCommon(noun) ? 0.7 + 0.2 * evidence : 0
    }

    /// How well the word for a thing fits what is named beside it; `nil` where the word would be left out.
    func nounEvidence(_ noun: String, _ index: Int) -> Double? {
        let evidence = Nouns.evidence(noun, index, page)
        guard evidence > 0 || Nouns.isSupported(noun, index, page) else { return nil }
        // A heading is none of the things below it.
        let isTitle = evidence == 0 && page.nodes[index].role == "heading" && Words.kinds[noun] != .heading
        return isTitle ? 0.6 : 0.76 + 0.23 * evidence
    }

    /// Of boxes in each other that fit equally well, the inner one is meant: the button, not the box around it.
    func innermost(
        _ candidates: [(node: Int, score: Double)],
        _ purpose: Purpose,
        _ reading: Reading
    ) -> [(node: Int, score: Double)] {
        guard candidates.count > 1 else { return candidates }
        var kept: [(node: Int, score: Double)] = []
        for (place, candidate) in candidates.enumerated() {
            let isOuter = candidates[(place + 1)...].prefix(while: { page.isInside($0.node, candidate.node) }).contains
            { $0.score >= candidate.score - 0.01 }
            let isInItem = reading.name == nil && reading.noun != nil && PageIndex.isItem(page.nodes[candidate.node])
            if !isOuter || isInItem { kept.append(candidate) }
        }
        guard reading.name == nil, reading.noun != nil,
            reading.kind == nil || reading.kind == .item || reading.kind == .row
        else { return kept }
        // Items in items: those of the outer list are meant, unless only the inner ones are called so.
        return kept.filter { candidate in
            !kept.contains {
                $0.node != candidate.node && page.isInside(candidate.node, $0.node) && $0.score >= candidate.score
            }
        }
    }
}
