//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Uses controls that the page calls like the verb: "archive the mail from Ann" is the control Archive that belongs to that mail.
struct Acting {
    let resolver: Resolver
    var page: PageIndex { resolver.page }
    var finder: Finder { resolver.finder }

    init(resolver: Resolver) { self.resolver = resolver }

    func plan(_ act: Deed.Act) throws(Refusal) -> Plan {
        if let node = try named(act) { return plan(for: [node], act) }
        if act.isWhole { throw missing(act) }
        if act.target.isEmpty { return plan(for: [try alone(act)], act) }
        if let plan = selecting(act) { return plan }
        if act.target.isPronoun { return plan(for: [try onRemembered(act)], act) }
        if !act.target.parts.isEmpty {
            if let match = finder.best(act.target, for: .anything), match.score > 0.9 {
                return plan(for: [try control(act, for: match.nodes)], act)
            }
            for part in act.target.parts { _ = try controls(act, part) }
            return Plan(
                deeds: act.target.parts.map { part in
                    var one = act
                    one.target = part
                    one.target.exceptions = act.target.exceptions
                    return .act(one)
                }
            )
        }
        return plan(for: try controls(act, act.target), act)
    }

    func plan(for nodes: [Int], _ act: Deed.Act) -> Plan {
        var plan = Plan()
        plan.needsEffect = nodes.contains { !page.nodes[$0].isInteractive }
        for node in nodes {
            let seen = page.view.seen(node)
            if isDone(node, act) {
                plan.found.append("\"\(page.called(node))\" is on already")
            } else {
                if KindFit.fits(node, .checkbox, page) || KindFit.fits(node, .radio, page) {
                    plan.actions.append(.setChecked(seen, true))
                } else {
                    for _ in 0..<(isCounter(node) ? max(1, act.amount ?? 1) : 1) { plan.actions.append(.click(seen)) }
                }
            }
            plan.element = seen
            plan.item = resolver.item(around: node)
        }
        if let amount = act.amount, nodes.count == 1, let quantity = quantity(beside: nodes[0]) {
            plan.actions.insert(.setValue(String(amount), of: page.view.seen(quantity)), at: 0)
            plan.actions = [plan.actions[0]] + plan.actions.suffix(1)
        }
        if let text = act.text, nodes.count == 1, let field = field(beside: nodes[0]),
            let typed = try? resolver.text(text)
        {
            let send = plan.actions
            plan.actions = [.type(resolver.typed(typed), into: page.view.seen(field), mode: .replace)] + send
            return plan
        }
        if act.text != nil || act.recipient != nil && ["forward", "send", "pass"].contains(act.words[0]) {
            plan.writing = act
        }
        return plan
    }

    /// "reserve the seats 2A and 2B", "vote for Velvet": what can be chosen is chosen, then the control is used that is for all of it.
    func selecting(_ act: Deed.Act) -> Plan? {
        guard act.text == nil, act.recipient == nil, !act.target.isPronoun else { return nil }
        var alone = act
        alone.target = .nothing
        alone.clause = Name(act.words.joined(separator: " "))
        guard let control = try? self.alone(alone) else { return nil }
        var target = act.target
        target.readings = target.readings.map { reading in
            var reading = reading
            if let name = reading.name, ["for", "on", "to"].contains(name.words.first ?? ""), name.words.count > 1,
                !name.isQuoted
            {
                reading.name = Name(name.words.dropFirst().joined(separator: " "))
            }
            return reading
        }
        guard let plan = try? resolver.choosing(target, nil, .one), let chosen = chosen(target), !chosen.isEmpty else {
            return nil
        }
        for node in chosen where page.isInside(control, page.items[node] ?? node) || node == control { return nil }
        var deeds: [Deed] = plan.deeds.isEmpty ? [.choose(target, in: nil, .one)] : plan.deeds
        deeds.append(.act(alone))
        return Plan(deeds: deeds)
    }

