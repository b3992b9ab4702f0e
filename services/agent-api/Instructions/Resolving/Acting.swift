//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Uses controls that the page calls like the verb: "archive the mail from Ann" is the control Archive that belongs to that mail.
struct Acting {
    let resolver: Resolver
    private var page: PageIndex { resolver.page }
    private var finder: Finder { resolver.finder }

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

    private func plan(for nodes: [Int], _ act: Deed.Act) -> Plan {
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
    private func selecting(_ act: Deed.Act) -> Plan? {
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
    private func chosen(_ target: Target) -> [Int]? {
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
    private func isCounter(_ node: Int) -> Bool { page.nodes[node].isPressed == nil }

    /// The empty field that a button is for: a comment and its button.
    private func field(beside node: Int) -> Int? {
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
    private func quantity(beside node: Int) -> Int? {
        guard let item = page.items[node] else { return nil }
        let fields = page.descendants(of: item).filter {
            page.nodes[$0].inputType == "number" || page.nodes[$0].role == "spinbutton"
        }
        return fields.count == 1 ? fields[0] : nil
    }

    /// Whether what turns on is on: a second "like" would take it back.
    private func isDone(_ node: Int, _ act: Deed.Act) -> Bool {
        guard page.nodes[node].isPressed == true || page.nodes[node].isChecked == true else { return false }
        return [
            "like", "star", "favourite", "favorite", "follow", "mute", "mark", "bookmark", "watch", "subscribe", "pin",
            "shuffle", "upvote",
        ].contains(act.words[0])
    }

    // MARK: By the whole clause

    private static let small: Set<String> = [
        "the", "a", "an", "of", "to", "and", "in", "for", "your", "my", "on", "&", "please", "this", "that", "it",
        "them", "as", "by", "with", "from", "all", "at", "is", "now", "just", "its", "these", "those", "up", "i", "am",
        "'m", "im", "ones", "one", "everything", "everyone",
    ]

    private func content(_ words: [String]) -> [String] { words.filter { !Self.small.contains($0) }.map(Spelling.stem) }

    /// A control that is called like the whole clause: "generate the report".
    private func named(_ act: Deed.Act) throws(Refusal) -> Int? {
        let clause = act.clause
        if act.isExact {
            let exact = outermost(page.indices.filter { node in
                isControl(node) && page.labels[node].contains { $0.weight >= 0.95 && $0.words == clause.words }
            })
            return exact.count == 1 ? try usable(exact[0]) : nil
        }
        let wanted = content(clause.words)
        guard wanted.count > 1,
            !act.target.readings.contains(where: { ($0.order != nil || $0.extreme != nil) && $0.name == nil })
        else { return nil }
        // The word for the kind of thing need not be in the name: "remove the Meadow tag" is "Remove Meadow".
        let nouns = Set(
            act.target.readings.filter { $0.name != nil && $0.noun != nil }.compactMap(\.noun).map(Spelling.stem)
        )
        var found: [(node: Int, score: Double)] = []
        for index in page.indices where isControl(index) {
            for label in page.labels[index] where label.weight >= 0.9 && label.words.count <= 12 {
                let own = content(label.words)
                guard !own.isEmpty, let first = own.first else { continue }
                let verbs = Likeness.sameDeeds([clause.words[0]]).compactMap { $0.first.map(Spelling.stem) }
                let hasVerb = own.contains(wanted[0]) || verbs.contains(first)
                let rest = wanted.dropFirst()
                let left = rest.filter { word in !own.contains { $0 == word || Likeness.isNear($0, word) } }
                guard hasVerb, left.count < rest.count, left.count <= 1, left.allSatisfy(nouns.contains) else {
                    continue
                }
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

    private func usable(_ node: Int) throws(Refusal) -> Int {
        if page.nodes[node].isDisabled { throw resolver.disabled(node) }
        return node
    }

    private func isControl(_ index: Int) -> Bool {
        let node = page.nodes[index]
        return (node.isInteractive || PageIndex.isIcon(node)) && !node.isEditable && !KindFit.textTypes.contains(node.inputType)
            && !KindFit.isList(node)
    }

    /// A control in a control is one.
    private func outermost(_ nodes: [Int]) -> [Int] {
        nodes.filter { node in !nodes.contains { $0 != node && page.isInside(node, $0) } }
    }

    // MARK: By the verb

    /// Controls that bear the verb as their name, with how well it fits.
    private func bearing(_ act: Deed.Act) -> [(node: Int, score: Double)] {
        let particles: Set<String> = ["up", "out", "off", "down", "away", "back", "again", "in", "all"]
        let isParticle = act.words.dropFirst().allSatisfy(particles.contains)
        let verbs =
            Likeness.sameDeeds(act.words)
            + (act.words.count > 1 && isParticle && act.words[0] != "sign" && act.words[0] != "log"
                ? Likeness.sameDeeds([act.words[0]]) : [])
        let general: Set<String> = ["mark", "add", "set", "put", "make", "turn", "move", "give", "take"]
        let rest = content(Array(act.words.dropFirst()))
        var found: [(node: Int, score: Double)] = []
        for index in page.indices where isControl(index) {
            var score = 0.0
            for label in page.labels[index] where label.words.count <= 6 && label.text.count < 60 {
                let text = label.text.lowercased()
                let own = content(label.words)
                for (rank, verb) in verbs.enumerated() {
                    let isSame =
                        text == verb.joined(separator: " ") || label.words == verb
                        || (own == content(verb) && !own.isEmpty)
                    let isWord =
                        verb.count == 1 && label.words.first.map { Spelling.stem($0) == Spelling.stem(verb[0]) } == true
                    let weight = label.weight * (rank == 0 ? 1 : 0.96)
                    if isSame {
                        score = max(score, weight)
                    } else if isWord, label.words.count <= 4 {
                        let others = own.filter { $0 != Spelling.stem(verb[0]) }
                        let says = others.allSatisfy { word in
                            rest.contains(word)
                                || content(act.target.spoken.lowercased().split(separator: " ").map(String.init))
                                    .contains(word)
                        }
                        score = max(score, weight * (says ? 0.95 : 0.75))
                    }
                }
                if !rest.isEmpty, rest.allSatisfy({ word in own.contains { $0 == word || Likeness.isNear($0, word) } })
                {
                    let hasVerb = own.contains(Spelling.stem(act.words[0]))
                    if hasVerb || general.contains(act.words[0]) {
                        score = max(score, label.weight * (hasVerb ? 0.99 : 0.93))
                    }
                }
            }
            // An item is completed by its box.
            if score == 0, ["complete", "finish", "mark"].contains(act.words[0]), KindFit.fits(index, .checkbox, page),
                page.items[index] != nil,
                act.words.count == 1 || rest.contains(where: { ["done", "complet", "finish"].contains($0) })
            {
                score = 0.7
            }
            if score > 0 { found.append((index, score)) }
        }
        if found.isEmpty {
            // A word that stands alone may be what is clicked, though nothing tells so.
            for index in page.indices
            where !page.nodes[index].isInteractive && page.ends[index] == index + 1 && page.nodes[index].role != "heading"
                && page.labels[index].contains(where: { $0.weight >= 0.9 && verbs.contains($0.words) })
            {
                found.append((index, 0.9))
            }
        }
        let top = found.map(\.score).max() ?? 0
        let nodes = Set(outermost(found.filter { $0.score > top - 0.35 }.map(\.node)))
        return found.filter { nodes.contains($0.node) }
    }

    /// The only control of the verb.
    private func alone(_ act: Deed.Act) throws(Refusal) -> Int {
        let found = bearing(act)
        guard let top = found.map(\.score).max(), top > 0.6 else { throw missing(act) }
        var best = found.filter { $0.score > top - 0.02 }.map(\.node)
        // What was found or used before is meant: "find the mail by Ann and archive".
        if best.count > 1, let item = finder.memory.item.flatMap(finder.index(of:)) {
            let inside = best.filter { page.isInside($0, item) }
            if !inside.isEmpty { best = inside }
        }
        if best.count > 1 { throw finder.ambiguous(Target(spoken: act.clause.text, readings: []), best) }
        return try usable(best[0])
    }

    private func onRemembered(_ act: Deed.Act) throws(Refusal) -> Int {
        if let item = [finder.memory.item, finder.memory.element].compactMap({ $0 }).compactMap(finder.index(of:)).first
        {
            let item = page.items[item] ?? item
            let found = bearing(act)
            let inside = found.filter { page.isInside($0.node, item) }
            if let top = inside.map(\.score).max(), top > 0.6 {
                let best = inside.filter { $0.score > top - 0.02 }
                if best.count == 1 { return try usable(best[0].node) }
            }
        }
        return try alone(act)
    }

    /// The controls of the verb that belong to what a target means.
    private func controls(_ act: Deed.Act, _ target: Target) throws(Refusal) -> [Int] {
        let found = bearing(act)
        guard let top = found.map(\.score).max(), top > 0.6 else { throw missing(act) }
        let able = found.filter { $0.score > top - 0.2 }
        // All things of a kind that have such a control.
        let holders = Set(able.compactMap { page.items[$0.node] })
        var things: [Int]
        do {
            things = try finder.find(target, for: .anything) { node in
                // The verb's own button is not the thing.
                !able.contains { page.isInside(node, $0.node) } || PageIndex.isItem(page.nodes[node])
            }
        } catch {
            // Items of a list are told by order or quantity among those that can be used so.
            guard let items = try? finder.find(target, for: .item, where: { holders.contains($0) }), !items.isEmpty
            else {
                if error.kind == .ambiguous, let match = finder.best(target, for: .anything),
                    let shared = common(match.nodes)
                {
                    return [try control(act, for: [shared])]
                }
                if let one = onlyFor(target, able.map(\.node)) { return [one] }
                if target.readings.contains(where: {
                    $0.quantity == .all && $0.name == nil && $0.scopes.isEmpty && $0.noun != nil
                }) {
                    let noun = target.readings.compactMap(\.noun).first ?? ""
                    let nodes = able.map(\.node).filter { Nouns.evidence(noun, $0, page) > 0 }
                    if nodes.count > 1, Set(nodes.map { page.nodes[$0].parent }).count == 1 { return nodes }
                }
                throw error
            }
            things = items
        }
        let isItemwise = target.readings.contains { $0.order != nil || $0.quantity != .one || $0.extreme != nil }
        if isItemwise, let items = try? finder.find(target, for: .item, where: { holders.contains($0) }), !items.isEmpty
        {
            things = items
        }
        var nodes: [Int] = []
        for thing in things { nodes.append(try control(act, for: [thing])) }
        return nodes
    }

    /// The same thing named twice in one item.
    private func common(_ nodes: [Int]) -> Int? {
        let items = Set(nodes.compactMap { page.items[$0] })
        return items.count == 1 && nodes.allSatisfy { page.items[$0] != nil } ? items.first : nil
    }

    /// "Delete the project" where there is one button and nothing that is called so: what the button is for.
    private func onlyFor(_ target: Target, _ nodes: [Int]) -> Int? {
        guard nodes.count == 1, page.items[nodes[0]] == nil,
            target.readings.contains(where: {
                $0.name == nil && $0.noun != nil && $0.scopes.isEmpty && $0.order == nil && $0.quantity == .one
            })
        else { return nil }
        let noun = target.readings.compactMap(\.noun).first ?? ""
        return Nouns.evidence(noun, nodes[0], page) > 0.5 ? nodes[0] : nil
    }

    /// The control that is nearest to one of some things.
    private func control(_ act: Deed.Act, for things: [Int]) throws(Refusal) -> Int {
        let found = bearing(act)
        guard let top = found.map(\.score).max(), top > 0.6 else { throw missing(act) }
        var measured: [(node: Int, score: Double, distance: Int)] = []
        for candidate in found {
            let distances = things.compactMap {
                page.isInside($0, candidate.node) && !page.isInside(candidate.node, $0)
                    ? 1 : page.distance(candidate.node, $0)
            }
            if let least = distances.min() { measured.append((candidate.node, candidate.score, least)) }
        }
        guard let least = measured.map(\.distance).min() else {
            throw Refusal(
                .missing,
                "nothing named \"\(act.words.joined(separator: " "))\" belongs to \"\(things.first.map(page.called) ?? "")\""
            )
        }
        let near = measured.filter { $0.distance == least }
        // What is outside of the item of a list is not for it alone.
        if let thing = things.first, let item = page.items[thing], things.count == 1,
            !near.contains(where: { page.isInside($0.node, item) || page.isInside(item, $0.node) }),
            siblings(of: item) > 1, !States.isOn(page.nodes[item])
        {
            throw Refusal(
                .missing,
                "nothing named \"\(act.words.joined(separator: " "))\" belongs to \"\(page.called(thing))\" alone"
            )
        }
        // What shares nothing but the page with it belongs to it only as what stands under its heading, or beside it alone.
        if let thing = things.first,
            near.allSatisfy({ page.common($0.node, thing) == nil && !page.isInside(thing, $0.node) }),
            !page.isTitle(thing)
        {
            let isBeside = measured.count == 1 && abs(near[0].node - thing) <= 3 && page.nodes[thing].text.count <= 60
            guard isBeside else {
                throw Refusal(
                    measured.count > 1 ? .ambiguous : .missing,
                    "nothing named \"\(act.words.joined(separator: " "))\" belongs to \"\(page.called(thing))\"; there are \(finder.choices(measured.map(\.node)))"
                )
            }
        }
        let best = near.map(\.score).max() ?? 0
        let nodes = near.filter { $0.score > best - 0.02 }.map(\.node)
        if nodes.count > 1 { throw finder.ambiguous(Target(spoken: act.clause.text, readings: []), nodes) }
        // Far away from the thing it is for something else, unless it is the only one.
        return try usable(nodes[0])
    }

    private func siblings(of item: Int) -> Int {
        guard let parent = page.nodes[item].parent else {
            return page.indices.filter { page.nodes[$0].parent == nil && PageIndex.isItem(page.nodes[$0]) }.count
        }
        return page.children[parent].filter {
            PageIndex.isItem(page.nodes[$0]) && page.nodes[$0].role == page.nodes[item].role
        }.count
    }

    /// Opens the menu of an item, or the item itself, where the control may be.
    func opening(_ act: Deed.Act) -> Plan? {
        guard !act.target.isEmpty, !act.target.isPronoun || finder.memory.item != nil else { return nil }
        guard let thing = try? finder.one(act.target, for: .item), let item = page.items[thing] else { return nil }
        let inside = page.descendants(of: item).filter(isControl)
        let menus = inside.filter { node in
            page.nodes[node].hasPopup
                || page.labels[node].contains {
                    ["more", "more actions", "actions", "menu", "⋮", "…", "⋯", "...", "options", "more options"]
                        .contains($0.text.lowercased())
                }
        }
        let links = inside.filter { page.nodes[$0].role == "link" }
        guard
            let handle = menus.count == 1
                ? menus[0]
                : menus.isEmpty && links.count == 1 ? links[0] : page.nodes[item].isInteractive ? item : nil
        else {
            // Some items show their controls to the mouse alone.
            guard !act.isHovered, !page.nodes[item].text.isEmpty else { return nil }
            var hovered = act
            hovered.isHovered = true
            return Plan(actions: [.hover(page.view.seen(item))], deeds: [.act(hovered)], item: page.view.seen(item))
        }
        var alone = act
        alone.target = .nothing
        alone.clause = Name(act.words.joined(separator: " "))
        return Plan(actions: [.click(page.view.seen(handle))], deeds: [.act(alone)], item: page.view.seen(item))
    }

    private func missing(_ act: Deed.Act) -> Refusal {
        let names = page.indices.filter(isControl).map(page.called).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let near = names.isEmpty ? "" : "; there are " + names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
        return Refusal(
            .missing,
            "nothing on \(page.view.url) is called \"\(act.clause.text)\" or \"\(act.words.joined(separator: " "))\"\(near)"
        )
    }
}
