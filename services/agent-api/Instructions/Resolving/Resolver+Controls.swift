//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Fields, lists, boxes and other controls that hold a value.
extension Resolver {
    // MARK: Typing

    func typing(_ value: Value, _ target: Target, _ mode: Deed.Mode) throws(Refusal) -> Plan {
        if case .suggested(let fragments) = value {
            let field = target.isEmpty ? try onlyField() : try finder.one(target, for: .fill)
            let text = [fragments.start, fragments.part, fragments.end].first { !$0.isEmpty } ?? ""
            let seen = page.view.seen(field)
            return Plan(
                actions: [.type(typed(text), into: seen, mode: .replace)],
                deeds: [.suggest(fragments)],
                element: seen
            )
        }
        if !target.parts.isEmpty, finder.best(target, for: .fill).map({ $0.score < 0.9 }) ?? true {
            for part in target.parts { _ = try finder.find(part, for: .fill) }
            return Plan(deeds: target.parts.map { .type(value, into: $0, mode: mode) })
        }
        let fields: [Int]
        if target.isEmpty {
            fields = [try onlyField()]
        } else {
            do {
                if case .text(let text) = value, let first = boxes(target, text) {
                    fields = [first]
                } else {
                    fields = try finder.find(target, for: .fill)
                }
            } catch {
                if error.kind == .missing, mode == .replace, let list = try? finder.one(target, for: .control),
                    KindFit.isList(page.nodes[list]) || page.nodes[list].role == "slider"
                        || page.nodes[list].inputType == "range"
                {
                    return try setting(list, try text(value))
                }
                throw error
            }
        }
        let text = try text(value)
        var plan = Plan()
        for field in fields {
            let node = page.nodes[field]
            if node.isDisabled { throw disabled(field) }
            try ControlValues.check(text, node, page.called(field))
            plan.actions.append(filling(field, text, mode))
            plan.element = page.view.seen(field)
        }
        return plan
    }

    /// The action that makes a field hold a text.
    private func filling(_ field: Int, _ text: String, _ mode: Deed.Mode) -> PageAction {
        let node = page.nodes[field]
        let seen = page.view.seen(field)
        let isSpecial =
            ["date", "time", "month", "week", "datetime-local", "color", "range", "number"].contains(node.inputType)
            || node.role == "slider" || (node.isReadOnly && !node.isDisabled)
        if !isSpecial, mode == .replace, node.isEditable || node.isReadOnly, KindFit.fits(field, .date, page),
            node.inputType == "text" || node.inputType.isEmpty, let day = DateText.day(text), text != node.value
        {
            return .setValue(day.isoText, of: seen)
        }
        if isSpecial, mode == .replace, !text.isEmpty { return .setValue(ControlValues.normal(text, node), of: seen) }
        return .type(typed(text), into: seen, mode: mode == .append ? .append : .replace)
    }

    /// The field that is meant where none is named: the one with the focus, the last one, or the only one.
    func onlyField() throws(Refusal) -> Int {
        let fields = page.indices.filter { Purpose.fill.allows($0, page) && !page.nodes[$0].isDisabled }
        if let focused = fields.first(where: { page.nodes[$0].isFocused }) { return focused }
        if let field = memory.field.flatMap(finder.index(of:)), fields.contains(field) { return field }
        let empty = fields.filter { page.nodes[$0].value.isEmpty && !page.nodes[$0].isReadOnly }
        if fields.count == 1 { return fields[0] }
        if empty.count == 1 { return empty[0] }
        throw fields.isEmpty
            ? Refusal(.missing, "no field on \(page.view.url)")
            : Refusal(.ambiguous, "there are \(fields.count) fields: \(finder.choices(fields)); say which one")
    }

    /// Chooses among what a field suggests.
    func suggested(_ fragments: Value.Fragments) throws(Refusal) -> Plan {
        let holders: Set<String> = ["option", "menuitem", "listitem", "listbox", "menu", "list"]
        let fitting = page.indices.filter { index in
            let node = page.nodes[index]
            return !node.isEditable && !node.text.isEmpty && node.text.count < 80 && fragments.fits(node.text)
                && ([index] + page.view.ancestors(of: index)).contains { outer in
                    holders.contains(page.nodes[outer].role)
                        || page.nodes[outer].hints.contains {
                            $0.contains("menu") || $0.contains("suggest") || $0.contains("complete")
                        }
                }
        }
        let inner = fitting.filter { index in !fitting.contains { $0 != index && page.isInside($0, index) } }
        guard let first = inner.first else {
            throw Refusal(.lacking, "nothing is suggested that \(fragments.spoken)")
        }
        let node = ([first] + page.view.ancestors(of: first)).first { page.nodes[$0].isInteractive } ?? first
        var plan = Plan(actions: [.click(page.view.seen(fitting.contains(node) ? node : first))])
        plan.needsEffect = true
        return plan
    }