    /// The things of a target that can be chosen: boxes, options, buttons that stay pressed.
    func chosen(_ target: Target) -> [Int]? {
        var nodes: [Int] = []
        for part in target.parts.isEmpty ? [target] : target.parts {
            if let found = try? finder.find(part, for: .choice), !found.isEmpty {
                nodes += found
            } else if let list = page.indices.first(where: { list in
                part.readings.contains { reading in
                    reading.name.map { name in
                        page.nodes[list].options.contains { Resolver.optionScore(name, $0) > 0.9 }
                    } ?? false
                }
            }) {
                nodes.append(list)
            } else {
                return nil
            }
        }
        let isChoice = nodes.allSatisfy { node in
            let box = page.nodes[node]
            return box.isPressed != nil || box.isSelected != nil || box.isChecked != nil || !box.options.isEmpty
                || ["option", "radio", "checkbox"].contains(box.role)
        }
        return isChoice ? nodes : nil
    }

    /// A button that can be pressed again for one more.
    func isCounter(_ node: Int) -> Bool { page.nodes[node].isPressed == nil }

    /// The empty field that a button is for: a comment and its button.
    func field(beside node: Int) -> Int? {
        var outer = page.nodes[node].parent
        var steps = 0
        while let box = outer, steps < 3 {
            let fields = page.descendants(of: box).filter {
                Purpose.fill.allows($0, page) && !page.nodes[$0].isDisabled
            }
            if fields.count == 1, page.nodes[fields[0]].value.isEmpty { return fields[0] }
            if fields.count > 1 { return nil }
            outer = page.nodes[box].parent
            steps += 1
        }
        // "Add comment" and the field Comment.
        let words = Set(content(page.labels[node].first?.words ?? []))
        let fields = page.indices.filter { field in
            Purpose.fill.allows(field, page) && page.nodes[field].value.isEmpty && !page.nodes[field].isDisabled
                && page.labels[field].contains { !words.isDisjoint(with: content($0.words)) }
        }
        return fields.count == 1 ? fields[0] : nil
    }

    /// The field for how many, in the item of a button.
    func quantity(beside node: Int) -> Int? {
        guard let item = page.items[node] else { return nil }
        let fields = page.descendants(of: item).filter {
            page.nodes[$0].inputType == "number" || page.nodes[$0].role == "spinbutton"
        }
        return fields.count == 1 ? fields[0] : nil
    }

    /// Whether what turns on is on: a second "like" would take it back.
    func isDone(_ node: Int, _ act: Deed.Act) -> Bool {
        guard page.nodes[node].isPressed == true || page.nodes[node].isChecked == true else { return false }
        return [
            "like", "star", "favourite", "favorite", "follow", "mute", "mark", "bookmark", "watch", "subscribe", "pin",
            "shuffle", "upvote",
        ].contains(act.words[0])
    }

    // MARK: By the whole clause

    static let small: Set<String> = [
        "the", "a", "an", "of", "to", "and", "in", "for", "your", "my", "on", "&", "please", "this", "that", "it",
        "them", "as", "by", "with", "from", "all", "at", "is", "now", "just", "its", "these", "those", "up", "i", "am",
        "'m", "im", "ones", "one", "everything", "everyone",
    ]

    func content(_ words: [String]) -> [String] {
        words.filter { !Self.small.contains($0) }.map { WordForms.stem(Words.sameThings[$0] ?? $0) }
    }

