//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Controls that bear a verb as their name, and what they belong to.
extension Acting {
    /// Controls that bear the verb as their name, with how well it fits.
    func bearing(_ act: Deed.Act) -> [(node: Int, score: Double)] {
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
                        verb.count == 1
                        && label.words.first.map { WordForms.stem($0) == WordForms.stem(verb[0]) } == true
                    let weight = label.weight * (rank == 0 ? 1 : 0.96)
                    if isSame {
                        score = max(score, weight)
                    } else if isWord, label.words.count <= 4 {
                        let others = own.filter { $0 != WordForms.stem(verb[0]) }
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
                    let hasVerb = own.contains(WordForms.stem(act.words[0]))
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
            where !page.nodes[index].isInteractive && page.ends[index] == index + 1
                && page.nodes[index].role != "heading"
                && page.labels[index].contains(where: { $0.weight >= 0.9 && verbs.contains($0.words) })
            {
                found.append((index, 0.9))
            }
        }
        // "Only the necessary ones" are not all.
        if act.clause.words.contains("only") || act.clause.words.contains("just") {
            found.removeAll { page.labels[$0.node].first?.words.contains("all") == true }
        }
        let top = found.map(\.score).max() ?? 0
        let nodes = Set(outermost(found.filter { $0.score > top - 0.35 }.map(\.node)))
        return found.filter { nodes.contains($0.node) }
    }

