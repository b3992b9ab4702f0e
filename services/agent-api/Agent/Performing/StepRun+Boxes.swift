//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    /// Checks, unchecks or toggles boxes.
    func setChecked(
        _ list: TargetList,
        _ isOn: Bool?,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        for target in try await parts(of: list, for: [.check], on: page, memory) {
            let kept = memory
            // A radio button is not unchecked; another one is checked.
            let isAllowed: (PageElement) -> Bool = { isOn != false || !target.isPlural || $0.role != "radio" }
            var found = try await search(target, for: [.check], on: page, kept, patience: .seconds(1), where: isAllowed)
            // "Mark Buy milk as done": the box has no name of its own, but stands beside it.
            if found == nil { found = try await search(Self.besides(target), for: [.check], on: page, kept) }
            if found == nil {
                // A list with several choices can be "unchecked" too, and what looks like a box may be a button.
                if isOn == true, try await chooseInClosedList(target, on: page, &memory, report) { continue }
                if isOn == false, try await unchoose(target, on: page, &memory, report) { continue }
            }
            guard let found else { throw try await notFound(target, for: .check, on: page) }
            await tellChoice(found)
            for place in found.outcome.matches.indices {
                guard let element = try await current(found, place, on: page) else { continue }
                try await check(element, isOn, on: page, &memory, report)
            }
        }
    }

    /// The element at a place of several, as it is now: pages draw their lists anew when something in them changes.
    func current(_ found: Found, _ place: Int, on page: Page) async throws -> PageElement? {
        let known = found.outcome.matches[place].element
        guard place > 0 else { return known }
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        if let same = index.snapshot.elements.first(where: { $0.reference == known.reference }) { return same }
        let target = Target(found.outcome.meaning)
        guard let again = ElementMatcher(index).find(target, for: Kinds.isCheckable(known) ? .check : .any) else {
            return nil
        }
        let alike = again.matches.count == found.outcome.matches.count ? again.matches : []
        return alike.indices.contains(place) ? alike[place].element : nil
    }

    func check(
        _ box: PageElement,
        _ isOn: Bool?,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        var wanted = isOn ?? true
        if isOn == nil { wanted = !(try await page.isChecked(box.reference)) }
        let label = try await page.setChecked(box.reference, to: wanted, timeout: readiness)
        memory.element = box
        let name = box.name.isEmpty ? box.surroundings.first ?? label : box.name
        await report(.setChecked(name.shortened(to: 80), isOn: wanted), page)
    }

    /// The box in the thing of that name.
    static func besides(_ target: Target) -> Target {
        var target = target
        target.meanings =
            target.meanings.filter { !$0.name.isEmpty }.map { meaning in
                var scopes = meaning.scopes
                scopes.insert(ElementScope(.inside, name: meaning.name), at: 0)
                return ElementDescription(position: meaning.position, quantity: meaning.quantity, scopes: scopes)
            }
            + target.meanings.filter { $0.name.isEmpty && $0.position != nil }.map {
                ElementDescription(position: $0.position, scopes: $0.scopes)
            }
        return target
    }
}
