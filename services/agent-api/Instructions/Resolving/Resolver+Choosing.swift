//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Choosing options, and what is chosen by boxes.
extension Resolver {
    func choosing(_ target: Target, _ place: Target?, _ choice: Deed.Choice) throws(Refusal) -> Plan {
        if choice == .none { return try choosingNothing(place) }
        if let place, !place.isEmpty, let list = (try? finder.one(place, for: .list)) ?? self.list(of: target, place),
            KindFit.isList(page.nodes[list]) || !page.nodes[list].options.isEmpty
        {
            do { return try selecting(target, list, choice) } catch {
                if error.kind != .missing && error.kind != .lacking || !page.nodes[list].options.isEmpty { throw error }
            }
        }
        // A button that opens a list of its own.
        if let place, !place.isEmpty, choice == .one || choice == .only, target.parts.isEmpty,
            let popup = try? finder.one(place, for: .expand),
            page.nodes[popup].hasPopup || page.nodes[popup].role == "combobox",
            page.nodes[popup].options.isEmpty, let name = target.readings.first?.name
        {
            let seen = page.view.seen(popup)
            return Plan(actions: [.select([OptionChoice(name.text)], in: seen)], element: seen)
        }
        // A plain field that suggests while one types.
        if let place, !place.isEmpty, target.parts.isEmpty, choice == .one,
            let field = try? finder.one(place, for: .fill),
            page.nodes[field].inputType == "text" || page.nodes[field].role == "combobox"
                || page.nodes[field].inputType == "search", let name = target.readings.first?.name
        {
            return Plan(
                actions: [.select([OptionChoice(name.text)], in: page.view.seen(field))],
                element: page.view.seen(field)
            )
        }
        var scoped = target
        if let place, !place.isEmpty {
            scoped.readings = scoped.readings.map { within($0, place) }
            scoped.parts = scoped.parts.map { part in
                var part = part
                part.readings = part.readings.map { within($0, place) }
                return part
            }
        }
        return try choosingAnywhere(scoped, choice)
    }

    /// Of several lists that "the list" may mean, the one that has what is chosen.
    func list(of target: Target, _ place: Target) -> Int? {
        guard let match = finder.best(place, for: .list), match.reading.name == nil else { return nil }
        let noun = match.reading.noun ?? ""
        let lists = match.nodes.filter { node in
            noun.hasPrefix("scroll") || noun.hasPrefix("drop")
                ? page.nodes[node].isMultiple == noun.hasPrefix("scroll") : true
        }
        if lists.count == 1 { return lists[0] }
        let having = lists.filter { list in
            (target.parts.isEmpty ? [target] : target.parts).allSatisfy { (try? choice($0, list)) != nil }
        }
        return having.count == 1 ? having[0] : nil
    }

    func within(_ reading: Reading, _ place: Target) -> Reading {
        var reading = reading
        reading.scopes.append(Reading.Scope(relation: .within, target: place))
        return reading
    }

    func selecting(_ target: Target, _ list: Int, _ choice: Deed.Choice) throws(Refusal) -> Plan {
        let seen = page.view.seen(list)
        if page.nodes[list].isDisabled { throw disabled(list) }
        let mode: PageAction.SelectionMode = choice == .also ? .add : choice == .remove ? .remove : .replace
        let whole = try? option(Name(target.spoken), of: list)
        var choices: [OptionChoice] = []
        if let whole, target.parts.isEmpty || !page.nodes[list].options.isEmpty,
            whole.name.lowercased() == target.spoken.lowercased() || target.parts.isEmpty
        {
            choices = [whole]
        } else {
            for part in target.parts.isEmpty ? [target] : target.parts { choices.append(try self.choice(part, list)) }
        }
        return Plan(actions: [.select(choices, in: seen, mode: mode)], element: seen, item: item(around: list))
    }

