//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    /// Chooses options: of a list, or whatever is called so.
    func select(
        _ options: TargetList,
        from list: Target,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        guard !options.parts.isEmpty else { return try await chooseNothing(from: list, on: page, &memory, report) }
        // "The list" alone is whichever has it.
        let isKindOnly = list.meanings.allSatisfy {
            $0.position == nil && $0.scopes.isEmpty
                && ($0.name.isEmpty || Nouns.role(atEndOf: Phrase($0.name))?.role == .list)
        }
        if !list.isUnnamed, !isKindOnly {
            let kept = memory
            // Several boxes under one heading are a list, too: "select Projector in Equipment".
            if let found = try await search(list, for: [.choose], on: page, kept, patience: .seconds(1)),
                found.outcome.matches[0].score > 0.6
            {
                await tellChoice(found)
                let element = found.element
                let names = try await names(options, among: element, on: page, memory)
                return try await choose(names, in: element, on: page, &memory, report)
            }
            let scopes = list.meanings.filter { !$0.name.isEmpty }.map { ElementScope(.inside, name: $0.name) }
            let inside = TargetList(
                whole: options.whole.within(any: scopes),
                parts: options.parts.map { $0.within(any: scopes) }
            )
            if try await pick(inside, on: page, &memory, report, patience: .seconds(1)) { return }
            // A field that is typed into, and offers choices then.
            if options.parts.count == 1,
                let field = try await search(list, for: [.fill], on: page, kept, patience: .seconds(1))
            {
                guard Kinds.isList(field.element) else {
                    return try await set(field.element, to: options.parts[0].spoken, on: page, &memory, report)
                }
                return try await choose(options.parts, in: field.element, on: page, &memory, report)
            }
            throw try await notFound(list, for: .choose, on: page)
        }
        if try await pick(options, on: page, &memory, report, patience: .seconds(1)) { return }
        // What is closed may have it: the only list whose choices one does not see.
        let closed: [PageElement] = try await page.snapshot(textLimit: 0).elements.filter {
            Kinds.isList($0) && !Kinds.isNativeList($0) && $0.isExpanded != true && !$0.isDisabled
        }
        for element in closed.prefix(5) {
            if try await open(element, andChoose: options.parts, on: page, &memory, report) { return }
        }
        if try await clickItsButton(options, on: page, &memory, report) { return }
        if try await pick(options, on: page, &memory, report, patience: Self.patience) { return }
        if try await clickItsButton(options, on: page, &memory, report) { return }
        throw try await noOption(options, on: page)
    }

    /// The names as the list has them: one with an "and" in it, or several.
    private func names(
        _ options: TargetList,
        among element: PageElement,
        on page: Page,
        _ memory: RunMemory
    ) async throws -> [Target] {
        guard options.parts.count > 1 else { return options.parts }
        let known = element.options
        let isOne = known.contains { Self.likeness($0, options.whole) > 0.9 }
        return isOne ? [options.whole] : options.parts
    }

    private static func likeness(_ text: String, _ target: Target) -> Double {
        let words = Words(text)
        return target.meanings.map { meaning in
            var likeness = NameLikeness(meaning.name, isQuoted: meaning.isQuoted)
            return meaning.name.isEmpty ? 0 : likeness.of(words)
        }.max() ?? 0
    }

    /// The option of a native list that a target means: by its name, or "the second option".
    static func option(_ target: Target, of element: PageElement) -> (label: String, score: Double)? {
        let best = element.options.map { ($0, likeness($0, target)) }.max { $0.1 < $1.1 }
        if let best, best.1 >= ElementMatcher.acceptable { return (best.0, best.1) }
        // "2 travellers" is "2" of "Travellers".
        let list = [Words(element.name)]
        for meaning in target.meanings where !meaning.name.isEmpty && !meaning.isQuoted {
            var likeness = NameLikeness(meaning.name)
            if let label = element.options.first(where: { likeness.split(between: Words($0), and: list) > 0.8 }) {
                return (label, 0.88)
            }
        }
        guard let position = target.meanings.first(where: { $0.name.isEmpty })?.position else { return nil }
        let place = position < 0 ? element.options.count + position : position
        return element.options.indices.contains(place) ? (element.options[place], 0.86) : nil
    }

    /// Chooses options of one list.
    func choose(
        _ options: [Target],
        in element: PageElement,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        memory.element = element
        if Kinds.isNativeList(element) {
            var labels: [String] = []
            for option in options {
                if option.isPlural {
                    labels = element.options
                } else if let found = Self.option(option, of: element) {
                    labels.append(found.label)
                } else {
                    labels.append(option.meanings.first?.name ?? option.spoken)
                }
            }
            // It waits for options that are on their way, and names those that there are.
            let (chosen, label) = try await page.select(labels, in: element.reference, timeout: readiness)
            return await report(.selected(chosen, in: .plain(label)), page)
        }
        if try await open(element, andChoose: options, on: page, &memory, report) { return }
        throw BrowserError(.elementNotFound, "\"\(element.name)\" offers no \"\(options.first?.spoken ?? "")\"")
    }

    /// Opens a list that the page has made itself and chooses in it.
    private func open(
        _ element: PageElement,
        andChoose options: [Target],
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws -> Bool {
        // A list box is open at all times.
        let isOpen = element.isExpanded == true || element.role == "listbox"
        if !isOpen { try await page.click(element.reference, timeout: readiness) }
        for option in options {
            let name = option.meanings.first?.name ?? option.spoken
            var found = try await offered(option, on: page, patience: .seconds(1))
            if found == nil, Kinds.isField(element) {
                try await page.fill(element.reference, with: name, timeout: readiness)
                found = try await offered(option, on: page, patience: .seconds(2))
            }
            guard let found else {
                if !isOpen { try? await page.press("Escape") }
                return false
            }
            let choice = found.element
            if choice.isSelected == true || choice.isChecked == true {
                await tell(.acted(.foundSelected(choice.name)))
                continue
            }
            let label = try await page.click(choice.reference, timeout: readiness)
            let now = try await page.snapshot(textLimit: 0).elements.first { $0.reference == choice.reference }
            if let now, now.isSelected == false, choice.isSelected == false, now.isInViewport, Kinds.isOption(now) {
                throw BrowserError(.elementNotReady, "clicked \"\(label)\", but it was not selected by it")
            }
            let list = ElementLabel.plain(element.name.isEmpty ? "the list" : element.name)
            await report(.selected([Self.name(choice, label)], in: list), page)
        }
        memory.element = element
        return true
    }

    private func offered(_ option: Target, on page: Page, patience: Duration) async throws -> Found? {
        try await looking(at: page, patience: patience) { index, _ in
            let matcher = ElementMatcher(index)
            guard
                let outcome = matcher.find(option, for: .option, where: { Kinds.isOption($0) && !$0.isDisabled })
                    ?? matcher.find(option, for: .click, where: { $0.isNew && !$0.isDisabled })
            else { return nil }
            return Found(outcome: outcome, index: index)
        }
    }

    /// An option that only a list has that is closed now; chosen in the list that has one so called.
    func chooseInClosedList(
        _ target: Target,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws -> Bool {
        let lists = try await page.snapshot(textLimit: 0).elements.filter { Kinds.isNativeList($0) && !$0.isDisabled }
        let best = lists.compactMap { list in Self.option(target, of: list).map { (list, $0) } }.max {
            $0.1.score < $1.1.score
        }
        guard let (list, option) = best, option.score > 0.8 else { return false }
        let (chosen, label) = try await page.select([option.label], in: list.reference, timeout: readiness)
        memory.element = list
        await report(.selected(chosen, in: .plain(label)), page)
        return true
    }

    func unchoose(
        _ target: Target,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws -> Bool {
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        for element in index.snapshot.elements
        where Kinds.isNativeList(element) && element.attributes["multiple"] != nil {
            guard let option = Self.option(target, of: element), option.score > 0.8 else { continue }
            let left = element.value.split(separator: ",").map { String($0).trimmingSpaces }.filter {
                $0 != option.label && !$0.isEmpty
            }
            try await page.select(left, in: element.reference, timeout: readiness)
            await report(.unselected(option.label, in: element.name), page)
            return true
        }
        guard let outcome = ElementMatcher(index).find(target, for: .option, where: { $0.isSelected == true }) else {
            return false
        }
        let label = try await page.click(outcome.matches[0].element.reference, timeout: readiness)
        await report(.unselected(label), page)
        return true
    }

    private func chooseNothing(
        from list: Target,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        if !list.isUnnamed, let outcome = ElementMatcher(index).find(list, for: .choose),
            Kinds.isNativeList(outcome.matches[0].element)
        {
            try await page.select([], in: outcome.matches[0].element.reference, timeout: readiness)
            return await report(.selectedNothing(in: outcome.matches[0].element.name), page)
        }
        for element in index.snapshot.elements
        where element.isChecked == true && ["checkbox", "switch"].contains(element.role) && !element.isDisabled {
            try await check(element, false, on: page, &memory, report)
        }
        await report(.selectedNothing(), page)
    }

    private func noOption(_ options: TargetList, on page: Page) async throws -> BrowserError {
        let lists = try await page.snapshot(textLimit: 0).elements.filter { Kinds.isNativeList($0) }
        let error = try await notFound(options.whole, for: .click, on: page)
        guard let list = lists.first, lists.count == 1 else {
            return BrowserError(
                .elementNotFound,
                error.message.replacing("no button, link or other element", with: "nothing to select called")
            )
        }
        return BrowserError(
            .elementNotFound,
            "\"\(list.name)\" has no option \"\(options.spoken)\"; it has \(list.options.prefix(20).map { "\"\($0)\"" }.joined(separator: ", "))"
        )
    }
}

extension Target {
    /// The same within one of several places, where there are any.
    func within(any scopes: [ElementScope]) -> Target {
        guard !scopes.isEmpty else { return self }
        return Target(spoken: spoken, meanings: scopes.flatMap { scope in within(scope).meanings })
    }
}

extension String {
    /// Without spaces at its ends.
    var trimmingSpaces: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text = text.dropFirst() }
        while text.last?.isWhitespace == true { text = text.dropLast() }
        return String(text)
    }
}