    /// The only control of the verb.
    func alone(_ act: Deed.Act) throws(Refusal) -> Int {
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

    func onRemembered(_ act: Deed.Act) throws(Refusal) -> Int {
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
    func controls(_ act: Deed.Act, _ target: Target) throws(Refusal) -> [Int] {
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
        // A button that has the noun as its name is not the thing: "Post" is not a post.
        if things.count == 1, page.nodes[things[0]].role == "button",
            let items = try? finder.find(target, for: .item, where: { holders.contains($0) }), !items.isEmpty
        {
            things = items
        }
        let isItemwise = target.readings.contains { $0.order != nil || $0.quantity != .one || $0.extreme != nil }
        if isItemwise, let items = try? finder.find(target, for: .item, where: { holders.contains($0) }), !items.isEmpty
        {
            things = items
        }
        var nodes: [Int] = []
        for thing in things {
            let node = try control(act, for: [thing])
            if !nodes.contains(node) { nodes.append(node) }
        }
        return nodes
    }

    /// The same thing named twice in one item.
    func common(_ nodes: [Int]) -> Int? {
        let items = Set(nodes.compactMap { page.items[$0] })
        return items.count == 1 && nodes.allSatisfy { page.items[$0] != nil } ? items.first : nil
    }

    /// "Delete the project" where there is one button and nothing that is called so: what the button is for.
    func onlyFor(_ target: Target, _ nodes: [Int]) -> Int? {
        guard nodes.count == 1, page.items[nodes[0]] == nil,
            target.readings.contains(where: {
                $0.name == nil && $0.noun != nil && $0.scopes.isEmpty && $0.order == nil && $0.quantity == .one
            })
        else { return nil }
        let noun = target.readings.compactMap(\.noun).first ?? ""
        return Nouns.evidence(noun, nodes[0], page) > 0.5 ? nodes[0] : nil
    }

    /// The control that is nearest to one of some things.
    func control(_ act: Deed.Act, for things: [Int]) throws(Refusal) -> Int {
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
        // A button is not used by another one.
        if let thing = things.first, things.count == 1, page.nodes[thing].role == "button", page.items[thing] == nil,
            !near.contains(where: { page.isInside($0.node, thing) || page.isInside(thing, $0.node) })
        {
            let choices = measured.count > 1 ? "; there are \(finder.choices(measured.map(\.node)))" : ""
            throw Refusal(
                measured.count > 1 ? .ambiguous : .missing,
                "nothing named \"\(act.words.joined(separator: " "))\" belongs to the button \"\(page.called(thing))\"\(choices)"
            )
        }
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

    func siblings(of item: Int) -> Int {
        guard let parent = page.nodes[item].parent else {
            return page.indices.filter { page.nodes[$0].parent == nil && PageIndex.isItem(page.nodes[$0]) }.count
        }
        return page.children[parent].filter {
            PageIndex.isItem(page.nodes[$0]) && page.nodes[$0].role == page.nodes[item].role
        }.count
    }

    /// Ticks the boxes of items whose controls a page shows only for what is ticked: "archive the mails from Ann and Ben".
    func boxing(_ act: Deed.Act) -> Plan? {
        guard act.words.count == 1, Words.deeds.contains(act.words[0]), !act.target.isEmpty, !act.target.isPronoun,
            act.text == nil, act.recipient == nil, bearing(act).isEmpty
        else { return nil }
        var boxes: [Int] = []
        for part in act.target.parts.isEmpty ? [act.target] : act.target.parts {
            guard let things = try? finder.find(part, for: .item), !things.isEmpty else { return nil }
            for thing in things {
                let item = page.items[thing] ?? thing
                let inside = page.descendants(of: item).filter { KindFit.fits($0, .checkbox, page) }
                guard inside.count == 1 else { return nil }
                boxes += inside
            }
        }
        // What is ticked already would be used as well.
        let isAnyOn = page.indices.contains {
            !boxes.contains($0) && KindFit.fits($0, .checkbox, page) && page.items[$0] != nil
                && States.isOn(page.nodes[$0])
        }
        guard let first = boxes.first, !isAnyOn else { return nil }
        var alone = act
        alone.target = .nothing
        alone.clause = Name(act.words.joined(separator: " "))
        return Plan(
            actions: boxes.map { .setChecked(page.view.seen($0), true) },
            deeds: [.act(alone)],
            item: resolver.item(around: first)
        )
    }

    /// "Buy the lamp" where a thing is put into a cart, and what is in the cart is bought.
    func purchasing(_ act: Deed.Act) -> Plan? {
        guard ["buy", "purchase", "order"].contains(act.words[0]), act.words.count == 1, act.target.parts.isEmpty,
            let thing = try? finder.one(act.target, for: .item), let item = page.items[thing]
        else { return nil }
        let adding = page.descendants(of: item).filter { node in
            isControl(node)
                && page.labels[node].contains { label in
                    label.words.first == "add"
                        && label.words.contains { ["cart", "basket", "bag", "trolley"].contains($0) }
                }
        }
        var alone = act
        alone.target = .nothing
        alone.clause = Name(act.words[0])
        guard adding.count == 1, let buying = try? self.alone(alone), page.items[buying] == nil else { return nil }
        return Plan(
            actions: [.click(page.view.seen(adding[0]))],
            deeds: [.act(alone)],
            item: page.view.seen(item)
        )
    }

    /// Opens the menu of an item, or the item itself, where the control may be.
    func opening(_ act: Deed.Act) -> Plan? {
        guard act.words.count == 1, Words.deeds.contains(act.words[0]),
            !["open", "show", "view", "go", "follow", "see"].contains(act.words[0]), !act.target.isEmpty,
            !act.target.isPronoun || finder.memory.item != nil
        else { return nil }
        guard let thing = try? finder.one(act.target, for: .item), let item = page.items[thing] else { return nil }
        let inside = page.descendants(of: item).filter(isControl)
        let menus = inside.filter { node in
            page.nodes[node].hasPopup
                || page.labels[node].contains {
                    ["more", "more actions", "actions", "menu", "⋮", "…", "⋯", "...", "options", "more options"]
                        .contains($0.text.lowercased())
                }
        }
        // What is called like a verb does something else than opening.
        let links = inside.filter { node in
            page.nodes[node].role == "link"
                && !page.labels[node].contains { $0.words.count == 1 && Words.deeds.contains($0.words[0]) }
        }
        guard
            let handle = menus.count == 1
                ? menus[0]
                : menus.isEmpty && links.count == 1 ? links[0] : page.nodes[item].isInteractive ? item : nil
        else {
            // Some items show their controls to the mouse alone.
            guard !act.isHovered, act.words.count == 1, Words.deeds.contains(act.words[0]),
                !page.nodes[item].text.isEmpty
            else { return nil }
            var hovered = act
            hovered.isHovered = true
            return Plan(actions: [.hover(page.view.seen(item))], deeds: [.act(hovered)], item: page.view.seen(item))
        }
        var alone = act
        alone.target = .nothing
        alone.clause = Name(act.words.joined(separator: " "))
        return Plan(actions: [.click(page.view.seen(handle))], deeds: [.act(alone)], item: page.view.seen(item))
    }

    func missing(_ act: Deed.Act) -> Refusal {
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
