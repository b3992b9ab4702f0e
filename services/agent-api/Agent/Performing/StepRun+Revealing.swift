//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    /// Opens or closes what unfolds.
    func setExpanded(
        _ target: Target,
        _ isOpen: Bool,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        let kept = memory
        let isNamed = target.meanings.contains {
            !$0.name.isEmpty && !["section", "sections", "panel"].contains($0.name)
        }
        if target.isPlural { return try await setAllExpanded(isOpen, on: page, report) }
        // Without a name, one that is not so yet is meant.
        guard
            let found = try await search(
                target,
                for: isNamed ? [.expand, .click] : [.expand],
                on: page,
                kept,
                where: { isNamed || $0.isExpanded == !isOpen && $0.role != "combobox" }
            )
        else {
            throw try await notFound(target, for: .expand, on: page)
        }
        await tellChoice(found)
        memory.element = found.element
        try await setExpanded(found.element, isOpen, on: page, report)
    }

    private func setExpanded(_ element: PageElement, _ isOpen: Bool, on page: Page, _ report: Report) async throws {
        let name = element.name.isEmpty ? "the section" : element.name
        if element.isExpanded == isOpen {
            return await report(.foundExpanded(name, isOpen: isOpen), page)
        }
        try await page.click(element.reference, timeout: readiness)
        let isSo: Bool? = try await looking(at: page, patience: .seconds(1)) { index, _ in
            guard let now = index.snapshot.elements.first(where: { $0.reference == element.reference }) else {
                return true
            }
            return now.isExpanded == nil || now.isExpanded == isOpen ? true : nil
        }
        guard isSo == true else {
            throw BrowserError(.elementNotReady, "clicked \"\(name)\", but it stayed \(isOpen ? "closed" : "open")")
        }
        await report(.setExpanded(name, isOpen: isOpen), page)
    }

    private func setAllExpanded(_ isOpen: Bool, on page: Page, _ report: Report) async throws {
        var tried: Set<ElementReference> = []
        while tried.count < 100 {
            let elements = try await page.snapshot(textLimit: 0).elements
            guard
                let next = elements.first(where: {
                    $0.isExpanded == !isOpen && !Kinds.isList($0) && !$0.isDisabled && !tried.contains($0.reference)
                })
            else { break }
            tried.insert(next.reference)
            try await setExpanded(next, isOpen, on: page, report)
        }
        guard !tried.isEmpty else {
            throw BrowserError(.elementNotFound, "nothing to \(isOpen ? "expand" : "collapse") on \(page.url)")
        }
    }

    /// Opens sections, goes through tabs or pages, or scrolls until what is looked for is there.
    func reveal(
        _ target: Target,
        by means: Instruction.Reveal,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        var tried: Set<ElementReference> = []
        var steps = 0
        while true {
            if let what = try await isThere(target, on: page, &memory) {
                return await report(.found(what, steps: steps), page)
            }
            guard !deadline.hasPassed else {
                throw BrowserError(.timedOut, "\"\(target.spoken)\" was not found in time")
            }
            guard steps < 200, try await revealNext(means, on: page, &tried) else {
                throw BrowserError(.elementNotFound, "\"\(target.spoken)\" was not found: \(means.exhausted(steps))")
            }
            steps += 1
        }
    }

    private func isThere(_ target: Target, on page: Page, _ memory: inout RunMemory) async throws -> String? {
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        if let outcome = ElementMatcher(index).find(target, for: .any), outcome.matches[0].score >= 0.8 {
            memory.element = outcome.matches[0].element
            return outcome.matches[0].element.name
        }
        for meaning in target.meanings.prefix(2)
        where !meaning.name.isEmpty && (meaning.role == nil || Nouns.isThing(meaning.role ?? .item)) {
            if try await page.findText(meaning.name) { return meaning.name }
        }
        // Some pages have links that are no links.
        for meaning in target.meanings where !meaning.name.isEmpty && meaning.position == nil {
            if try await page.shows(exactly: meaning.name) { return meaning.name }
        }
        return nil
    }

    /// One step towards what cannot be seen yet.
    ///
    /// - Returns: whether there was any.
    private func revealNext(
        _ means: Instruction.Reveal,
        on page: Page,
        _ tried: inout Set<ElementReference>
    ) async throws -> Bool {
        let elements = try await page.snapshot(textLimit: 0).elements.filter { !$0.isDisabled }
        switch means {
        case .expand, .tabs:
            let isCandidate: (PageElement) -> Bool =
                means == .tabs
                ? { $0.role == "tab" && $0.isSelected != true } : { $0.isExpanded == false && !Kinds.isList($0) }
            guard let next = elements.first(where: { isCandidate($0) && !tried.contains($0.reference) }) else {
                return false
            }
            tried.insert(next.reference)
            let label = try await page.click(next.reference, timeout: readiness)
            await tell(.acted(.clicked(Self.name(next, label))))
            return true
        case .scroll:
            let count = elements.count
            if try await page.scroll(.down) { return true }
            // At the end more may be on its way.
            let isLonger: Bool? = try await looking(at: page, patience: .seconds(2)) { index, _ in
                index.entries.count != count ? true : nil
            }
            return isLonger ?? false
        case .pages:
            let next = Target(
                spoken: "next",
                meanings: [
                    ElementDescription(name: "next page", isQuoted: true),
                    ElementDescription(name: "next", isQuoted: true),
                ]
            )
            let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
            guard let outcome = ElementMatcher(index).find(next, for: .click, where: { !$0.isDisabled }),
                outcome.isCertain
            else { return false }
            let label = try await page.click(outcome.matches[0].element.reference, timeout: readiness)
            await tell(.acted(.clicked(label)))
            return true
        }
    }
}

extension Instruction.Reveal {
    /// For messages: what has been tried.
    func exhausted(_ steps: Int) -> String {
        switch self {
        case .expand:
            steps == 0 ? "there is nothing closed to open" : "\(steps) sections were opened, and it is in none of them"
        case .tabs: steps == 0 ? "there are no tabs to go through" : "it is in none of the tabs"
        case .scroll: "the page was scrolled to its end"
        case .pages: "it is on none of the \(steps + 1) pages"
        }
    }
}
