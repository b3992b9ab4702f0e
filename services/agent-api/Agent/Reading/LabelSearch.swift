//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Looks through an outline for what goes by a name.
struct LabelSearch {
    private var likeness: NameLikeness
    private(set) var best: PageReader.Finding?

    init(_ name: String) { likeness = NameLikeness(name) }

    private mutating func consider(_ text: String, _ score: Double) {
        guard !text.isEmpty, score > (best?.score ?? 0) else { return }
        best = PageReader.Finding(text: text, score: score)
    }

    /// - Parameter next: what follows the node in the document, for labels that stand before what they label.
    mutating func walk(_ node: PageOutline, next: PageOutline?) {
        byItself(node)
        if let next { asLabel(node, next: next) }
        for (index, child) in node.children.enumerated() {
            let following = index + 1 < node.children.count ? node.children[index + 1] : nil
            walk(
                child,
                next: following ?? (["dt", "label", "th", "strong", "b", "span"].contains(child.tag) ? next : nil)
            )
        }
    }

    /// What the page itself calls an element, and "Label: value" in one text.
    private mutating func byItself(_ node: PageOutline) {
        if !node.label.isEmpty {
            consider(node.fullText, likeness.of(Words(node.label)) * 0.98)
        }
        if node.tag != "body", node.tag != "html" {
            for hint in node.hints {
                // Long names of classes say many things; the words of an id mostly one.
                let score = likeness.of(.ofIdentifier(hint))
                if score > 0.7 { consider(node.fullText, score * 0.95) }
            }
        }
        if node.tag == "h1" || node.tag == "h2" {
            if ["heading", "headline"].contains(likeness.wanted.joined) {
                consider(node.fullText, node.tag == "h1" ? 0.9 : 0.85)
            }
        }
        if ["status", "alert", "log"].contains(node.role) {
            consider(node.fullText, likeness.of(Words(node.role)) * 0.9)
        }
        if node.tag == "p", ["paragraph", "firstparagraph"].contains(likeness.wanted.joined) {
            consider(node.fullText, 0.9)
        }
        let text = node.children.isEmpty ? node.text : node.fullText
        guard text.count < 400, let colon = text.firstIndex(of: ":"), text.index(after: colon) < text.endIndex else {
            return
        }
        let label = text[..<colon]
        guard label.count < 50, text[text.index(after: colon)].isWhitespace else { return }
        let value = String(text[text.index(after: colon)...]).trimmingSpaces
        consider(value, likeness.of(Words(String(label))) * 0.97)
    }

    /// A text that is the label of what stands next to it.
    private mutating func asLabel(_ node: PageOutline, next: PageOutline) {
        guard !["input", "select", "textarea", "button", "a", "option"].contains(node.tag) else { return }
        let text = node.fullText
        guard !text.isEmpty, text.count < 60 else { return }
        let score = likeness.of(Words(text))
        guard score > 0.7 else { return }
        let isLabel = ["dt", "th", "label"].contains(node.tag) || text.hasSuffix(":")
        let isHeading = node.tag.count == 2 && node.tag.hasPrefix("h")
        consider(next.fullText, score * (isLabel ? 0.99 : isHeading ? 0.9 : 0.92))
    }
}