    func clearing(_ target: Target) throws(Refusal) -> Plan {
        let fields = try finder.find(target, for: .fill)
        var plan = Plan()
        for field in fields {
            plan.actions.append(.type(TypedText(""), into: page.view.seen(field), mode: .replace))
            plan.element = page.view.seen(field)
        }
        return plan
    }

    // MARK: Setting

    /// Gives a control a value, whatever control it is.
    func setting(_ control: Int, _ text: String) throws(Refusal) -> Plan {
        let node = page.nodes[control]
        let seen = page.view.seen(control)
        if node.isDisabled { throw disabled(control) }
        var plan = Plan(element: seen, item: item(around: control))
        if KindFit.isList(node), !(node.isEditable && node.options.isEmpty) {
            plan.actions = [.select([try option(Name(text), of: control)], in: seen)]
        } else if Purpose.fill.allows(control, page) || node.isEditable {
            try ControlValues.check(text, node, page.called(control))
            plan.actions = [filling(control, text, .replace)]
        } else if node.role == "slider" || node.inputType == "range"
            || node.hints.contains(where: { $0.contains("slider") })
        {
            plan.actions = [.setValue(ControlValues.normal(text, node), of: seen)]
        } else if Purpose.check.allows(control, page), let isOn = Words.truths[text.lowercased()] {
            plan.actions = [.setChecked(seen, isOn)]
        } else {
            throw Refusal(.missing, "\"\(page.called(control))\" cannot be set to \"\(text)\"")
        }
        return plan
    }

