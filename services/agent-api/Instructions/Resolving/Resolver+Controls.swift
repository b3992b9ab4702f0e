//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What is typed into fields, and what is cleared.
extension Resolver {
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
    func filling(_ field: Int, _ text: String, _ mode: Deed.Mode) -> PageAction {
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
}

extension Plan {
    func withElement(_ seen: Seen) -> Plan {
        var plan = self
        plan.element = plan.element ?? seen
        return plan
    }
}
