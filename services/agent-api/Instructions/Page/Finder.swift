//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Why a step is not done: what was understood, and what there is instead.
struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    enum Kind: Hashable, Sendable {
        /// Nothing on the page is it.
        case missing
        /// Several things are it.
        case ambiguous
        /// It cannot be used now.
        case unusable
        /// The page does not say what is asked.
        case unanswered
        /// The list is there, and has no such option.
        case lacking
    }

    var kind: Kind
    var description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// What a target is looked for.
enum Purpose: Hashable, Sendable {
    /// To be clicked.
    case click
    /// To be typed into.
    case fill
    /// A control that holds a value: a field, a list, a slider, a box.
    case control
    /// One of several choices: an option, a radio button, a box, a button that can be pressed.
    case choice
    case check
    case expand
    case list
    /// Anything that the page shows.
    case anything
    /// What can be dragged.
    case drag
    case upload
    case item

    func allows(_ index: Int, _ page: PageIndex) -> Bool {
        let node = page.nodes[index]
        switch self {
        case .anything: return true
        case .click: return node.isInteractive || node.isListening || !node.shape.isEmpty || PageIndex.isIcon(node)
        case .fill:
            return node.isEditable || KindFit.textTypes.contains(node.inputType)
                || ["textbox", "searchbox", "spinbutton"].contains(node.role)
        case .control:
            return Purpose.fill.allows(index, page) || KindFit.isList(node) || node.inputType == "range"
                || node.role == "slider" || node.role == "radiogroup"
                || Purpose.check.allows(index, page)
                || node.hints.contains { $0.contains("slider") } && node.isInteractive
        case .choice:
            return [
                "option", "radio", "checkbox", "menuitemradio", "menuitemcheckbox", "switch", "treeitem", "tab",
                "menuitem", "button", "link", "gridcell",
            ].contains(node.role)
                || ["radio", "checkbox"].contains(node.inputType) || (node.isInteractive && !node.isEditable)
        case .check:
            return ["checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio"].contains(node.role)
                || ["checkbox", "radio"].contains(node.inputType)
                || node.isPressed != nil || node.isInteractive && node.isChecked != nil
        case .expand:
            return node.isExpanded != nil || node.hasPopup || KindFit.isList(node) || node.tag == "details"
                || node.tag == "summary" || node.isInteractive && page.isTitle(index)
        case .list: return KindFit.isList(node) || node.role == "radiogroup" || !node.options.isEmpty
        case .drag: return true
        case .upload:
            return node.inputType == "file" || (node.isInteractive && ["button", "link", ""].contains(node.role))
        case .item: return PageIndex.isItem(node) && !page.isHeaderRow(index)
        }
    }

    var noun: String {
        switch self {
        case .click: "button, link or other element"
        case .fill: "field"
        case .control: "field or other control"
        case .choice: "option"
        case .check: "checkbox"
        case .expand: "section"
        case .list: "list"
        case .upload: "file field"
        case .anything, .drag, .item: "element"
        }
    }
}

/// What a run keeps in mind from step to step, for "it", "that" and "the other one". Elements are known by their references.
struct Memory: Sendable {
    /// The element that was used or found last.
    var element: Seen?
    /// The field that was typed into last.
    var field: Seen?
    /// The row, card or item that was found or used last.
    var item: Seen?
    /// What was opened last, for "the 3rd book there".
    var place: Seen?
    /// What was read or copied last.
    var value: String?
    /// Whether the last step asked for the value.
    var isAsked = false
    /// How many dialogs were spoken of.
    var dialogs = 0
}

/// Finds what a target means on a page. No reading that leaves out a word is considered.
struct Finder {
    let page: PageIndex
    var memory = Memory()

    /// Things that fit, all equally well, in the order of the page.
    struct Match: Hashable, Sendable {
        var nodes: [Int]
        var score: Double
        var reading: Reading
    }

