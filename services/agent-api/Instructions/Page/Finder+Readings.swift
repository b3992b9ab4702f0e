//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// The readings of a target.
extension Finder {
    /// The reading that fits best, with all that fits it equally well.
    func best(_ target: Target, for purpose: Purpose, where isAllowed: (Int) -> Bool = { _ in true }) -> Match? {
        var best: Match?
        for reading in target.readings {
            guard let match = match(reading, purpose, isAllowed) else { continue }
            if match.score > (best?.score ?? 0) + 0.001 { best = match }
            if let found = best, found.reading.isWhole, found.score > 0.95 { break }
        }
        return best
    }

    func match(_ reading: Reading, _ purpose: Purpose, _ isAllowed: (Int) -> Bool) -> Match? {
        if reading.isPronoun, let kind = reading.kind, kind == .button || kind == .link, let value = memory.value,
            memory.element == nil || memory.isAsked
        {
            // "How many are there? Press that button."
            let nodes = page.indices.filter {
                KindFit.fits($0, kind, page) && page.labels[$0].contains { $0.text == value }
            }
            if nodes.count == 1 { return Match(nodes: nodes, score: 0.97, reading: reading) }
        }
        if reading.isPronoun {
            guard let node = remembered(for: purpose) else { return nil }
            let isThere = reading.scopes.allSatisfy { !scoped([(node, 0.9)], $0, purpose, isText: false).isEmpty }
            return isThere ? Match(nodes: [node], score: 0.9, reading: reading) : nil
        }
        var candidates: [(node: Int, score: Double)] = []
        var reading = reading
        if let question = reading.answer {
            guard let answer = try? Answers(self).answer(question) else { return nil }
            reading.name = Name(answer, isQuoted: true)
            reading.isWhole = true
        }
        // "Everything" means all that the verb is for.
        let isEverything =
            reading.kind == .item && reading.name == nil && reading.noun == nil && reading.quantity == .all
            && [.check, .choice, .fill, .expand].contains(purpose)
        if isEverything { reading.kind = nil }
        // "Check the first two boxes"
        if reading.kind == .field, ["box", "boxes"].contains(reading.noun ?? ""), [.check, .choice].contains(purpose) {
            reading.kind = .checkbox
        }
        let isKindless = reading.kind == nil
        let hasBoxes =
            reading.kind == .checkbox && (reading.noun ?? "").hasPrefix("check")
            && page.nodes.contains { $0.role == "checkbox" }
        let hasParagraphs =
            reading.kind == .paragraph && purpose != .fill && purpose != .control
            && page.nodes.contains {
                ($0.role == "paragraph" || $0.tag == "p") && $0.tag != "textarea" && !$0.text.isEmpty
            }
        for index in page.indices {
            let node = page.nodes[index]
            let isOfKind = reading.kind.map { kind in
                KindFit.fits(index, kind, page)
                    || kind == .section && purpose == .click && reading.name != nil && page.isPlainControl(index)
            }
            guard isOfKind ?? true else { continue }
            if reading.noun != nil, isKindless || reading.kind == .item || reading.kind == .row,
                page.isGroupOfItems(index), Nouns.evidence(reading.noun ?? "", index, page) < 1
            {
                continue
            }
            guard purpose.allows(index, page) || isDrawn(reading, node), isAllowed(index) else { continue }
            if hasBoxes, node.role == "switch" || node.role == "menuitemcheckbox" { continue }
            if hasParagraphs, node.role != "paragraph", !["p", "blockquote"].contains(node.tag) { continue }
            if let color = reading.color, !isColor(node, color) { continue }
            if let shape = reading.shape, !isShape(node, shape) { continue }
            guard reading.states.allSatisfy({ States.isSo($0, index, page) }) else { continue }
            var score = 1.0
            if let name = reading.name {
                score = nameScore(name, index, purpose)
                if score == 0 { continue }
                if reading.isWhole, score < 0.9 { continue }
            } else if let noun = reading.noun, isKindless, reading.shape == nil {
                score =
                    purpose == .expand && reading.quantity == .all
                    ? 0.8
                    : nounScore(
                        noun,
                        index,
                        isOrdered: reading.order != nil || reading.extreme != nil || !reading.scopes.isEmpty
                            || purpose == .item && reading.quantity != .one,
                        isChoice: purpose == .choice || purpose == .check
                    )
                if score == 0 { continue }
            } else if isEverything {
                // All boxes: a radio button is not unchecked.
                if purpose == .check, KindFit.fits(index, .radio, page) { continue }
                score = 0.85
            } else if isKindless, reading.color == nil, reading.shape == nil, reading.order == nil,
                reading.extreme == nil, reading.states.isEmpty, reading.isLarge == nil
            {
                continue
            } else {
                score = 0.85
            }
            if purpose == .anything || purpose == .click, !node.isInteractive { score -= 0.005 }
            candidates.append((index, score))
        }
        if reading.name != nil, let noun = reading.noun, isKindless {
            candidates = candidates.compactMap { candidate in
                nounEvidence(noun, candidate.node).map { (candidate.node, candidate.score * $0) }
            }
        }
        if !reading.isWhole { candidates = candidates.map { ($0.node, $0.score * 0.99) } }
        candidates = innermost(candidates, purpose, reading)
        for scope in reading.scopes {
            candidates = scoped(candidates, scope, purpose, isText: reading.kind == .paragraph && reading.name == nil)
            if candidates.isEmpty { return nil }
        }
        if let order = reading.order, order.position > 0, order.count == 1, let name = reading.name, !name.isQuoted {
            // "The third slide" is the one that is called so; otherwise several of one name are counted, and not what has it
            // among others.
            let numbered = candidates.filter { candidate in
                page.labels[candidate.node].contains { $0.words == name.words + [String(order.position)] }
            }
            if numbered.count == 1 {
                let top = candidates.map(\.score).max() ?? 0
                return Match(nodes: [numbered[0].node], score: top, reading: reading)
            }
            let texts = Set(candidates.map { page.called($0.node) })
            if texts.count > 1 { candidates = candidates.filter { $0.score > 0.85 } }
        }
        guard let top = candidates.map(\.score).max() else { return nil }
        let isMany = reading.quantity != .one || reading.order != nil || reading.extreme != nil
        // What a plural or an order is about may differ in how well it fits.
        var nodes = candidates.filter { $0.score > top - (isMany && reading.name == nil ? 0.3 : isMany ? 0.12 : 0.015) }
            .map(\.node)
        if nodes.count < reading.quantity.least { nodes = candidates.filter { $0.score > top - 0.35 }.map(\.node) }
        // "The 31st" alone counts choices of one list, and not all that can be used on the page.
        let isBareOrder = reading.order != nil && reading.isBare && reading.scopes.isEmpty
        if isMany, reading.name == nil, reading.noun != nil || isBareOrder, reading.kind == nil || reading.kind == .item
        {
            guard let list = oneList(nodes, candidates) else { return nil }
            nodes = list
        }
        if reading.kind == .field, let isArea = KindFit.isArea(reading.noun) {
            let alike = nodes.filter { (page.nodes[$0].tag == "textarea" || page.nodes[$0].tag == "div") == isArea }
            if !alike.isEmpty { nodes = alike }
        }
        if reading.isOther, let last = memory.element { nodes.removeAll { page.nodes[$0].reference == last.reference } }
        if let isLarge = reading.isLarge { nodes = Sizes.filter(nodes, isLarge, page) }
        if let extreme = reading.extreme {
            guard let found = Extremes.pick(nodes, extreme, page) else { return nil }
            nodes = found
        }
        if let order = reading.order {
            guard let found = Self.pick(nodes, order) else { return nil }
            nodes = found
        }
        if let isAscending = reading.isAscending { nodes = Extremes.sorted(nodes, isAscending, page) }
        guard !nodes.isEmpty else { return nil }
        return Match(nodes: nodes, score: top, reading: reading)
    }