    /// The option that a phrase means: by name, or by order.
    func choice(_ target: Target, _ list: Int) throws(Refusal) -> OptionChoice {
        var first: Refusal?
        for reading in target.readings where isTitled(reading, list) {
            if let name = reading.name {
                if let noun = reading.noun, !Nouns.isSupported(noun, list, page) { continue }
                do { return try option(name, of: list) } catch { first = first ?? error }
            } else if case .some(let count) = reading.quantity, count > 1 {
                continue
            } else if let order = reading.order,
                reading.kind == .option || reading.kind == .item
                    || reading.noun.map({ Nouns.isSupported($0, list, page) }) == true
            {
                let options = page.nodes[list].options
                if options.isEmpty { return OptionChoice("", position: order.position) }
                if let place = Finder.pick(Array(options.indices), order)?.first {
                    return OptionChoice(
                        options[place].label,
                        group: options[place].group.isEmpty ? nil : options[place].group
                    )
                }
            } else if reading.quantity == .anyOne,
                let option = page.nodes[list].options.first(where: { !$0.isDisabled && !$0.value.isEmpty })
            {
                return OptionChoice(option.label)
            }
        }
        throw first ?? Refusal(.missing, "no option \"\(target.spoken)\" in \"\(page.called(list))\"")
    }

    /// "Shipping city" as an option: the list or its group has to be called after the first word.
    private func isTitled(_ reading: Reading, _ list: Int) -> Bool {
        reading.scopes.filter { $0.relation == .titled }.allSatisfy { scope in
            let words = WordForms.words(of: scope.target.spoken)
            let groups = page.nodes[list].options.map { WordForms.words(of: $0.group) }
            return (page.labels[list].map(\.words) + groups).contains { said in words.allSatisfy(said.contains) }
        }
    }