    /// What a target means: one thing, or as many as it speaks of.
    ///
    /// - Throws: ``Refusal`` where nothing fits, or several things fit equally well and one is meant.
    func find(
        _ target: Target,
        for purpose: Purpose,
        where isAllowed: (Int) -> Bool = { _ in true }
    ) throws(Refusal) -> [Int] {
        if target.isPronoun {
            guard let index = remembered(for: purpose) else {
                throw Refusal(.missing, "nothing was used before that \"\(target.spoken)\" could mean")
            }
            return [index]
        }
        guard let match = best(target, for: purpose, where: isAllowed) else { throw missing(target, for: purpose) }
        return try chosen(match, target, purpose)
    }

    /// The one thing that a target means.
    func one(
        _ target: Target,
        for purpose: Purpose,
        where isAllowed: (Int) -> Bool = { _ in true }
    ) throws(Refusal) -> Int {
        let found = try find(target, for: purpose, where: isAllowed)
        guard found.count == 1 else { throw ambiguous(target, found) }
        return found[0]
    }

    private func chosen(_ match: Match, _ target: Target, _ purpose: Purpose) throws(Refusal) -> [Int] {
        var nodes = match.nodes
        if !target.exceptions.isEmpty { nodes = try without(target.exceptions, nodes) }
        switch match.reading.quantity {
        case .all:
            return nodes
        case .both:
            guard nodes.count == 2 else {
                throw Refusal(
                    nodes.count < 2 ? .missing : .ambiguous,
                    "\"\(target.spoken)\" means two, and there are \(nodes.count): \(choices(nodes))"
                )
            }
            return nodes
        case .anyOne: return Array(nodes.prefix(1))
        case .count(let count):
            if nodes.count == count { return nodes }
            throw Refusal(
                nodes.count < count ? .missing : .ambiguous,
                "\"\(target.spoken)\" means \(count), and there are \(nodes.count): \(choices(nodes))"
            )
        case .some(let count):
            guard nodes.count >= count else {
                throw Refusal(.missing, "\"\(target.spoken)\" means \(count), and there are \(nodes.count): \(choices(nodes))")
            }
            return Array(nodes.prefix(count))
        case .one:
            if match.reading.order.map({ $0.count > 1 }) == true { return nodes }
            if nodes.count > 1 { throw ambiguous(target, nodes) }
            return nodes
        }
    }

    private func without(_ exceptions: [Target], _ nodes: [Int]) throws(Refusal) -> [Int] {
        var left: [Int] = []
        var excluded = Set<Int>()
        for exception in exceptions {
            guard let match = best(exception, for: .anything) else { throw missing(exception, for: .anything) }
            for node in nodes
            where match.nodes.contains(where: {
                page.isTitle($0) && page.nodes[$0].role == "heading" && page.section(of: $0).contains(node)
                    && !page.isInside(node, $0)
            }) { excluded.insert(node) }
            for node in nodes
            where match.nodes.contains(where: {
                page.isInside($0, node) || page.isInside(node, $0)
                    || page.items[$0] != nil && page.items[$0] == page.items[node]
            }) {
                excluded.insert(node)
            }
        }
        for node in nodes where !excluded.contains(node) { left.append(node) }
        return left
    }

    func ambiguous(_ target: Target, _ nodes: [Int]) -> Refusal {
        Refusal(.ambiguous, "\"\(target.spoken)\" may mean \(nodes.count) things: \(choices(nodes)); say which one")
    }

    /// The names of things, with what tells them apart.
    func choices(_ nodes: [Int]) -> String {
        let names = nodes.prefix(8).map { node in
            let name = page.called(node)
            return page.place(of: node).map { "\"\(name)\" in \"\($0)\"" } ?? "\"\(name)\""
        }
        return names.joined(separator: ", ") + (nodes.count > 8 ? " and \(nodes.count - 8) more" : "")
    }

    func missing(_ target: Target, for purpose: Purpose) -> Refusal {
        let kind = target.readings.first { $0.kind != nil && $0.name != nil }.flatMap(\.noun)
        let names = nearest(target, purpose)
        let near = names.isEmpty ? "" : "; the nearest names are " + names.map { "\"\($0)\"" }.joined(separator: ", ")
        let words = target.isEmpty ? "" : " \"\(target.spoken)\""
        return Refusal(
            .missing,
            "no \(kind == nil || target.spoken.contains(kind ?? "") ? purpose.noun : kind ?? "element")\(words) on \(page.view.url)\(near)"
        )
    }

