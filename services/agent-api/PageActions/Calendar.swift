//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

/// A calendar that a field opens: its months are turned until the day can be clicked.
struct Calendar {
    let actor: PageActor
    let page: Page
    let field: Seen

    /// A calendar as it is open.
    private struct Open {
        /// The box that holds the days, and what they are turned by.
        var box: Int
        /// The days, in order.
        var days: [Int]
        var year: Int
        var month: Int
    }

    private static let nextWords: Set<String> = ["next", "forward", "›", ">", "»", "→", "▶", "❯", "chevron_right"]
    private static let previousWords: Set<String> = [
        "prev", "previous", "back", "‹", "<", "«", "←", "◀", "❮", "chevron_left",
    ]
    private static let closers: Set<String> = ["ok", "apply", "done", "set", "select", "confirm", "choose"]

    /// The most months that are turned.
    private static let mostTurns = 1200

    /// - Throws: ``ActionFailure`` when the calendar does not show the day or the field does not take it; `BrowserError`;
    ///   `CancellationError`.
    func choose(_ day: CalendarDay) async throws -> ActionOutcome {
        let before = try await page.value(of: field)
        try await page.click(field, timeout: actor.limits.element)
        var (view, open) = try await opened()
        var turns = 0
        while (open.year, open.month) != (day.year, day.month) {
            guard turns < Self.mostTurns else { throw missing(day) }
            turns += 1
            let months = (day.year - open.year) * 12 + day.month - open.month
            if try await chooseInLists(day, open, view) {
                (view, open) = try await opened()
                continue
            }
            guard let arrow = arrow(of: open, in: view, isNext: months > 0) else { throw missing(day) }
            try await page.click(view.seen(arrow), timeout: actor.limits.element)
            let (later, now) = try await opened()
            guard (now.year, now.month) != (open.year, open.month) else { throw missing(day) }
            (view, open) = (later, now)
        }
        // Days of the months before and after stand at the ends.
        let named = open.days.filter { Int(view.nodes[$0].text) == day.day }
        guard let index = day.day > 15 ? named.last : named.first else { throw missing(day) }
        let cell = innermost(of: index, in: view)
        guard !view.nodes[index].isDisabled, !view.nodes[cell].isDisabled else {
            throw ActionFailure(.disabled, "\(text(day)) cannot be chosen in the calendar of \"\(field.name)\"")
        }
        try await page.click(view.seen(cell), timeout: actor.limits.element)
        return try await verified(day, before)
    }

    private func text(_ day: CalendarDay) -> String {
        "\(CalendarDay.months[day.month - 1].capitalizedFirst) \(day.day), \(day.year)"
    }

    private func missing(_ day: CalendarDay) -> ActionFailure {
        ActionFailure(.notSupported, "the calendar of \"\(field.name)\" does not lead to \(text(day))")
    }

    /// What takes the click of a day: a link or button in its cell, or the cell itself.
    private func innermost(of index: Int, in view: PageView) -> Int {
        let inside = view.nodes.indices.last { inner in
            view.nodes[inner].isInteractive && view.ancestors(of: inner).contains(index)
        }
        return inside ?? index
    }

    private func verified(_ day: CalendarDay, _ before: String) async throws -> ActionOutcome {
        let end = Deadline.after(.seconds(2))
        var hasConfirmed = false
        while true {
            let held = try await page.value(of: field.reference)
            if held != before || Self.names(day, in: held), Self.names(day, in: held) {
                return ActionOutcome(
                    .typed(held, into: actor.label(field.name)),
                    verified: [.holds(held, field: field.name)]
                )
            }
            let view = try await actor.look()
            if !hasConfirmed, let open = Self.open(in: view), let button = closer(of: open, in: view) {
                hasConfirmed = true
                try await page.click(view.seen(button), timeout: actor.limits.element)
                continue
            }
            guard !end.hasPassed else {
                throw ActionFailure(
                    .notVerified,
                    "chose \(text(day)) in the calendar, but \"\(field.name)\" holds \"\(held)\""
                )
            }
            try await Task.sleep(for: .milliseconds(40))
        }
    }

    /// Whether a text names a day, in whatever form.
    static func names(_ day: CalendarDay, in text: String) -> Bool {
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let numbers = words.compactMap { Int($0) }
        let month = CalendarDay.months[day.month - 1]
        let hasMonth = numbers.contains(day.month) || words.contains { $0.count >= 3 && month.hasPrefix($0) }
        let hasYear = numbers.contains(day.year) || numbers.contains(day.year % 100)
        return numbers.contains(day.day) && hasMonth && hasYear
    }

    private func opened() async throws -> (PageView, Open) {
        let end = Deadline.after(.seconds(3))
        while true {
            let view = try await actor.look()
            if let open = Self.open(in: view) { return (view, open) }
            guard !end.hasPassed else {
                throw ActionFailure(
                    .notSupported,
                    "\"\(field.name)\" cannot be typed into, and no calendar opened when it was clicked"
                )
            }
            try await Task.sleep(for: .milliseconds(40))
        }
    }

