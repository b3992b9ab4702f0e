//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    /// What was found, and the page as it was then.
    struct Found {
        var outcome: ElementMatcher.Outcome
        var index: SnapshotIndex

        /// The element, or the first of several.
        var element: PageElement { outcome.matches[0].element }
    }

    /// Looks until something is there: again and again while the page loads or changes, and for some time after.
    ///
    /// - Parameter attempt: looks at the page once; `isLast` when it will not be asked again, to take what there is.
    /// - Returns: `nil` when it is not there.
    func looking<Value>(
        at page: Page,
        patience: Duration = patience,
        _ attempt: (_ index: SnapshotIndex, _ isPatient: Bool) async throws -> Value?
    ) async throws -> Value? {
        var known: PageSnapshot?
        var quietSince = ContinuousClock.now
        let start = ContinuousClock.now
        var pause = Duration.milliseconds(20)
        while true {
            let snapshot = try await page.snapshot(textLimit: 0, timeout: max(deadline.remaining, .seconds(1)))
            if snapshot.elements.map(\.name) != known?.elements.map(\.name) || page.isLoading {
                if known != nil { pause = .milliseconds(20) }
                quietSince = .now
                known = snapshot
            }
            let isPatient = start.duration(to: .now) < Self.doubt && quietSince.duration(to: .now) < Self.doubt
            if let value = try await attempt(SnapshotIndex(snapshot), isPatient) { return value }
            if deadline.hasPassed || quietSince.duration(to: .now) > patience { return nil }
            // Nothing tells when a page shows something else; looking again after a pause is what there is.
            try await Task.sleep(for: min(pause, max(deadline.remaining, .milliseconds(1))))
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    /// The element that a target means.
    ///
    /// - Throws: `BrowserError.elementNotFound`, which says what was looked for and what there is.
    func find(
        _ target: Target,
        for purpose: ElementMatcher.Purpose,
        on page: Page,
        _ memory: RunMemory,
        where isAllowed: @escaping (PageElement) -> Bool = { _ in true }
    ) async throws -> Found {
        if let found = try await search(target, for: [purpose], on: page, memory, where: isAllowed) { return found }
        throw try await notFound(target, for: purpose, on: page)
    }

    /// The element that a target means, for the first of several purposes that fits best.
    func search(
        _ target: Target,
        for purposes: [ElementMatcher.Purpose],
        on page: Page,
        _ memory: RunMemory,
        patience: Duration = patience,
        where isAllowed: @escaping (PageElement) -> Bool = { _ in true }
    ) async throws -> Found? {
        try await looking(at: page, patience: patience) { index, isPatient in
            let matcher = ElementMatcher(index)
            if let known = remembered(target, in: index, memory), purposes.contains(where: { $0.allows(known.element) })
            {
                return known
            }
            var best: ElementMatcher.Outcome?
            for meant in inPlace(target, memory) {
                for purpose in purposes {
                    guard let outcome = matcher.find(meant, for: purpose, where: isAllowed) else { continue }
                    let score = outcome.matches[0].score
                    if score > (best?.matches[0].score ?? 0) + 0.02 { best = outcome }
                }
                if best != nil { break }
            }
            guard let best else { return nil }
            // Something that fits better, or that can be used, may be on its way.
            if isPatient, !best.isCertain || best.matches[0].element.isDisabled { return nil }
            return Found(outcome: best, index: index)
        }
    }

    /// After "find the email by Ada" the star is first looked for there.
    private func inPlace(_ target: Target, _ memory: RunMemory) -> [Target] {
        guard let place = memory.place, target.meanings.allSatisfy({ $0.scopes.isEmpty && $0.position == nil }),
            !target.isUnnamed
        else { return [target] }
        return [target.within(place), target]
    }

    /// "It" and "the field" are what was used last.
    private func remembered(_ target: Target, in index: SnapshotIndex, _ memory: RunMemory) -> Found? {
        guard let last = memory.element,
            let entry = index.entries.first(where: { $0.element.reference == last.reference })
                // Pages draw their lists anew; then it is what is called so in the same place.
                ?? index.entries.first(where: {
                    $0.element.role == last.role && $0.element.name == last.name
                        && $0.element.surroundings == last.surroundings
                })
        else { return nil }
        let isKind = target.meanings.contains { meaning in
            guard let role = meaning.role else { return false }
            return meaning.name.isEmpty && meaning.position == nil && meaning.scopes.isEmpty && meaning.quantity == .one
                && Kinds.fit(entry.element, role) > 0.95 && role == .field
        }
        guard target.isPronoun || isKind else { return nil }
        let match = ElementMatcher.Match(element: entry.element, score: 1, order: entry.order)
        return Found(
            outcome: ElementMatcher.Outcome(matches: [match], alike: 1, meaning: ElementDescription(isPronoun: true)),
            index: index
        )
    }

    /// Tells which of several alike was taken.
    func tellChoice(_ found: Found) async {
        let outcome = found.outcome
        guard outcome.alike > 1, outcome.matches.count == 1, let match = outcome.matches.first else { return }
        let name = outcome.meaning.name.isEmpty ? (outcome.meaning.role?.rawValue ?? "element") : outcome.meaning.name
        let place = match.element.surroundings.first?.shortened(to: 60)
        let isNamed = !outcome.meaning.name.isEmpty
        await tell(.choseFirst(of: outcome.alike, name: name, isNamed: isNamed, place: place))
    }

    func notFound(_ target: Target, for purpose: ElementMatcher.Purpose, on page: Page) async throws -> BrowserError {
        let matcher = ElementMatcher(try await page.snapshot(textLimit: 0))
        let kind: String =
            switch purpose {
            case .fill: "field"
            case .check: "checkbox"
            case .choose: "list"
            case .option: "option"
            case .expand: "section"
            case .upload: "file field"
            case .click: target.meanings.first?.role?.rawValue ?? "button, link or other element"
            case .any: target.meanings.first?.role?.rawValue ?? "element"
            }
        if target.isPronoun {
            return BrowserError(.elementNotFound, "nothing was used before that \"\(target.spoken)\" could mean")
        }
        let meaning =
            target.meanings.first(where: { !$0.scopes.isEmpty || $0.position != nil }) ?? target.meanings.first
        var text = "no \(kind)"
        let name = target.meanings.first?.name ?? ""
        if !name.isEmpty {
            text += " \"\(name)\""
        } else if target.isUnnamed == false, let meaning {
            text = "no \(meaning.sought)"
        }
        if let meaning, !name.isEmpty {
            for scope in meaning.scopes where !name.lowercased().contains(scope.name.lowercased()) || scope.name.isEmpty
            { text += " \(scope.relation.rawValue) \"\(scope.spoken)\"" }
        }
        text += " on \(page.url)"
        let near = matcher.nearest(to: target, for: purpose)
        if !near.isEmpty {
            text += "; the nearest names are " + near.map { "\"\($0.shortened(to: 60))\"" }.joined(separator: ", ")
        }
        return BrowserError(.elementNotFound, text)
    }

    /// Acts on what a target means; when it has gone meanwhile, looks again.
    func using<Value>(
        _ target: Target,
        for purposes: [ElementMatcher.Purpose],
        on page: Page,
        _ memory: RunMemory,
        where isAllowed: @escaping (PageElement) -> Bool = { _ in true },
        _ act: (Found) async throws -> Value
    ) async throws -> Value {
        while true {
            guard let found = try await search(target, for: purposes, on: page, memory, where: isAllowed) else {
                throw try await notFound(target, for: purposes[0], on: page)
            }
            do {
                return try await act(found)
            } catch let error as BrowserError where error.code == .elementNotFound && !deadline.hasPassed {
                // It was replaced between the look and the deed.
                guard try await isGone(found.element, from: page) else { throw error }
            }
        }
    }

    private func isGone(_ element: PageElement, from page: Page) async throws -> Bool {
        let snapshot = try await page.snapshot(textLimit: 0)
        return !snapshot.elements.contains { $0.reference == element.reference }
    }

    /// How long an action may wait for its element to become ready.
    var readiness: Duration { min(max(deadline.remaining, .milliseconds(100)), .seconds(15)) }
}