    /// Names of what could be used, those that have most in common with the words first.
    private func nearest(_ target: Target, _ purpose: Purpose) -> [String] {
        let wanted = Set(Spelling.words(of: target.spoken).map(Spelling.stem))
        var names: [(text: String, score: Int, order: Int)] = []
        for index in page.indices where purpose.allows(index, page) && page.nodes[index].isInteractive {
            let name = page.called(index)
            guard !name.isEmpty, !names.contains(where: { $0.text == name }) else { continue }
            names.append((name, wanted.intersection(Spelling.words(of: name).map(Spelling.stem)).count, index))
            if names.count >= 200 { break }
        }
        return names.sorted { ($1.score, $0.order) < ($0.score, $1.order) }.prefix(5).map(\.text)
    }

    // MARK: Pronouns

    func remembered(for purpose: Purpose) -> Int? {
        let known: [Seen?] =
            switch purpose {
            case .fill: [memory.field, memory.element]
            case .item, .anything, .drag: [memory.item, memory.element]
            default: [memory.element, memory.item]
            }
        for case let seen? in known {
            if let index = index(of: seen),
                purpose == .anything || purpose == .drag || purpose == .item || purpose.allows(index, page)
            {
                return index
            }
        }
        return nil
    }

    func index(of seen: Seen) -> Int? {
        page.indices.first { page.nodes[$0].reference == seen.reference }
            ?? page.indices.first { index in
                guard page.nodes[index].role == seen.role, page.nodes[index].tag == seen.tag, !seen.name.isEmpty else {
                    return false
                }
                let now = page.view.seen(index)
                return now.item == seen.item
                    && (now.name == seen.name || Spelling.words(of: now.name) == Spelling.words(of: seen.name))
            }
    }

    // MARK: Readings

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

