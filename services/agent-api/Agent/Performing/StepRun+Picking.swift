//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    /// Chooses what is called so wherever it is: a box, a radio button, an option of a list, a tab, a button.
    func pick(
        _ options: TargetList,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report,
        patience: Duration
    ) async throws -> Bool {
        let kept = memory
        let choices: [Choice]? = try await looking(at: page, patience: patience) { index, isPatient in
            if options.parts.count > 1, let one = choice(options.whole, in: index, kept), one.score > 0.9 {
                return [one]
            }
            let each = options.parts.map { choice($0, in: index, kept) }
            guard each.allSatisfy({ $0 != nil }) else { return nil }
            let found = each.compactMap { $0 }
            return isPatient && found.contains(where: { $0.score < ElementMatcher.certain }) ? nil : found
        }
        guard let choices else { return false }
        var perList: [(element: PageElement, labels: [String])] = []
        for choice in choices {
            switch choice {
            case .option(let list, let label, _):
                if let place = perList.firstIndex(where: { $0.element.reference == list.reference }) {
                    perList[place].labels.append(label)
                } else {
                    perList.append((list, [label]))
                }
            case .elements(let found):
                await tellChoice(found)
                for place in found.outcome.matches.indices {
                    guard let element = try await current(found, place, on: page) else { continue }
                    if Kinds.isCheckable(element) {
                        try await check(element, true, on: page, &memory, report)
                    } else {
                        let label = try await page.click(element.reference, timeout: readiness)
                        memory.element = element
                        await report(.clicked(Self.name(element, label)), page)
                    }
                }
            }
        }
        for (list, labels) in perList {
            let (chosen, label) = try await page.select(labels, in: list.reference, timeout: readiness)
            memory.element = list
            await report(.selected(chosen, in: .plain(label)), page)
        }
        return true
    }

    /// "Select the second flight", where each flight has a button "Select".
    func clickItsButton(
        _ options: TargetList,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws -> Bool {
        guard let verb = Phrase(instruction.source).first?.text else { return false }
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        for option in options.parts {
            let meanings = option.meanings.map { meaning in
                var scopes = meaning.scopes
                if meaning.position == nil, !meaning.name.isEmpty {
                    scopes.insert(ElementScope(.inside, name: meaning.name), at: 0)
                }
                return ElementDescription(name: verb, isQuoted: true, position: meaning.position, scopes: scopes)
            }.filter { $0.position != nil || !$0.scopes.isEmpty }
            let outcome = ElementMatcher(index).find(Target(spoken: option.spoken, meanings: meanings), for: .click) {
                ["button", "link"].contains($0.role)
            }
            guard let outcome, outcome.matches[0].score > 0.9 * 0.9 else { return false }
            try await click(Found(outcome: outcome, index: index), on: page, &memory, report)
        }
        return true
    }

    private enum Choice {
        case option(list: PageElement, label: String, score: Double)
        case elements(Found)

        var score: Double {
            switch self {
            case .option(_, _, let score): score
            case .elements(let found): found.outcome.matches[0].score
            }
        }
    }

    private func choice(_ target: Target, in index: SnapshotIndex, _ memory: RunMemory) -> Choice? {
        let matcher = ElementMatcher(index)
        var best: Choice?
        func consider(_ outcome: ElementMatcher.Outcome?, bonus: Double = 0) {
            guard let outcome, outcome.matches[0].score + bonus > (best?.score ?? 0) else { return }
            best = .elements(Found(outcome: outcome, index: index))
        }
        consider(matcher.find(target, for: .option))
        let isScoped = target.meanings.contains { !$0.scopes.isEmpty }
        if !isScoped {
            for list in index.snapshot.elements where Kinds.isNativeList(list) && !list.isDisabled {
                guard let option = Self.option(target, of: list), option.score > (best?.score ?? 0) + 0.01 else {
                    continue
                }
                best = .option(list: list, label: option.label, score: option.score)
            }
        }
        // A tab, a link, a button: only when it fits clearly better than what can be chosen.
        consider(matcher.find(target, for: .click), bonus: -0.1)
        if best == nil || (best?.score ?? 0) < 0.6 { consider(matcher.find(Self.besides(target), for: .check)) }
        return best
    }
}