    /// The smallest box with at least 28 nodes that are days, and a month above or in it.
    private static func open(in view: PageView) -> Open? {
        var counts: [Int: [Int]] = [:]
        for (index, node) in view.nodes.enumerated() where node.text.count <= 2 {
            guard let day = Int(node.text), (1...31).contains(day), node.isInViewport || !node.isCovered else {
                continue
            }
            // A cell and the link in it are one day.
            if let parent = node.parent, view.nodes[parent].text == node.text { continue }
            for ancestor in view.ancestors(of: index) + [page] { counts[ancestor, default: []].append(index) }
        }
        let boxes = counts.filter { $0.value.count >= 28 }.keys.sorted {
            size(of: $0, in: view) < size(of: $1, in: view)
        }
        guard let smallest = boxes.first, let days = counts[smallest] else { return nil }
        let outer = smallest == page ? [] : view.ancestors(of: smallest).prefix(4) + [page]
        for box in [smallest] + outer {
            if let month = month(in: view, box: box) {
                return Open(box: box, days: days, year: month.year, month: month.month)
            }
        }
        return nil
    }

    /// Stands for the box around all of a page, as boxes that are only there for the layout are not seen.
    private static let page = -1

    private static func size(of box: Int, in view: PageView) -> Int {
        box == page ? Int.max : view.nodes[box].text.count
    }

    private static func isInside(_ index: Int, _ box: Int, _ view: PageView) -> Bool {
        box == page || view.ancestors(of: index).contains(box)
    }

    private static func month(in view: PageView, box: Int) -> (year: Int, month: Int)? {
        let inside = view.nodes.indices.filter { $0 == box || isInside($0, box, view) }
        let lists = inside.map { view.nodes[$0] }.filter { $0.tag == "select" }
        if let month = lists.compactMap({ monthList($0) }).first,
            let year = lists.compactMap({ yearList($0) }).first ?? (box == page ? nil : year(in: view.nodes[box].text))
        {
            return (year, month)
        }
        for index in inside where view.nodes[index].text.count < 60 {
            if let month = CalendarDay.month(namedIn: view.nodes[index].text) { return month }
            if let month = CalendarDay.month(namedIn: view.nodes[index].name) { return month }
        }
        return box == page ? nil : CalendarDay.month(namedIn: String(view.nodes[box].text.prefix(60)))
    }

    private static func year(in text: String) -> Int? {
        text.split { !$0.isNumber }.lazy.compactMap { $0.count == 4 ? Int($0) : nil }.first {
            (1900...2999).contains($0)
        }
    }

    private static func monthList(_ list: PageNode) -> Int? {
        guard list.options.count <= 12, let chosen = list.options.first(where: \.isSelected) else { return nil }
        let name = chosen.label.lowercased()
        guard name.count >= 3 else { return nil }
        return CalendarDay.months.firstIndex { $0.hasPrefix(name) }.map { $0 + 1 }
    }

    private static func yearList(_ list: PageNode) -> Int? {
        list.options.first(where: \.isSelected).flatMap { Int($0.label) }.flatMap {
            (1900...2999).contains($0) ? $0 : nil
        }
    }

    /// Chooses month and year where the calendar has lists of them.
    ///
    /// - Returns: whether anything was chosen.
    private func chooseInLists(_ day: CalendarDay, _ open: Open, _ view: PageView) async throws -> Bool {
        let lists = view.nodes.indices.filter {
            view.nodes[$0].tag == "select" && Self.isInside($0, open.box, view)
        }
        for index in lists {
            let list = view.nodes[index]
            var wanted: PageOption?
            if let year = Self.yearList(list), year != day.year {
                wanted = list.options.first { Int($0.label) == day.year }
            } else if let month = Self.monthList(list), month != day.month, open.year == day.year {
                let name = CalendarDay.months[day.month - 1]
                wanted = list.options.first { $0.label.count >= 3 && name.hasPrefix($0.label.lowercased()) }
            }
            guard let wanted, !wanted.isDisabled else { continue }
            try await page.select([wanted.label], in: view.seen(index), timeout: actor.limits.element)
            return true
        }
        return false
    }

    private func arrow(of open: Open, in view: PageView, isNext: Bool) -> Int? {
        let words = isNext ? Self.nextWords : Self.previousWords
        let arrows = view.nodes.indices.filter { index in
            let node = view.nodes[index]
            guard node.isInteractive, !node.isDisabled, Self.isInside(index, open.box, view) else {
                return false
            }
            let texts = [node.name, node.text] + node.hints
            return texts.contains { text in
                words.contains(text.lowercased())
                    || text.lowercased().split { $0 == " " || $0 == "-" || $0 == "_" }.contains {
                        words.contains(String($0))
                    }
            }
        }
        // One turns years, where there are two.
        let isYear = { (index: Int) in
            let node = view.nodes[index]
            return (["«", "»"].contains(node.text) && arrows.count > 1) || node.name.lowercased().contains("year")
        }
        return arrows.first { !isYear($0) } ?? arrows.first
    }

    private func closer(of open: Open, in view: PageView) -> Int? {
        view.nodes.indices.first { index in
            let node = view.nodes[index]
            return node.isInteractive && Self.closers.contains(node.name.lowercased())
                && Self.isInside(index, open.box, view)
        }
    }
}