    /// A control that is called like the whole clause: "generate the report".
    func named(_ act: Deed.Act) throws(Refusal) -> Int? {
        let clause = act.clause
        if act.isExact {
            let exact = outermost(
                page.indices.filter { node in
                    isControl(node)
                        && page.labels[node].contains {
                            $0.weight >= 0.95
                                && ($0.words == clause.words
                                    || content(clause.words).count > 1 && content($0.words) == content(clause.words))
                        }
                }
            )
            return exact.count == 1 ? try usable(exact[0]) : nil
        }
        if let node = consenting(act) { return try usable(node) }
        let wanted = content(clause.words)
        guard wanted.count > 1,
            !act.target.readings.contains(where: { ($0.order != nil || $0.extreme != nil) && $0.name == nil })
        else { return nil }
        // The word for the kind of thing need not be in the name: "remove the Meadow tag" is "Remove Meadow".
        let nouns = Set(act.target.readings.filter { $0.name != nil && $0.noun != nil }.compactMap(\.noun))
        var found: [(node: Int, score: Double)] = []
        for index in page.indices where isControl(index) {
            for label in page.labels[index] where label.weight >= 0.9 && label.words.count <= 12 {
                let own = content(label.words)
                guard !own.isEmpty, let first = own.first else { continue }
                let verbs = Likeness.sameDeeds([clause.words[0]]).compactMap { $0.first.map(WordForms.stem) }
                let hasVerb = own.contains(wanted[0]) || verbs.contains(first)
                let rest = wanted.dropFirst()
                let left = rest.filter { word in !own.contains { $0 == word || Likeness.isNear($0, word) } }
                guard hasVerb, left.count < rest.count, left.count <= 1,
                    left.allSatisfy({ word in
                        nouns.contains { WordForms.stem($0) == word && Nouns.isSupported($0, index, page) }
                    })
                else { continue }
                let covered = own.filter { word in
                    wanted.contains { $0 == word || Likeness.isNear($0, word) } || word == first
                }.count
                guard covered * 2 > own.count else { continue }
                found.append((index, Double(covered) / Double(own.count)))
                break
            }
        }
        guard let top = found.map(\.score).max() else { return nil }
        let best = outermost(found.filter { $0.score > top - 0.01 }.map(\.node))
        if best.count > 1 { throw finder.ambiguous(Target(spoken: clause.text, readings: []), best) }
        return try usable(best[0])
    }

    /// Whether a box around a control says a word, by its stem.
    private func isAbout(_ stem: String, _ node: Int) -> Bool {
        page.view.ancestors(of: node).prefix(3).contains { box in
            WordForms.words(of: page.nodes[box].text).contains { WordForms.stem($0) == stem }
        }
    }

    /// "Accept only the necessary cookies": the button "Only necessary", which does not say what all of it is about.
    func consenting(_ act: Deed.Act) -> Int? {
        let limits: Set<String> = ["only", "just"]
        guard ["accept", "allow"].contains(act.words[0]), act.clause.words.contains(where: limits.contains) else {
            return nil
        }
        let wanted = content(act.clause.words.filter { !limits.contains($0) })
        // The last word says what is accepted, and what is around the button may say it.
        guard let verb = wanted.first, let noun = wanted.last, wanted.count > 2 else { return nil }
        let telling = wanted.dropFirst().dropLast()
        let found = page.indices.filter { node in
            isControl(node)
                && page.labels[node].contains { label in
                    let own = content(label.words.filter { !limits.contains($0) })
                    return label.weight >= 0.95 && !label.words.contains("all") && telling.allSatisfy(own.contains)
                        && own.allSatisfy { $0 == verb || $0 == noun || telling.contains($0) }
                        && (own.contains(noun) || isAbout(noun, node))
                }
        }
        let nodes = outermost(found)
        return nodes.count == 1 ? nodes[0] : nil
    }

    func usable(_ node: Int) throws(Refusal) -> Int {
        if page.nodes[node].isDisabled { throw resolver.disabled(node) }
        return node
    }

    func isControl(_ index: Int) -> Bool {
        let node = page.nodes[index]
        return (node.isInteractive || PageIndex.isIcon(node)) && !node.isEditable
            && !KindFit.textTypes.contains(node.inputType)
            && !KindFit.isList(node)
    }

    /// A control in a control is one.
    func outermost(_ nodes: [Int]) -> [Int] {
        nodes.filter { node in !nodes.contains { $0 != node && page.isInside(node, $0) } }
    }
}
