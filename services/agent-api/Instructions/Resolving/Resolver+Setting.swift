//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Controls that are given a value, and boxes.
extension Resolver {
    /// Gives a control a value, whatever control it is.
    func setting(_ control: Int, _ text: String) throws(Refusal) -> Plan {
        let node = page.nodes[control]
        let seen = page.view.seen(control)
        if node.isDisabled { throw disabled(control) }
        var plan = Plan(element: seen, item: item(around: control))
        if KindFit.isList(node), !(node.isEditable && node.options.isEmpty && node.role != "combobox") {
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
            PageIndex.Label(text: option.label, words: WordForms.words(of: option.label), weight: 1)
        )
        let value =
            option.value.isEmpty
            ? 0
            : Likeness.score(
                name,
                PageIndex.Label(text: option.value, words: WordForms.words(of: option.value), weight: 0.9)
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
        if let wanted = Self.amount(text), (try? stepper(target)) != nil {
            return try counting(target, to: wanted, from: nil)
        }
        if let day = DateText.day(text), let opener = opener(target) {
            return Plan(actions: [.setValue(day.isoText, of: page.view.seen(opener))])
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

    func repetition(of field: Int) -> Int? {
        let words: Set<String> = ["confirm", "repeat", "again", "retype", "confirmation", "reenter"]
        let found = page.indices.filter { node in
            node != field && page.nodes[node].isPassword
                && page.labels[node].contains { !words.isDisjoint(with: $0.words) }
        }
        return found.count == 1 ? found[0] : nil
    }

    /// A value as the name of a choice: "4 stars", "4".
    func values(_ text: String) -> [Reading] {
        var readings = [Reading(name: Name(text), isWhole: true), Reading(name: Name(text))]
        let words = WordForms.words(of: text)
        if let first = words.first, words.count == 2, let number = Words.numbers[first] ?? Int(first) {
            readings.append(Reading(name: Name("\(number) \(words[1])")))
            readings.append(Reading(name: Name(String(number)), isWhole: true))
            readings.append(Reading(name: Name("\(number) \(WordForms.stem(words[1]))s"), isWhole: true))
        }
        return readings
    }

    /// Whether a control is one that can hold a text: a box takes yes and no alone.
    func isHolder(_ node: Int, _ text: String) -> Bool {
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
        if (try? finder.one(target, for: .control)) == nil, let stepper = try? stepper(target) {
            let change = amount ?? 1
            return try counting(target, to: stepper.value + (isUp ? change : -change), from: nil)
        }
        let control = try finder.one(target, for: .control)
        guard let now = Numbers.first(in: page.nodes[control].value.isEmpty ? "0" : page.nodes[control].value) else {
            throw Refusal(.missing, "\"\(page.called(control))\" holds no number")
        }
        let step = Double(page.nodes[control].step) ?? 1
        let change = amount.map(Double.init) ?? step
        return try setting(control, Numbers.text(isUp ? now + change : now - change))
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
}