    /// The option of a list that a name means: exact before whole words before a part.
    func option(_ name: Name, of list: Int) throws(Refusal) -> OptionChoice {
        let options = page.nodes[list].options
        guard !options.isEmpty else { return OptionChoice(name.text) }
        let scored = options.enumerated().map { (place: $0.offset, score: Self.optionScore(name, $0.element)) }.filter {
            $0.score > 0.5
        }
        let listed =
            options.prefix(12).map { "\"\($0.label)\"" }.joined(separator: ", ")
            + (options.count > 12 ? " and \(options.count - 12) more" : "")
        guard let top = scored.map(\.score).max() else {
            throw Refusal(.lacking, "no option \"\(name.text)\" in \"\(page.called(list))\"; there are \(listed)")
        }
        let best = scored.filter { $0.score > top - 0.01 }
        let labels = Set(best.map { options[$0.place].label })
        if labels.count > 1 {
            throw Refusal(
                .ambiguous,
                "\"\(name.text)\" may mean several options of \"\(page.called(list))\": \(labels.sorted().map { "\"\($0)\"" }.joined(separator: ", "))"
            )
        }
        if best.count > 1, Set(best.map { options[$0.place].group }).count > 1 {
            throw Refusal(
                .ambiguous,
                "there are \(best.count) options \"\(options[best[0].place].label)\" in \"\(page.called(list))\", in \(best.map { "\"\(options[$0.place].group)\"" }.joined(separator: ", "))"
            )
        }
        let option = options[best[0].place]
        if option.isDisabled {
            throw Refusal(.unusable, "the option \"\(option.label)\" of \"\(page.called(list))\" is disabled")
        }
        return OptionChoice(option.label, group: option.group.isEmpty ? nil : option.group)
    }

    static func optionScore(_ name: Name, _ option: PageOption) -> Double {
        let own = Likeness.score(
            name,
            PageIndex.Label(text: option.label, words: Spelling.words(of: option.label), weight: 1)
        )
        let value =
            option.value.isEmpty
            ? 0
            : Likeness.score(
                name,
                PageIndex.Label(text: option.value, words: Spelling.words(of: option.value), weight: 0.9)
            )
        if own > 0 || value > 0.8 { return max(own, value > 0.8 ? value : 0) }
        // "3 rooms" in a list of numbers; "three" for 3.
        if let number = Words.numbers[name.text.lowercased()], option.label == String(number) { return 0.95 }
        return 0
    }

    /// One-character boxes side by side are one field; the first of them takes the text.
    func boxes(_ target: Target, _ text: String) -> Int? {
        var nodes = finder.best(target, for: .fill)?.nodes ?? []
        if nodes.isEmpty, let place = finder.placesOf(target).first, !target.isEmpty {
            let range = page.isTitle(place) ? page.section(of: place) : place..<page.ends[place]
            nodes = range.filter { Purpose.fill.allows($0, page) }
        }
        guard nodes.count >= 3, nodes.count <= max(8, text.count) else { return nil }
        let parents = Set(nodes.map { page.nodes[$0].parent })
        let isSmall = nodes.allSatisfy { page.nodes[$0].box.width <= 70 && page.nodes[$0].box.width > 0 }
        return parents.count == 1 && isSmall ? nodes[0] : nil
    }

    func assigning(_ target: Target, _ value: Value) throws(Refusal) -> Plan {
        if !target.parts.isEmpty, finder.best(target, for: .control).map({ $0.score < 0.9 }) ?? true {
            return Plan(deeds: target.parts.map { .assign($0, value) })
        }
        let text = try text(value)
        if let first = boxes(target, text) {
            return Plan(actions: [.type(typed(text), into: page.view.seen(first))], element: page.view.seen(first))
        }
        var refusal: Refusal?
        do {
            let controls = try finder.find(target, for: .control) { isHolder($0, text) }
            if let control = controls.first {
                if controls.count == 1 {
                    var plan = try setting(control, text)
                    // The second field for a new password takes the same.
                    if page.nodes[control].isPassword, target.spoken.lowercased() == "password",
                        let again = repetition(of: control)
                    {
                        plan.actions.append(.type(typed(text), into: page.view.seen(again), mode: .replace))
                    }
                    return plan
                }
                var plan = Plan()
                for control in controls { plan.actions += try setting(control, text).actions }
                return plan
            }
        } catch {
            refusal = error
        }
        do throws(Refusal) {
            // The label must be there: the value alone says too little.
            guard finder.placeScore(target) > 0.8 else { throw finder.missing(target, for: .control) }
            return try choosing(Target(spoken: text, readings: values(text)), target, .one)
        } catch {
            // That the label is there and the value is not says more than that both are missing.
            throw refusal.map { $0.kind == .ambiguous || error.kind == .missing ? $0 : error } ?? error
        }
    }

    private func repetition(of field: Int) -> Int? {
        let words: Set<String> = ["confirm", "repeat", "again", "retype", "confirmation", "reenter"]
        let found = page.indices.filter { node in
            node != field && page.nodes[node].isPassword
                && page.labels[node].contains { !words.isDisjoint(with: $0.words) }
        }
        return found.count == 1 ? found[0] : nil
    }

    /// A value as the name of a choice: "4 stars", "4".
    private func values(_ text: String) -> [Reading] {
        var readings = [Reading(name: Name(text), isWhole: true), Reading(name: Name(text))]
        let words = Spelling.words(of: text)
        if let first = words.first, words.count == 2, let number = Words.numbers[first] ?? Int(first) {
            readings.append(Reading(name: Name("\(number) \(words[1])")))
            readings.append(Reading(name: Name(String(number)), isWhole: true))
            readings.append(Reading(name: Name("\(number) \(Spelling.stem(words[1]))s"), isWhole: true))
        }
        return readings
    }

    /// Whether a control is one that can hold a text: a box takes yes and no alone.
    private func isHolder(_ node: Int, _ text: String) -> Bool {
        let isBox = Purpose.check.allows(node, page) && !Purpose.fill.allows(node, page)
        if isBox { return Words.truths[text.lowercased()] != nil }
        return page.nodes[node].role != "radiogroup"
    }

    func pairing(_ pairs: [Deed.Pair]) throws(Refusal) -> Plan {
        var best: (plan: Plan, score: Double)?
        var first: Refusal?
        for pair in pairs {
            var score = 0.3
            if let match = finder.best(pair.label, for: .control) {
                score = match.score * (1 + Double(pair.label.spoken.count) / 1000)
            }
            do {
                let plan = try assigning(pair.label, pair.value)
                if score > (best?.score ?? 0) { best = (plan, score) }
            } catch {
                first = worse(first, error)
            }
        }
        if let best { return best.plan }
        throw first ?? Refusal(.missing, "nothing is said")
    }

    func adjusting(_ target: Target, _ amount: Int?, isUp: Bool) throws(Refusal) -> Plan {
        let control = try finder.one(target, for: .control)
        guard let now = Numbers.first(in: page.nodes[control].value.isEmpty ? "0" : page.nodes[control].value) else {
            throw Refusal(.missing, "\"\(page.called(control))\" holds no number")
        }
        let step = Double(page.nodes[control].step) ?? 1
        let change = amount.map(Double.init) ?? step
        return try setting(control, Numbers.text(isUp ? now + change : now - change))
    }

    // MARK: Choosing

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
            let popup = try? finder.one(place, for: .expand), page.nodes[popup].hasPopup || page.nodes[popup].role == "combobox",
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
    private func list(of target: Target, _ place: Target) -> Int? {
        guard let match = finder.best(place, for: .list), match.reading.name == nil else { return nil }
        let noun = match.reading.noun ?? ""
        let lists = match.nodes.filter { node in
            noun.hasPrefix("scroll") || noun.hasPrefix("drop") ? page.nodes[node].isMultiple == noun.hasPrefix("scroll") : true
        }
        if lists.count == 1 { return lists[0] }
        let having = lists.filter { list in
            (target.parts.isEmpty ? [target] : target.parts).allSatisfy { (try? choice($0, list)) != nil }
        }
        return having.count == 1 ? having[0] : nil
    }

    private func within(_ reading: Reading, _ place: Target) -> Reading {
        var reading = reading
        reading.scopes.append(Reading.Scope(relation: .within, target: place))
        return reading
    }

    private func selecting(_ target: Target, _ list: Int, _ choice: Deed.Choice) throws(Refusal) -> Plan {
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
    private func choice(_ target: Target, _ list: Int) throws(Refusal) -> OptionChoice {
        var first: Refusal?
        for reading in target.readings {
            if let name = reading.name {
                do { return try option(name, of: list) } catch { first = first ?? error }
            } else if case .some(let count) = reading.quantity, count > 1 {
                continue
            } else if let order = reading.order, reading.kind == .option || reading.kind == .item || reading.noun != nil
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

    /// Choices of all lists and groups of the page.
    private func choosingAnywhere(_ target: Target, _ choice: Deed.Choice) throws(Refusal) -> Plan {
        var best: (score: Double, make: () throws(Refusal) -> Plan)?
        var rivals: [String] = []
        for list in page.indices where !page.nodes[list].options.isEmpty && !page.nodes[list].isDisabled {
            for reading in target.readings where reading.scopes.isEmpty && reading.kind.map({ $0 == .option }) ?? true {
                guard let name = reading.name, target.parts.isEmpty else { continue }
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

    private func add(_ node: Int, _ choice: Deed.Choice, to plan: inout Plan) throws(Refusal) {
        let seen = page.view.seen(node)
        let box = page.nodes[node]
        if box.isDisabled { throw disabled(node) }
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
    private func clearingOthers(_ wanted: [Target]) throws(Refusal) -> [Deed] {
        var nodes: [Int] = []
        for target in wanted { nodes += try finder.find(target, for: .choice) }
        guard let first = nodes.first, let group = page.nodes[page.items[first] ?? first].parent else { return [] }
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

    private func choosingNothing(_ place: Target?) throws(Refusal) -> Plan {
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

    // MARK: Boxes

    func checking(_ target: Target, _ isOn: Bool?) throws(Refusal) -> Plan {
        if let parts = try partsOf(target, for: .check) { return Plan(deeds: parts.map { .check($0, isOn) }) }
        let nodes = try finder.find(target, for: .check)
        guard let first = nodes.first else { throw finder.missing(target, for: .check) }
        var plan = Plan(element: page.view.seen(first), item: item(around: first))
        for node in nodes {
            if page.nodes[node].isDisabled { throw disabled(node) }
            plan.actions.append(.setChecked(page.view.seen(node), isOn ?? !States.isOn(page.nodes[node])))
        }
        return plan
    }

    // MARK: Forms

    /// Fills each empty field by what the page says for its label.
    func fillingByLabels() throws(Refusal) -> Plan {
        let fields = page.indices.filter {
            Purpose.fill.allows($0, page) && !page.nodes[$0].isDisabled && !page.nodes[$0].isReadOnly
        }
        guard !fields.isEmpty else { throw Refusal(.missing, "no field on \(page.view.url)") }
        var plan = Plan()
        for field in fields {
            let label = page.nodes[field].name.isEmpty ? page.nodes[field].labelNear : page.nodes[field].name
            guard !label.isEmpty else {
                throw Refusal(.missing, "a field has no label by which its value could be found")
            }
            let outside = Answers(finder, without: Set(fields))
            let value = try outside.answer(.attribute(words: Spelling.words(of: label), of: nil, spoken: label))
            plan.actions.append(filling(field, value, .replace))
            plan.element = page.view.seen(field)
        }
        return plan
    }

    func searching(_ value: Value, _ place: Target?) throws(Refusal) -> Plan {
        let text = try text(value)
        let fields = page.indices.filter { Purpose.fill.allows($0, page) && !page.nodes[$0].isDisabled }
        var found = fields.filter { node in
            page.nodes[node].role == "searchbox" || page.nodes[node].inputType == "search"
                || page.labels[node].contains { label in
                    label.words.contains { ["search", "query", "q", "find"].contains($0) }
                }
        }
        if let place, !place.isEmpty {
            if let node = try? finder.one(place, for: .fill) {
                found = [node]
            } else {
                let places = finder.placesOf(place)
                let near = found.filter { field in
                    places.contains { page.distance(field, $0).map { $0 < page.nodes.count } ?? false }
                }
                if !near.isEmpty { found = near }
            }
        }
        if found.isEmpty, fields.count == 1 { found = fields }
        guard let field = found.first else { throw Refusal(.missing, "no search field on \(page.view.url)") }
        if found.count > 1 {
            // The search of the whole site is not meant where the page has one of its own.
            let own = found.filter { node in
                !page.view.ancestors(of: node).contains {
                    ["banner", "navigation", "contentinfo"].contains(page.nodes[$0].role) || page.nodes[$0].tag == "header"
                }
            }
            if own.count == 1 { found = own }
        }
        if found.count > 1 {
            let boxes = found.filter { page.nodes[$0].role == "searchbox" || page.nodes[$0].inputType == "search" }
            if boxes.count != 1 {
                throw Refusal(
                    .ambiguous,
                    "there are \(found.count) search fields: \(finder.choices(found)); say which one"
                )
            }
            found = boxes
        }
        let seen = page.view.seen(found.first ?? field)
        var plan = Plan(
            actions: [.type(typed(text), into: seen, mode: .replace), .press("Enter", times: 1, in: seen)],
            element: seen
        )
        let buttons = page.indices.filter { node in
            page.nodes[node].isInteractive && !page.nodes[node].isEditable
                && page.labels[node].contains {
                    ["search", "find", "go", "🔍", "submit"].contains($0.text.lowercased())
                }
        }
        let near = buttons.min { (page.distance($0, field) ?? .max, $0) < (page.distance($1, field) ?? .max, $1) }
        if let near { plan.otherwise = [.click(page.view.seen(near))] }
        return plan
    }

    func submitting() throws(Refusal) -> Plan {
        let names: Set<String> = ["submit", "send", "save", "ok", "continue", "next", "done", "go", "apply", "finish"]
        let field = memory.field.flatMap(finder.index(of:)) ?? memory.element.flatMap(finder.index(of:))
        let form = field.flatMap { field in
            page.view.ancestors(of: field).first { page.nodes[$0].tag == "form" || page.nodes[$0].role == "form" }
        }
        let buttons = page.indices.filter { node in
            page.nodes[node].isInteractive && KindFit.fits(node, .button, page)
                && (form.map { page.isInside(node, $0) } ?? true) && !page.nodes[node].isEditable
        }
        let typed = buttons.filter {
            page.nodes[$0].inputType == "submit" || page.labels[$0].contains { $0.words == ["submit"] }
        }
        let named = buttons.filter {
            page.labels[$0].contains { label in label.words.first.map(names.contains) ?? false }
        }
        for group in [typed, named] where group.count == 1 {
            if page.nodes[group[0]].isDisabled { throw disabled(group[0]) }
            return Plan(actions: [.click(page.view.seen(group[0]))], element: page.view.seen(group[0]))
        }
        if typed.count > 1 || named.count > 1 {
            throw Refusal(
                .ambiguous,
                "several buttons may submit: \(finder.choices(typed.isEmpty ? named : typed)); say which one"
            )
        }
        if let field, Purpose.fill.allows(field, page) {
            return Plan(actions: [.press("Enter", times: 1, in: page.view.seen(field))])
        }
        throw Refusal(.missing, "no button to submit on \(page.view.url)")
    }

    /// Types each entry into the field for new ones and sends it.
    func adding(_ entries: [String], _ noun: String) throws(Refusal) -> Plan {
        let fields = page.indices.filter {
            Purpose.fill.allows($0, page) && !page.nodes[$0].isDisabled && !page.nodes[$0].isReadOnly
                && page.nodes[$0].role != "searchbox"
        }
        let stem = Spelling.stem(noun)
        let fresh = fields.filter { node in
            page.labels[node].contains { label in
                label.words.contains { ["new", "add"].contains($0) || Spelling.stem($0) == stem }
            }
        }
        let field: Int
        if fresh.count == 1 {
            field = fresh[0]
        } else if fields.count == 1 {
            field = fields[0]
        } else {
            throw Refusal(
                fields.isEmpty ? .missing : .ambiguous,
                fields.isEmpty
                    ? "no field for a new \(noun) on \(page.view.url)"
                    : "several fields may be for a new \(noun): \(finder.choices(fresh.isEmpty ? fields : fresh)); say which one"
            )
        }
        let seen = page.view.seen(field)
        let buttons = page.indices.filter { node in
            page.nodes[node].isInteractive && KindFit.fits(node, .button, page)
                && page.labels[node].contains { label in
                    label.words.first.map {
                        ["add", "create", "+", "save", "post", "send", "submit", "insert"].contains($0)
                    } ?? false
                }
        }
        let send: PageAction =
            buttons.count == 1 ? .click(page.view.seen(buttons[0])) : .press("Enter", times: 1, in: seen)
        var plan = Plan(element: seen)
        for entry in entries { plan.actions += [.type(typed(entry), into: seen, mode: .replace), send] }
        return plan
    }
}

extension Plan {
    func withElement(_ seen: Seen) -> Plan {
        var plan = self
        plan.element = plan.element ?? seen
        return plan
    }
}

/// Values in the form that a control takes.
enum ControlValues {
    /// Refuses a number that a control does not take.
    static func check(_ text: String, _ node: PageNode, _ name: String) throws(Refusal) {
        guard
            node.inputType == "number" || node.inputType == "range" || node.role == "slider"
                || node.role == "spinbutton", let value = Double(normal(text, node))
        else { return }
        let (least, most) = (Double(node.minimum), Double(node.maximum))
        if let least, value < least {
            throw Refusal(.unusable, "\"\(name)\" takes no less than \(node.minimum), not \(text)")
        }
        if let most, value > most {
            throw Refusal(.unusable, "\"\(name)\" takes no more than \(node.maximum), not \(text)")
        }
        if let step = Double(node.step), step > 0 {
            let steps = (value - (least ?? 0)) / step
            if abs(steps - steps.rounded()) > 1e-6 {
                throw Refusal(
                    .unusable,
                    "\"\(name)\" takes steps of \(node.step)\(least.map { " from \(Numbers.text($0))" } ?? ""), not \(text)"
                )
            }
        }
    }

    static func normal(_ text: String, _ node: PageNode) -> String {
        let words = text.split(separator: " ")
        switch node.inputType {
        case "date": return DateText.day(text)?.isoText ?? text
        case "time": return DateText.time(text)?.isoText ?? text
        case "month": return DateText.month(ofYear: text).map { String($0.isoText.dropLast(3)) } ?? text
        case "week": return DateText.week(text) ?? text
        case "datetime-local": return DateText.moment(text).map { "\($0.0.isoText)T\($0.1.isoText)" } ?? text
        case "color": return DateText.colour(text) ?? text
        default:
            if node.isReadOnly, let day = DateText.day(text) { return day.isoText }
        }
        if node.inputType == "number" || node.inputType == "range" || node.role == "slider" || node.role == "spinbutton"
        {
            if let number = Words.numbers[text.lowercased()] { return String(number) }
            if words.count > 1, let first = words.first, let number = Words.numbers[first.lowercased()] {
                return String(number)
            }
            if words.count > 1, let number = Numbers.first(in: text), Numbers.all(in: text).count == 1 {
                return Numbers.text(number)
            }
            if let number = Numbers.all(in: text).first, Numbers.all(in: text).count == 1,
                text.allSatisfy({ $0.isNumber || ".,%€$£ -".contains($0) })
            {
                return Numbers.text(number)
            }
        }
        return text
    }
}