    /// Items are counted in one list. Where several lists would do equally well, none is meant.
    func oneList(_ nodes: [Int], _ candidates: [(node: Int, score: Double)]) -> [Int]? {
        let scores = Dictionary(candidates.map { ($0.node, $0.score) }, uniquingKeysWith: max)
        let groups = Dictionary(grouping: nodes) { page.nodes[$0].parent }
        guard groups.count > 1 else { return nodes }
        func shape(_ node: Int) -> [String] {
            [page.nodes[node].tag, page.nodes[node].role] + page.nodes[node].hints.prefix(2)
        }
        // Parts of one list have headings or pages between them.
        if Set(nodes.map(shape)).count == 1, Set(nodes.map { page.depths[$0] }).count == 1 { return nodes }
        let ranked = groups.values.map { group in (nodes: group, score: group.compactMap { scores[$0] }.max() ?? 0) }
        let top = ranked.map(\.score).max() ?? 0
        var best = ranked.filter { $0.score > top - 0.01 }
        if best.count > 1 {
            best = best.filter { group in
                !page.view.ancestors(of: group.nodes[0]).contains { outer in
                    let box = page.nodes[outer]
                    return ["navigation", "menu", "menubar", "tablist", "toolbar", "contentinfo", "banner"].contains(
                        box.role
                    )
                        || box.hints.contains {
                            $0.hasPrefix("pag") || $0 == "nav" || $0 == "tabs" || $0 == "breadcrumb"
                        }
                }
            }
        }
        if best.count > 1, best.contains(where: { $0.nodes.count > 1 }) { best = best.filter { $0.nodes.count > 1 } }
        return best.count == 1 ? best[0].nodes.sorted() : nil
    }

    static func pick(_ nodes: [Int], _ order: Reading.Order) -> [Int]? {
        if order.position == 0 { return nodes.count % 2 == 1 ? [nodes[nodes.count / 2]] : nil }
        let start = order.position > 0 ? order.position - 1 : nodes.count + order.position
        if order.position < 0, order.count > 1 {
            return nodes.count >= order.count ? Array(nodes.suffix(order.count)) : nil
        }
        guard start >= 0, start + order.count <= nodes.count else { return nil }
        return Array(nodes[start..<start + order.count])
    }

    func isDrawn(_ reading: Reading, _ node: PageNode) -> Bool {
        !node.shape.isEmpty
            && (reading.shape != nil || reading.color != nil || reading.kind == .shape || reading.kind == .letter
                || reading.kind == .digit)
    }

    func isColor(_ node: PageNode, _ color: String) -> Bool {
        if node.color == color { return true }
        return !node.color.isEmpty && Words.sameColors.contains { $0.contains(node.color) && $0.contains(color) }
    }

    func isShape(_ node: PageNode, _ shape: String) -> Bool {
        node.shape == shape || (shape == "rectangle" && node.shape == "square")
            || (shape == "circle" && node.shape == "ellipse") || (shape == "ellipse" && node.shape == "circle")
    }
}
