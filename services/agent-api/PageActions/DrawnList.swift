//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

/// A list that a page draws itself: one that is open, one that opens on a click, or one that is offered for what is typed.
struct DrawnList {
    let actor: PageActor
    let page: Page
    let list: Seen

    private static let optionRoles: Set<String> = [
        "option", "menuitem", "menuitemradio", "menuitemcheckbox", "treeitem", "listitem", "radio", "gridcell", "row",
    ]

    /// An option as the page shows it.
    private struct Option {
        var index: Int
        var text: String
    }

    /// Chooses options one after the other.
    ///
    /// - Throws: ``ActionFailure``, with the options that there are; `BrowserError`; `CancellationError`.
    func select(_ choices: [OptionChoice], _ mode: PageAction.SelectionMode) async throws -> ActionOutcome {
        var verified: [Fact] = []
        var chosen: [String] = []
        let opening = try await actor.look()
        if let own = own(in: opening), opening.nodes[own].role == "listbox", mode == .replace, choices.count > 0 {
            try await unselectOthers(than: choices, of: own, in: opening)
        }
        for choice in choices {
            let text = try await choose(choice, mode)
            chosen.append(text)
            verified.append(mode == .remove ? .unselected(text, list: list.name) : .selected([text], list: list.name))
        }
        if mode == .remove {
            return ActionOutcome(.unselected(chosen.joined(separator: ", "), in: list.name), verified: verified)
        }
        return ActionOutcome(.selected(chosen, in: actor.label(list.name)), verified: verified)
    }

