//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Whole forms: filling by labels, searching, submitting, adding entries.
extension Resolver {
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
            let value = try outside.answer(.attribute(words: WordForms.words(of: label), of: nil, spoken: label))
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
                if !near.isEmpty {
                    found = near
                } else if !Words.wholePlaces.contains(place.spoken.lowercased()) {
                    throw finder.missing(place, for: .fill)
                }
            }
        }
        if found.isEmpty, fields.count == 1 { found = fields }
        guard let field = found.first else { throw Refusal(.missing, "no search field on \(page.view.url)") }
        if found.count > 1 {
            // The search of the whole site is not meant where the page has one of its own.
            let own = found.filter { node in
                !page.view.ancestors(of: node).contains {
                    ["banner", "navigation", "contentinfo"].contains(page.nodes[$0].role)
                        || page.nodes[$0].tag == "header"
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
            page.nodes[node].isInteractive && !page.nodes[node].isEditable && page.nodes[node].href.isEmpty
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
        // The only button with words is what a form is sent by.
        let others: Set<String> = ["reset", "cancel", "clear", "back", "close", "add", "remove", "browse", "choose"]
        let worded = buttons.filter { node in
            page.called(node).contains(where: \.isLetter)
                && !page.labels[node].contains { label in label.words.first.map(others.contains) ?? false }
        }
        if let field, Purpose.fill.allows(field, page) {
            if worded.count == 1, worded[0] > field, page.nodes[worded[0]].tag == "button" {
                if page.nodes[worded[0]].isDisabled { throw disabled(worded[0]) }
                let seen = page.view.seen(worded[0])
                return Plan(actions: [.click(seen)], element: seen)
            }
            var plan = Plan(actions: [.press("Enter", times: 1, in: page.view.seen(field))])
            plan.needsEffect = true
            return plan
        }
        throw Refusal(.missing, "no button to submit on \(page.view.url)")
    }

    /// Types each entry into the field for new ones and sends it.
    func adding(_ entries: [String], _ noun: String) throws(Refusal) -> Plan {
        let fields = page.indices.filter {
            Purpose.fill.allows($0, page) && !page.nodes[$0].isDisabled && !page.nodes[$0].isReadOnly
                && page.nodes[$0].role != "searchbox"
        }
        let stem = WordForms.stem(noun)
        let fresh = fields.filter { node in
            page.labels[node].contains { label in
                label.words.contains { ["new", "add"].contains($0) || WordForms.stem($0) == stem }
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
        plan.needsEffect = true
        for entry in entries { plan.actions += [.type(typed(entry), into: seen, mode: .replace), send] }
        return plan
    }
}