    private func match(_ reading: Reading, _ purpose: Purpose, _ isAllowed: (Int) -> Bool) -> Match? {
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
            return remembered(for: purpose).map { Match(nodes: [$0], score: 0.9, reading: reading) }
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
            reading.kind == .paragraph
            && page.nodes.contains { ($0.role == "paragraph" || $0.tag == "p") && $0.tag != "textarea" && !$0.text.isEmpty }
        for index in page.indices {
            let node = page.nodes[index]
            guard isKindless || reading.kind.map({ KindFit.fits(index, $0, page) }) == true else { continue }
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
                        isOrdered: reading.order != nil || reading.extreme != nil || reading.quantity != .one
                            || !reading.scopes.isEmpty
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
            candidates = candidates.map { ($0.node, $0.score * nounEvidence(noun, $0.node)) }
        }
        if !reading.isWhole { candidates = candidates.map { ($0.node, $0.score * 0.99) } }
        candidates = innermost(candidates, purpose, reading)
        for scope in reading.scopes {
            candidates = scoped(candidates, scope, purpose, isText: reading.kind == .paragraph && reading.name == nil)
            if candidates.isEmpty { return nil }
        }
        guard let top = candidates.map(\.score).max() else { return nil }
        let isMany = reading.quantity != .one || reading.order != nil || reading.extreme != nil
        // What a plural or an order is about may differ in how well it fits.
        var nodes = candidates.filter { $0.score > top - (isMany && reading.name == nil ? 0.3 : isMany ? 0.12 : 0.015) }
            .map(\.node)
        if nodes.count < reading.quantity.least { nodes = candidates.filter { $0.score > top - 0.35 }.map(\.node) }
        if isMany, reading.name == nil, reading.noun != nil, reading.kind == nil || reading.kind == .item {
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
    private func oneList(_ nodes: [Int], _ candidates: [(node: Int, score: Double)]) -> [Int]? {
        let scores = Dictionary(candidates.map { ($0.node, $0.score) }, uniquingKeysWith: max)
        let groups = Dictionary(grouping: nodes) { page.nodes[$0].parent }
        guard groups.count > 1 else { return nodes }
        func shape(_ node: Int) -> [String] { [page.nodes[node].tag, page.nodes[node].role] + page.nodes[node].hints.prefix(2) }
        // Parts of one list have headings or pages between them.
        if Set(nodes.map(shape)).count == 1, Set(nodes.map { page.depths[$0] }).count == 1 { return nodes }
        let ranked = groups.values.map { group in (nodes: group, score: group.compactMap { scores[$0] }.max() ?? 0) }
        let top = ranked.map(\.score).max() ?? 0
        var best = ranked.filter { $0.score > top - 0.01 }
        if best.count > 1 {
            best = best.filter { group in
                !page.view.ancestors(of: group.nodes[0]).contains { outer in
                    let box = page.nodes[outer]
                    return ["navigation", "menu", "menubar", "tablist", "toolbar", "contentinfo", "banner"].contains(box.role)
                        || box.hints.contains { $0.hasPrefix("pag") || $0 == "nav" || $0 == "tabs" || $0 == "breadcrumb" }
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

    private func isDrawn(_ reading: Reading, _ node: PageNode) -> Bool {
        !node.shape.isEmpty
            && (reading.shape != nil || reading.color != nil || reading.kind == .shape || reading.kind == .letter
                || reading.kind == .digit)
    }

    private func isColor(_ node: PageNode, _ color: String) -> Bool {
        if node.color == color { return true }
        return !node.color.isEmpty && Words.sameColors.contains { $0.contains(node.color) && $0.contains(color) }
    }

    private func isShape(_ node: PageNode, _ shape: String) -> Bool {
        node.shape == shape || (shape == "rectangle" && node.shape == "square")
            || (shape == "circle" && node.shape == "ellipse") || (shape == "ellipse" && node.shape == "circle")
    }

    // MARK: Names

    func nameScore(_ name: Name, _ index: Int, _ purpose: Purpose) -> Double {
        var best = 0.0
        for label in page.labels[index] { best = max(best, Likeness.score(name, label)) }
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
                    PageIndex.Label(text: node.text, words: Spelling.words(of: node.text), weight: 0.8)
                )
            )
        }
        if purpose == .list || purpose == .choice, best == 0,
            node.options.contains(where: {
                Likeness.score(name, PageIndex.Label(text: $0.label, words: Spelling.words(of: $0.label), weight: 1))
                    > 0.9
            })
        {
            best = 0
        }
        return best
    }

    /// Whether something is what an unknown noun says: "the second mail". Items of a list are, above all where the page calls them so.
    private func nounScore(_ noun: String, _ index: Int, isOrdered: Bool) -> Double {
        let node = page.nodes[index]
        guard PageIndex.isItem(node), !page.isHeaderRow(index), !["option"].contains(node.role) else { return 0 }
        let evidence = Nouns.evidence(noun, index, page)
        // A word that nothing on the page speaks for means none of its items.
        return evidence > 0 || isOrdered ? 0.7 + 0.2 * evidence : 0
    }

    private func nounEvidence(_ noun: String, _ index: Int) -> Double {
        0.76 + 0.23 * Nouns.evidence(noun, index, page)
    }

    /// Of boxes in each other that fit equally well, the inner one is meant: the button, not the box around it.
    private func innermost(
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

    // MARK: Scopes

    private func scoped(
        _ candidates: [(node: Int, score: Double)],
        _ scope: Reading.Scope,
        _ purpose: Purpose,
        isText: Bool
    ) -> [(node: Int, score: Double)] {
        switch scope.relation {
        case .starting, .ending:
            guard let name = scope.target.readings.first?.name else { return [] }
            return candidates.filter { candidate in
                let text = page.called(candidate.node).lowercased()
                return scope.relation == .starting
                    ? text.hasPrefix(name.text.lowercased()) : text.hasSuffix(name.text.lowercased())
            }
        case .called:
            return candidates.filter { candidate in
                scope.target.readings.first?.name.map { nameScore($0, candidate.node, purpose) > 0.6 } ?? false
            }
        case .whose:
            guard let other = scope.other else { return [] }
            return candidates.filter { candidate in
                let item = page.items[candidate.node] ?? candidate.node
                return Answers(self).attribute(Spelling.words(of: other.spoken), in: item).map {
                    Conditions.plain($0) == Conditions.plain(scope.target.spoken)
                } ?? false
            }
        case .within: return near(candidates, scope.target, isText: isText)
        case .titled: return near(candidates, scope.target, isTitled: true)
        default: return Geometry.filter(candidates, scope, self)
        }
    }

    /// Those that belong most closely to something.
    ///
    /// - Parameters:
    ///   - isText: Whether a text is meant, which the thing itself may be.
    ///   - isTitled: Whether the thing has to be the title of something.
    private func near(
        _ candidates: [(node: Int, score: Double)],
        _ target: Target,
        isText: Bool = false,
        isTitled: Bool = false
    ) -> [(node: Int, score: Double)] {
        if target.isPronoun {
            guard
                let place = [memory.place, memory.item, memory.element].compactMap({ $0 }).compactMap(index(of:)).first
            else { return candidates }
            let inside = candidates.filter { page.isInside($0.node, place) }
            return inside.isEmpty ? candidates : inside
        }
        if Words.wholePlaces.contains(target.spoken.lowercased()),
            best(target, for: .anything).map({ $0.score < 0.9 }) ?? true
        {
            return candidates
        }
        var places = places(target)
        if isTitled { places = places.filter { page.isTitle($0.node) || page.isGroup($0.node) } }
        guard let top = places.map(\.score).max() else { return [] }
        let likely = places.filter { $0.score > top - 0.12 }.map(\.node)
        // What is named by its kind has in it what is looked for.
        let boxes = containers(target).filter { likely.contains($0) && page.ends[$0] > $0 + 1 && !page.isTitle($0) }
        var measured: [(node: Int, score: Double, distance: Int)] = []
        for candidate in candidates {
            // What names itself so is not in it: "Delete" in the row that says "Delete".
            guard
                let distance = likely.filter({ $0 != candidate.node || page.ends[$0] > $0 + 1 || isText }).compactMap({ place in
                    boxes.contains(place) && !page.isInside(candidate.node, place)
                        ? nil : page.distance(candidate.node, place)
                }).min()
            else { continue }
            measured.append((candidate.node, candidate.score, distance))
        }
        guard let least = measured.map(\.distance).min() else { return [] }
        if least > page.nodes.count, measured.count > 1 { return [] }
        // What shares no more than the page with it hardly belongs to it.
        let closeness = 1 - 0.5 * min(1, Double(least) / Double(page.nodes.count + 1))
        return measured.filter { $0.distance == least }.map {
            ($0.node, $0.score * (0.9 + 0.1 * top) * (least <= 12 ? 1 : closeness))
        }
    }

    /// Boxes that a scope names by their kind: "the dialog", "the second table".
    private func containers(_ target: Target) -> Set<Int> {
        let kinds: Set<Kind> = [.dialog, .table, .form, .frame, .menu, .listGroup, .row, .item]
        var found = Set<Int>()
        for reading in target.readings where reading.kind.map(kinds.contains) == true {
            found.formUnion(match(reading, .anything) { _ in true }?.nodes ?? [])
        }
        return found
    }

    /// Where a scope may be.
    private func places(_ target: Target) -> [(node: Int, score: Double)] {
        var found: [Int: Double] = [:]
        for reading in target.readings {
            guard let match = match(reading, .anything, { _ in true }) else { continue }
            for node in match.nodes { found[node] = max(found[node] ?? 0, match.score) }
        }
        return found.map { ($0.key, $0.value) }.sorted { $0.node < $1.node }
    }

    /// How well the likeliest place of a scope fits; 1 where it is a pronoun.
    func placeScore(_ target: Target) -> Double { target.isPronoun ? 1 : places(target).map(\.score).max() ?? 0 }

    func placesOf(_ target: Target) -> [Int] {
        let found = places(target)
        let top = found.map(\.score).max() ?? 0
        return found.filter { $0.score > top - 0.02 }.map(\.node)
    }
}