    /// The texts of the options that the list shows when it is open.
    func options() async throws -> [String] {
        let closed = try await actor.look()
        if let own = own(in: closed) {
            let native = closed.nodes[own].options.map(\.label)
            if !native.isEmpty { return native }
            let inside = options(in: closed, inside: own, except: [])
            if !inside.isEmpty { return inside.map(\.text) }
        }
        try await page.click(list, timeout: actor.limits.element)
        let known = Set(closed.nodes.map(\.reference))
        let end = Deadline.after(actor.limits.element / 2)
        while true {
            let view = try await actor.look()
            let found = options(in: view, inside: nil, except: known)
            if !found.isEmpty || end.hasPassed {
                try await page.press("Escape")
                guard !found.isEmpty else { throw ActionFailure(.notSupported, "\"\(list.name)\" shows no options") }
                return found.map(\.text)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func own(in view: PageView) -> Int? { view.nodes.firstIndex { $0.reference == list.reference } }

    /// Chooses one option.
    ///
    /// - Returns: its text.
    private func choose(_ choice: OptionChoice, _ mode: PageAction.SelectionMode) async throws -> String {
        let before = try await actor.look()
        guard let own = own(in: before) else {
            throw ActionFailure(.gone, "\"\(list.name)\" is no longer on the page; look at the page again")
        }
        let node = before.nodes[own]
        let isField = node.isEditable && !node.isReadOnly
        // What lies open in the list needs no click on the list.
        let inside = options(in: before, inside: own, except: [])
        if let found = try pick(choice, among: inside, in: before) {
            return try await take(found, in: before, mode: mode, own: own, isField: isField)
        }
        if !node.options.isEmpty, isField { return try await type(choice, suggestedBy: node) }
        let known = Set(before.nodes.filter(\.isInViewport).map(\.reference))
        if isField {
            try await page.fill(list, with: choice.name, timeout: actor.limits.element)
        } else if node.isExpanded != true || inside.isEmpty {
            try await page.click(list, timeout: actor.limits.element)
        }
        // A popup opens empty, and is filled when its options have come.
        let end = Deadline.after(actor.limits.element / 2)
        var shown: [Option] = inside
        while true {
            let view = try await actor.look()
            let offered = options(in: view, inside: nil, except: known)
            if !offered.isEmpty { shown = offered }
            let isLast = end.hasPassed
            do {
                if let found = try pick(choice, among: offered, in: view) {
                    let own = self.own(in: view)
                    return try await take(found, in: view, mode: mode, own: own, isField: isField)
                }
            } catch let failure as ActionFailure where !isLast {
                _ = failure
            }
            guard isLast else {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            let names = shown.map(\.text)
            let told = names.prefix(30).map { "\"\($0)\"" }.joined(separator: ", ")
            throw ActionFailure(
                .noSuchOption(options: names),
                "\"\(list.name)\" has no option \"\(choice.name)\"" + (names.isEmpty ? "" : "; it has \(told)")
            )
        }
    }

    /// What could be chosen: what has the role of an option, else entries and what can be clicked.
    private func options(in view: PageView, inside own: Int?, except known: Set<ElementReference>) -> [Option] {
        let controlled = own.map { own in view.nodes.indices.filter { view.ancestors(of: $0).contains(own) } }
        var found: [Option] = []
        for index in controlled ?? Array(view.nodes.indices) {
            let node = view.nodes[index]
            guard node.reference != list.reference, !known.contains(node.reference), !node.isDisabled else { continue }
            let isOption = Self.optionRoles.contains(node.role) || own == nil && (node.isInteractive || node.isRepeated)
            guard isOption, !node.isEditable else { continue }
            let text = node.name.isEmpty ? node.text : node.name
            guard !text.isEmpty, text.count <= 300 else { continue }
            // The innermost of what says the same.
            if let last = found.last, last.text == text, view.ancestors(of: index).contains(last.index) {
                found.removeLast()
            }
            found.append(Option(index: index, text: text))
        }
        let real = found.filter { Self.optionRoles.contains(view.nodes[$0.index].role) }
        return real.isEmpty ? found : real
    }

    private static func folded(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func pick(_ choice: OptionChoice, among options: [Option], in view: PageView) throws -> Option? {
        var fitting = options
        if let group = choice.group.map(Self.folded) {
            fitting = fitting.filter { option in
                view.ancestors(of: option.index).contains { Self.folded(view.nodes[$0].name) == group }
            }
        }
        if !choice.name.isEmpty {
            let exact = fitting.filter { $0.text == choice.name }
            let name = Self.folded(choice.name)
            fitting = exact.isEmpty ? fitting.filter { Self.folded($0.text) == name } : exact
        }
        if let position = choice.position {
            let index = position > 0 ? position - 1 : fitting.count + position
            return fitting.indices.contains(index) ? fitting[index] : nil
        }
        guard fitting.count > 1 else { return fitting.first }
        let places = fitting.map { option in
            view.ancestors(of: option.index).lazy.map { view.nodes[$0].name }.first { !$0.isEmpty } ?? ""
        }
        throw ActionFailure(
            .ambiguousOption(options: places),
            "\"\(list.name)\" has \(fitting.count) options \"\(choice.name)\""
        )
    }

    /// Clicks an option, and sees that it is chosen.
    private func take(
        _ option: Option,
        in view: PageView,
        mode: PageAction.SelectionMode,
        own: Int?,
        isField: Bool
    ) async throws -> String {
        let node = view.nodes[option.index]
        let wants = mode != .remove
        if (node.isSelected ?? node.isChecked) == wants,
            own.map({ view.ancestors(of: option.index).contains($0) }) == true
        {
            return option.text
        }
        if mode == .remove, node.isSelected == nil, node.isChecked == nil, let remover = remover(of: option, in: view) {
            try await page.click(view.seen(remover), timeout: actor.limits.element)
        } else {
            try await page.click(view.seen(option.index), timeout: actor.limits.element)
        }
        let earlier = own.map { view.nodes[$0] }
        let end = Deadline.after(.seconds(1))
        while true {
            let view: PageView
            do {
                view = try await actor.look()
            } catch let failure as ActionFailure {
                // The choice has led away from the page.
                if failure.kind == .pageGone { return option.text }
                throw failure
            }
            if isChosen(option.text, node.reference, wants, earlier, in: view, isField: isField) { return option.text }
            guard !end.hasPassed else { break }
            try await Task.sleep(for: .milliseconds(40))
        }
        let changes = try await page.effects(ends: false)
        guard changes.isVisible else {
            let deed = wants ? "chosen" : "no longer chosen"
            throw ActionFailure(
                .notVerified,
                "clicked \"\(option.text)\", but the page does not show that it is \(deed)"
            )
        }
        return option.text
    }

    private func remover(of option: Option, in view: PageView) -> Int? {
        view.nodes.indices.first { index in
            view.nodes[index].isInteractive && view.ancestors(of: index).contains(option.index)
        }
    }

    private func isChosen(
        _ text: String,
        _ reference: ElementReference,
        _ wants: Bool,
        _ earlier: PageNode?,
        in view: PageView,
        isField: Bool
    ) -> Bool {
        let wanted = Self.folded(text)
        if let node = view.nodes.first(where: { $0.reference == reference }),
            let state = node.isSelected ?? node.isChecked
        {
            if state == wants { return true }
        }
        guard let own = own(in: view).map({ view.nodes[$0] }) else { return wants }
        let shown = Self.folded([own.value, own.name, own.text].joined(separator: " "))
        if isField { return wants == (Self.folded(own.value) == wanted) }
        guard earlier.map({ $0.value != own.value || $0.text != own.text || $0.name != own.name }) == true else {
            return wants && own.isExpanded == false && shown.contains(wanted)
        }
        return wants == shown.contains(wanted)
    }

    private func unselectOthers(than choices: [OptionChoice], of own: Int, in view: PageView) async throws {
        guard view.nodes[own].isMultiple else { return }
        let wanted = Set(choices.map { Self.folded($0.name) })
        for option in options(in: view, inside: own, except: [])
        where view.nodes[option.index].isSelected == true && !wanted.contains(Self.folded(option.text)) {
            try await page.click(view.seen(option.index), timeout: actor.limits.element)
        }
    }

    /// Types one of the texts that a field suggests by a `datalist`.
    private func type(_ choice: OptionChoice, suggestedBy field: PageNode) async throws -> String {
        let name = Self.folded(choice.name)
        guard
            let option = field.options.first(where: {
                $0.label == choice.name || Self.folded($0.label) == name || Self.folded($0.value) == name
            })
        else {
            let names = field.options.map(\.label)
            let told = names.prefix(30).map { "\"\($0)\"" }.joined(separator: ", ")
            throw ActionFailure(
                .noSuchOption(options: names),
                "\"\(list.name)\" has no option \"\(choice.name)\"; it has \(told)"
            )
        }
        try await page.fill(
            list,
            with: option.value.isEmpty ? option.label : option.value,
            timeout: actor.limits.element
        )
        return option.label
    }
}
