//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    /// "Clear completed" and "Select all" read like steps. Where a button has just that name, the button is meant.
    func clickElementNamedLikeStep(on page: Page, _ memory: inout RunMemory, _ report: Report) async throws -> Outcome?
    {
        switch instruction.action {
        case .fill, .add, .setChecked, .select, .read, .find, .copy, .close, .setExpanded, .download, .search, .submit:
            break
        default: return nil
        }
        let words = Words(instruction.source)
        guard (2...5).contains(words.list.count), !instruction.source.contains("\"") else { return nil }
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        let called = index.entries.first { entry in
            !entry.element.isDisabled && ["button", "link", "menuitem", "tab", "checkbox"].contains(entry.element.role)
                && entry.names.first.map { $0.weight == 1 && $0.words.list == words.list } ?? false
        }
        guard let element = called?.element else { return nil }
        if Kinds.isCheckable(element) {
            let label = try await page.setChecked(element.reference, to: true, timeout: readiness)
            memory.element = element
            await report(.setChecked(label, isOn: true), page)
            return Outcome()
        }
        let label = try await page.click(element.reference, timeout: readiness)
        memory.element = element
        await report(.clicked(label), page)
        return Outcome()
    }

    /// Clicks an element or several.
    func click(_ list: TargetList, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws -> Outcome {
        if let joined = instruction.joined {
            let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
            if let outcome = ElementMatcher(index).find(joined, for: .click), outcome.matches[0].score > 0.93 {
                try await click(Found(outcome: outcome, index: index), on: page, &memory, report)
                return Outcome(includesNext: true)
            }
        }
        for target in try await parts(of: list, for: [.click], on: page, memory) {
            let current = try await context.currentPage()
            try await click(target, on: current, &memory, report)
        }
        return Outcome()
    }

    /// Whether several names or one with an "and" in it are meant, as the page shows.
    func parts(
        of list: TargetList,
        for purposes: [ElementMatcher.Purpose],
        on page: Page,
        _ memory: RunMemory
    ) async throws -> [Target] {
        guard list.parts.count > 1 else { return list.parts }
        let whole: Bool? = try await looking(at: page, patience: Self.doubt) { index, isPatient in
            let matcher = ElementMatcher(index)
            let isOne = purposes.contains { (matcher.find(list.whole, for: $0)?.matches[0].score ?? 0) > 0.9 }
            if isOne { return true }
            let isSeveral = list.parts.allSatisfy { part in
                purposes.contains { (matcher.find(part, for: $0)?.matches[0].score ?? 0) > 0.7 }
            }
            return isSeveral || !isPatient ? false : nil
        }
        return whole == true ? [list.whole] : list.parts
    }

    private func click(_ target: Target, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        let kept = memory
        let isTarget = try await search(target, for: [.click], on: page, kept)
        guard let found = isTarget else {
            if try await chooseInClosedList(target, on: page, &memory, report) { return }
            if let shown = try await hovering(target, on: page, kept) {
                return try await click(shown, on: page, &memory, report)
            }
            for meaning in target.meanings
            where !meaning.name.isEmpty && meaning.scopes.isEmpty && meaning.position == nil {
                guard try await page.click(text: meaning.name, timeout: readiness) else { continue }
                return await report(.clicked(meaning.name), page)
            }
            throw try await notFound(target, for: .click, on: page)
        }
        try await click(found, on: page, &memory, report)
    }

    /// Some buttons show only while the mouse is over what they belong to.
    private func hovering(_ target: Target, on page: Page, _ memory: RunMemory) async throws -> Found? {
        for scope in Set(target.meanings.flatMap(\.scopes)) where !scope.name.isEmpty {
            let place = Target(ElementDescription(name: scope.name))
            let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
            guard let around = ElementMatcher(index).find(place, for: .any) else { continue }
            try await page.hover(around.matches[0].element.reference, timeout: readiness)
            if let found = try await search(target, for: [.click], on: page, memory, patience: .milliseconds(500)) {
                return found
            }
        }
        return nil
    }

    func click(_ found: Found, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        await tellChoice(found)
        for match in found.outcome.matches {
            do {
                let label = try await page.click(match.element.reference, timeout: readiness)
                memory.element = match.element
                await report(.clicked(Self.name(match.element, label)), page)
            } catch let error as BrowserError where error.code == .pageClosed {
                guard try await isClosed(page), context.pageCount > 0 else { throw error }
                let name = Self.name(match.element, match.element.name)
                await report(.clicked(name, closedItsTab: true), try await context.currentPage())
            }
        }
    }

    /// Whether a page is gone from the open ones, or goes in a moment.
    private func isClosed(_ page: Page) async throws -> Bool {
        let end = Deadline.after(.seconds(2))
        while context.openPages.contains(where: { $0 === page }) {
            if end.hasPassed { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }

    /// What an element is called in the log.
    static func name(_ element: PageElement, _ label: String) -> String {
        (element.name.isEmpty ? label : element.name).shortened(to: 80)
    }

    /// Of several that are called so, the one that opens a menu is what the mouse is moved over.
    func opener(_ target: Target, on page: Page) async throws -> Target? {
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        let opener = ElementMatcher(index).find(target, for: .any) { $0.attributes["aria-haspopup"] != nil }
        guard let opener, opener.isCertain else { return nil }
        var target = target
        target.meanings = target.meanings.map { meaning in
            var meaning = meaning
            meaning.role = meaning.role ?? .menu
            return meaning
        }
        return target
    }

    /// What is double-clicked is often a text that is no control.
    func doubleClickText(_ target: Target, on page: Page, _ report: Report) async throws -> Bool {
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        if let outcome = ElementMatcher(index).find(target, for: .any), outcome.matches[0].score > 0.95 { return false }
        for meaning in target.meanings where !meaning.name.isEmpty && meaning.scopes.isEmpty && meaning.position == nil
        {
            guard try await page.click(text: meaning.name, count: 2, timeout: readiness) else { continue }
            await report(.doubleClicked(meaning.name), page)
            return true
        }
        return false
    }

    /// Does something with the mouse.
    func mouse(
        _ target: Target,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report,
        _ done: (String) -> PerformedAction,
        _ act: (ElementReference) async throws -> String
    ) async throws {
        let found = try await find(target, for: .any, on: page, memory)
        await tellChoice(found)
        for match in found.outcome.matches {
            let label = try await act(match.element.reference)
            memory.element = match.element
            await report(done(Self.name(match.element, label)), page)
        }
    }

    func drag(_ target: Target, onto place: Target, on page: Page, _ memory: RunMemory, _ report: Report) async throws {
        let from = try await find(target, for: .any, on: page, memory).element
        let onto = try await find(place, for: .any, on: page, memory).element
        let labels = try await page.drag(from.reference, to: onto.reference, timeout: readiness)
        _ = labels
        await report(.dragged(from.name, onto: onto.name), page)
    }

    /// Clicks again and again: "click Load more until the end appears".
    func click(
        _ target: Target,
        until condition: Condition,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        var clicks = 0
        while !(try await isSo(condition, on: page, memory)) {
            guard clicks < 100 else {
                throw BrowserError(
                    .timedOut,
                    "clicked \(clicks) times, and still \(condition.spoken) did not come true"
                )
            }
            let found = try await find(target, for: .click, on: page, memory)
            let label = try await page.click(found.element.reference, timeout: readiness)
            memory.element = found.element
            clicks += 1
            await tell(.acted(.clicked(Self.name(found.element, label))))
            if try await holds(condition, on: page, within: .milliseconds(300), memory) { break }
        }
        await report(.saw("\(condition.spoken), after \(clicks) clicks"), page)
    }

    /// Sends the form: by its button, or else with the Enter key.
    func submit(_ page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        let last = memory.element
        let button: PageElement? = try await looking(at: page, patience: .seconds(2)) { index, _ in
            let named = ["submit", "send", "ok", "go", "save", "continue", "done"]
            let buttons = index.entries.filter { $0.element.role == "button" && $0.element.attributes["hidden"] == nil }
            let submits = buttons.filter { entry in
                ["submit", "image"].contains(entry.element.attributes["type"] ?? "")
                    || named.contains(entry.names.first?.words.list.first ?? "")
            }
            let enabled = submits.filter { !$0.element.isDisabled }
            let exact = enabled.filter { ["submit"].contains($0.names.first?.words.joined ?? "") }
            if exact.count == 1 { return exact.first?.element }
            // The button of the form that was filled in: the first behind its last field.
            let order =
                last.flatMap { last in index.entries.first { $0.element.reference == last.reference }?.order } ?? -1
            return (enabled.first { $0.order > order } ?? enabled.last)?.element
        }
        if let button {
            let label = try await page.click(button.reference, timeout: readiness)
            memory.element = button
            return await report(.clicked(Self.name(button, label)), page)
        }
        guard let last, Kinds.isField(last) else {
            throw BrowserError(.elementNotFound, "no button to submit with on \(page.url)")
        }
        try await page.press("Enter", timeout: deadline.remaining)
        await report(.pressed("Enter"), page)
    }

    private static let closers = [
        "close", "×", "x", "✕", "✖", "dismiss", "no thanks", "got it", "not now", "skip", "cancel", "ok", "later",
        "hide",
    ]

    /// Closes what lies over the page.
    func close(_ target: Target, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        let button: PageElement? = try await looking(at: page, patience: .seconds(2)) { index, _ in
            let matcher = ElementMatcher(index)
            // "Close Settings" may be what the button says.
            let whole = Target(
                spoken: "",
                meanings: target.meanings.filter { !$0.name.isEmpty }.map {
                    ElementDescription(name: "close " + $0.name)
                }
            )
            if let outcome = matcher.find(whole, for: .click), outcome.matches[0].score > 0.9 {
                return outcome.matches[0].element
            }
            for meaning in target.meanings where meaning.name.isEmpty || meaning.role == .dialog || meaning.role == nil
            {
                for name in Self.closers {
                    var scopes = meaning.scopes
                    if !meaning.name.isEmpty { scopes.insert(ElementScope(.inside, name: meaning.name), at: 0) }
                    let closer = ElementDescription(name: name, isQuoted: true, scopes: scopes)
                    if let outcome = matcher.find(
                        Target(closer),
                        for: .click,
                        where: { ["button", "link", ""].contains($0.role) && !Kinds.isField($0) }
                    ),
                        outcome.matches[0].score > 0.84 * (scopes.isEmpty ? 1 : 0.95)
                    {
                        return outcome.matches[0].element
                    }
                }
            }
            return nil
        }
        if let button {
            let label = try await page.click(button.reference, timeout: readiness)
            return await report(.clicked(Self.name(button, label)), page)
        }
        let before = try await page.snapshot(textLimit: 0).elements.map(\.reference)
        try await page.press("Escape", timeout: deadline.remaining)
        guard try await page.snapshot(textLimit: 0).elements.map(\.reference) != before else {
            throw BrowserError(
                .elementNotFound,
                "nothing to close\(target.isUnnamed ? "" : " as \"\(target.spoken)\"") on \(page.url): no close button, and the Escape key changed nothing"
            )
        }
        await report(.pressed("Escape"), page)
    }
}
