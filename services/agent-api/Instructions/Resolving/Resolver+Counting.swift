//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Numbers that only a – and a + beside them change, and what opens a calendar without being a field.
extension Resolver {
    struct Stepper: Hashable {
        var minus: Int
        var plus: Int
        /// The smallest box around both that says what is counted.
        var box: Int
        var value: Int
    }

    private static let signs: (less: Set<String>, more: Set<String>) = (
        ["-", "–", "−", "‐", "—", "decrease", "less", "minus", "remove one", "fewer"],
        ["+", "＋", "increase", "more", "plus", "add one"]
    )
    /// More is not clicked.
    private static let clicksAtMost = 50

    /// One click on the way to a number, and what is left.
    ///
    /// - Parameter last: What the number was before the last click, which has to have changed it.
    func counting(_ target: Target, to wanted: Int, from last: Int?) throws(Refusal) -> Plan {
        let stepper = try stepper(target)
        let name = target.spoken
        if stepper.value == wanted { return Plan(found: ["\"\(name)\" is \(wanted)"], item: item(around: stepper.box)) }
        let button = stepper.value < wanted ? stepper.plus : stepper.minus
        if stepper.value == last {
            throw Refusal(
                .unusable,
                "\"\(name)\" stays at \(stepper.value) although \"\(page.called(button))\" was clicked"
            )
        }
        guard abs(wanted - stepper.value) <= Self.clicksAtMost else {
            throw Refusal(
                .unusable,
                "\"\(name)\" is \(stepper.value); at most \(Self.clicksAtMost) clicks are made to change it"
            )
        }
        if page.nodes[button].isDisabled { throw disabled(button) }
        return Plan(
            actions: [.click(page.view.seen(button))],
            deeds: [.count(target, to: wanted, from: stepper.value)],
            item: item(around: stepper.box)
        )
    }

    /// "23", "three", "23 degrees", "2 people"
    static func amount(_ text: String) -> Int? {
        let words = text.split(separator: " ").map { $0.lowercased() }
        let units: Set<String> = [
            "degrees", "degree", "°c", "°", "people", "persons", "person", "guests", "pieces", "items", "times",
            "percent",
        ]
        guard let first = words.first, words.count == 1 || words.count == 2 && units.contains(words[1]) else {
            return nil
        }
        return Int(first) ?? Words.numbers[first]
    }

    /// The only number with a – and a + whose surroundings say all words of a target.
    func stepper(_ target: Target) throws(Refusal) -> Stepper {
        let words = WordForms.words(of: target.spoken).filter { !Acting.small.contains($0) }.map(WordForms.stem)
        let telling = words.filter { !["quantity", "number", "amount", "count"].map(WordForms.stem).contains($0) }
        let all = page.indices.compactMap(stepper(withPlus:))
        let fitting = all.filter { stepper in
            let said = WordForms.words(of: page.nodes[stepper.box].text).map(WordForms.stem)
            return telling.allSatisfy(said.contains) && (!telling.isEmpty || all.count == 1)
        }
        guard let first = fitting.first, !words.isEmpty else { throw finder.missing(target, for: .control) }
        if fitting.count > 1 { throw finder.ambiguous(target, fitting.map(\.box)) }
        return first
    }

    private func stepper(withPlus plus: Int) -> Stepper? {
        guard isSign(plus, Self.signs.more) else { return nil }
        for box in page.view.ancestors(of: plus).prefix(3) {
            let inside = Array(page.descendants(of: box))
            let lesser = inside.filter { isSign($0, Self.signs.less) }
            guard let minus = lesser.first else { continue }
            guard lesser.count == 1, inside.filter({ isSign($0, Self.signs.more) }) == [plus] else { return nil }
            // The number stands between the two, and nothing else does.
            let between = (min(minus, plus) + 1)..<max(minus, plus)
            let numbers = between.compactMap { Self.number(page.nodes[$0].text) }
            guard let value = numbers.first, Set(numbers).count == 1 else { return nil }
            let named = ([box] + page.view.ancestors(of: box).prefix(3)).first { outer in
                page.nodes[outer].text.contains { $0.isLetter } && says(outer)
            }
            guard let named, !page.descendants(of: named).contains(where: { $0 != plus && isSign($0, Self.signs.more) })
            else { return nil }
            return Stepper(minus: minus, plus: plus, box: named, value: value)
        }
        return nil
    }

    /// Whether a box says more than the unit of its number: "20 °C".
    private func says(_ box: Int) -> Bool { page.nodes[box].text.split { !$0.isLetter }.contains { $0.count > 2 } }

    private func isSign(_ node: Int, _ signs: Set<String>) -> Bool {
        page.nodes[node].isInteractive && !page.nodes[node].isEditable && page.nodes[node].options.isEmpty
            && page.labels[node].contains { $0.weight > 0.9 && signs.contains($0.text.lowercased()) }
    }

    private static func number(_ text: String) -> Int? {
        text.count <= 8 ? Int(text.prefix { $0.isNumber }) : nil
    }

    /// Opens or closes what has an arrow beside its name that tells whether it is open: "▸ Documents".
    func turningArrow(_ target: Target, _ isOpen: Bool) -> Plan? {
        guard (try? finder.find(target, for: .expand)) == nil, let thing = try? finder.one(target, for: .anything),
            let parent = page.nodes[thing].parent
        else { return nil }
        let (closed, open): (Set<String>, Set<String>) = (
            ["▸", "▶", "►", "›", "❯", "+"], ["▾", "▼", "⌄", "-", "–", "−"]
        )
        let arrows = page.children[parent].filter { node in
            page.nodes[node].isInteractive && closed.union(open).contains(page.nodes[node].text.trimmed)
        }
        guard arrows.count == 1, let arrow = arrows.first, arrow < thing else { return nil }
        let seen = page.view.seen(thing)
        if open.contains(page.nodes[arrow].text.trimmed) == isOpen {
            return Plan(
                found: ["\"\(page.called(thing))\" is \(isOpen ? "open" : "closed") already"],
                element: seen,
                item: item(around: thing)
            )
        }
        var plan = Plan(actions: [.click(page.view.seen(arrow))], element: seen, item: item(around: thing))
        plan.needsEffect = true
        return plan
    }

    /// What stands in a line between a node and what is before it.
    private func text(before node: Int) -> String {
        guard let parent = page.nodes[node].parent else { return "" }
        var rest = page.nodes[parent].text[...]
        for sibling in page.children[parent] {
            guard let range = rest.firstRange(of: page.nodes[sibling].text), !range.isEmpty else { continue }
            if sibling == node {
                let between = String(rest[..<range.lowerBound]).trimmed
                return between.isEmpty && sibling > 0 && page.nodes[sibling - 1].parent == parent
                    ? page.nodes[sibling - 1].text : between
            }
            rest = rest[range.upperBound...]
        }
        return ""
    }

    /// What is no field, stands behind a label and is clicked to choose a day: "Arrival: [Choose]".
    func opener(_ target: Target) -> Int? {
        guard let name = target.readings.first?.name else { return nil }
        let found = page.indices.filter { node in
            guard page.nodes[node].isInteractive, !page.nodes[node].isEditable, page.nodes[node].inputType.isEmpty,
                page.nodes[node].href.isEmpty, page.nodes[node].text.count <= 30, page.nodes[node].options.isEmpty
            else { return false }
            return WordForms.words(of: text(before: node)) == name.words
                || page.labels[node].contains { $0.words == name.words }
        }
        return found.count == 1 ? found[0] : nil
    }
}