    /// Choices of all lists and groups of the page.
    func choosingAnywhere(_ target: Target, _ choice: Deed.Choice) throws(Refusal) -> Plan {
        var best: (score: Double, make: () throws(Refusal) -> Plan)?
        var rivals: [String] = []
        for list in page.indices where !page.nodes[list].options.isEmpty && !page.nodes[list].isDisabled {
            for reading in target.readings where reading.scopes.isEmpty && reading.kind.map({ $0 == .option }) ?? true {
                guard let name = reading.name, target.parts.isEmpty,
                    reading.noun.map({ Nouns.isSupported($0, list, page) }) ?? true
                else { continue }
                let score = page.nodes[list].options.map { Self.optionScore(name, $0) }.max() ?? 0
                guard score > 0.5 else { continue }
                if score > (best?.score ?? 0) + 0.001 {
                    best = (score, { () throws(Refusal) in try selecting(target, list, choice) })
                    rivals = [page.called(list)]
                } else if abs(score - (best?.score ?? 0)) < 0.001, !rivals.contains(page.called(list)) {
                    rivals.append(page.called(list))
                }
                break
            }
        }
        // "select the first two messages": items that have a box are chosen by it.
        if choice == .one || choice == .also || choice == .remove,
            target.readings.contains(where: {
                $0.name == nil && ($0.noun != nil || $0.kind == .item || $0.kind == .row)
            }),
            let items = try? finder.find(target, for: .item), !items.isEmpty,
            target.readings.contains(where: { reading in
                reading.kind != nil || items.allSatisfy { Nouns.evidence(reading.noun ?? "", $0, page) > 0.6 }
            })
        {
            let boxes = items.map { item in page.descendants(of: item).filter { KindFit.fits($0, .checkbox, page) } }
            if boxes.allSatisfy({ $0.count == 1 }) {
                var plan = Plan(item: page.view.seen(items[0]))
                plan.actions = boxes.map { .setChecked(page.view.seen($0[0]), choice != .remove) }
                return plan
            }
        }
        if !target.parts.isEmpty {
            let lists = page.indices.filter { list in
                !page.nodes[list].options.isEmpty
                    && target.parts.allSatisfy { part in (try? self.choice(part, list)) != nil }
            }
            if lists.count == 1 { return try selecting(target, lists[0], choice) }
            if let parts = try partsOf(target, for: .choice) {
                var deeds: [Deed] = parts.map { .choose($0, in: nil, choice == .only ? .one : choice) }
                if choice == .only { deeds = try clearingOthers(parts) + deeds }
                return Plan(deeds: deeds)
            }
        }
        if let match = finder.best(target, for: .choice),
            match.score > (best?.score ?? 0) - (best == nil ? 0 : 0.0005) || best == nil
        {
            let nodes = try finder.find(target, for: .choice)
            if best == nil || match.score > (best?.score ?? 0) {
                var plan = Plan()
                if choice == .only {
                    plan.deeds = try clearingOthers([target]) + [.choose(target, in: nil, .one)]
                    return plan
                }
                for node in nodes { try add(node, choice, to: &plan) }
                return plan
            }
        }
        guard let best else {
            if let node = try? finder.one(target, for: .anything),
                finder.best(target, for: .anything).map({ $0.score > 0.95 }) == true,
                target.readings.first?.scopes.isEmpty == true
            {
                return try clicking(target, Deed.Press()).withElement(page.view.seen(node))
            }
            throw finder.missing(target, for: .choice)
        }
        if rivals.count > 1 {
            throw Refusal(
                .ambiguous,
                "\"\(target.spoken)\" is an option of several lists: \(rivals.map { "\"\($0)\"" }.joined(separator: ", ")); say which one"
            )
        }
        return try best.make()
    }

    func add(_ node: Int, _ choice: Deed.Choice, to plan: inout Plan) throws(Refusal) {
        let seen = page.view.seen(node)
        let box = page.nodes[node]
        if box.isDisabled { throw disabled(node) }
        // A list is not one of its own options.
        if box.hasPopup || KindFit.isList(box) {
            throw Refusal(.missing, "\"\(page.called(node))\" is a list; say which option of it")
        }
        let isOn = choice != .remove
        plan.element = seen
        plan.item = item(around: node)
        if KindFit.fits(node, .checkbox, page) || KindFit.fits(node, .radio, page) {
            plan.actions.append(.setChecked(seen, isOn))
        } else if box.isSelected == isOn || box.isPressed == isOn || box.isChecked == isOn {
            plan.found.append("\"\(page.called(node))\" is \(isOn ? "selected" : "not selected") already")
        } else if !isOn, box.isSelected == nil, box.isPressed == nil {
            throw Refusal(.missing, "\"\(page.called(node))\" is not selected")
        } else {
            plan.actions.append(.click(seen))
        }
    }

    /// Boxes of the same group that are on and not wanted.
    func clearingOthers(_ wanted: [Target]) throws(Refusal) -> [Deed] {
        var nodes: [Int] = []
        for target in wanted { nodes += try finder.find(target, for: .choice) }
        // Each box may stand in a label of its own.
        guard let first = nodes.first,
            let group = page.view.ancestors(of: first).first(where: { outer in
                nodes.allSatisfy { page.isInside($0, outer) }
                    && page.descendants(of: outer).contains { !nodes.contains($0) && Purpose.check.allows($0, page) }
            })
        else { return [] }
        let others = page.indices.filter {
            page.isInside($0, group) && !nodes.contains($0) && Purpose.check.allows($0, page)
                && States.isOn(page.nodes[$0]) && !KindFit.fits($0, .radio, page)
        }
        return others.map {
            .check(
                Target(spoken: page.called($0), readings: [Reading(name: Name(page.called($0)), isWhole: true)]),
                false
            )
        }
    }

    func choosingNothing(_ place: Target?) throws(Refusal) -> Plan {
        if let place, !place.isEmpty {
            let list = try finder.one(place, for: .list)
            return Plan(actions: [.select([], in: page.view.seen(list))], element: page.view.seen(list))
        }
        let boxes = page.indices.filter { KindFit.fits($0, .checkbox, page) && States.isOn(page.nodes[$0]) }
        return Plan(
            actions: boxes.map { .setChecked(page.view.seen($0), false) },
            found: boxes.isEmpty ? ["nothing is selected"] : []
        )
    }
}
