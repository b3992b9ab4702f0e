//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions
import Secrets
import Steering

/// Does what a step asks for.
extension StepRun {
    /// Does the first of some deeds that the page allows.
    func carryOut(_ deeds: [Deed], _ memory: inout RunMemory) async throws {
        var deeds = deeds
        if memory.hasPressedKey, case .type(let value, let field, _) = deeds.first, field.isEmpty {
            deeds[0] = .typeKeys(value)
        }
        if case .press(let key, _, _) = deeds.first {
            memory.hasPressedKey = key.contains("+") || key.hasPrefix("Arrow") || key == "End" || key == "Home"
        } else {
            memory.hasPressedKey = false
        }
        guard let first = deeds.first else { throw Refusal(.missing, "the step is not understood") }
        if try await perform(first, &memory, others: Array(deeds.dropFirst())) { return }
        for attempt in 1...3 {
            let visits = steering.visits
            let plan = try await revealing(deeds, &memory)
            try await steering.pass()
            // A person has used the browser meanwhile.
            if steering.visits != visits, attempt < 3 { continue }
            do {
                return try await execute(plan, &memory)
            } catch let failure as ActionFailure where failure.kind == .changedMeaning && attempt < 3 {
                // Nothing was done: the page has changed since it was looked at.
                continue
            }
        }
    }

    /// Does what is not about the elements of a page.
    ///
    /// - Returns: Whether it was that.
    func perform(_ deed: Deed, _ memory: inout RunMemory, others: [Deed]) async throws -> Bool {
        switch deed {
        case .go(let address, let newTab):
            let outcome = try await act(.navigate(address, inNewTab: newTab), &memory)
            if case .navigated(let url, let status?, _) = outcome.performed, status >= 400 {
                throw ActionFailure(.navigationFailed, "\(url) answered with HTTP status \(status)")
            }
        case .history(let offset): try await act(.goThroughHistory(by: offset), &memory)
        case .reload: try await act(.reload, &memory)
        case .newTab: try await act(.navigate("about:blank", inNewTab: true), &memory)
        case .switchTab(let tab): try await act(.switchTab(try tabID(tab, memory)), &memory)
        case .closeTab(let tab): try await closeTab(tab, &memory)
        case .wait(let time):
            try await Task.sleep(for: min(time, max(deadline.remaining, .zero)))
            if deadline.hasPassed { throw ActionFailure(.timedOut, "the step may not take as long") }
            await tell(.acted(.waited(time)))
        case .ask(let kind, let question): try await ask(kind, question, &memory)
        case .waitUntil(let condition, let limit):
            try await wait(condition, limit, &memory)
        case .verify(let condition):
            guard try await holds(condition, within: .seconds(5), memory) else {
                throw ActionFailure(.notVerified, "it is not so that \(condition.spoken)")
            }
            await tell(.acted(.saw(condition.fulfilled)))
        case .reveal(let target, let next):
            for deed in [Deed.expand(target, true), .hover(target), .click(target, Deed.Press())] {
                guard let plan = try? Resolver(page: try await index(), memory: memory.page).plan(deed) else {
                    continue
                }
                try await execute(plan, &memory)
                let end = deadline.capped(at: .milliseconds(600))
                repeat {
                    if try await isThere(.click(next, Deed.Press()), memory) { return true }
                    try await Task.sleep(for: .milliseconds(40))
                } while !end.hasPassed
            }
            throw Refusal(.missing, "\"\(target.spoken)\" does not show \"\(next.spoken)\"")
        case .until(let inner, let condition): try await `repeat`(inner, until: condition, &memory)
        case .answer: return try await answered(deed, &memory, others)
        case .scrollToEnd(let direction, nil):
            try await scrollToEnd(direction, &memory)
        default: return false
        }
        return true
    }

    @discardableResult
    func act(_ action: PageAction, _ memory: inout RunMemory) async throws -> ActionOutcome {
        let outcome = try await actor.perform(action)
        switch action {
        case .type, .typeKeys, .select, .setValue, .setChecked, .press: memory.isUnsettled = true
        case .navigate: memory.isUnsettled = false
        default: break
        }
        if case .downloaded(let name) = outcome.verified.last,
            let file = context.downloads.last(where: { $0.name == name })
        {
            memory.summary = "\(name) (\(file.bytes) bytes)"
        }
        for fact in outcome.verified.filter(\.isTold).map(\.text) {
            memory.verified.removeAll { $0 == fact }
            memory.verified = (memory.verified + [fact]).suffix(Self.factsAtMost)
        }
        return outcome
    }

    /// Looks until a deed can be done without guessing.
    func plan(_ deeds: [Deed], _ memory: RunMemory) async throws -> Plan {
        var known: [PageNode] = []
        var quietSince = ContinuousClock.now
        var pause = Duration.milliseconds(20)
        let actor = actor
        while true {
            let view = try await actor.look()
            let shown = view.nodes.filter { $0.isInteractive || $0.role == "text" || $0.role == "heading" }
            if shown.map(\.name) != known.map(\.name) || shown.map(\.text) != known.map(\.text)
                || shown.map(\.isDisabled) != known.map(\.isDisabled)
            {
                if !known.isEmpty { pause = .milliseconds(20) }
                quietSince = .now
                known = shown
            }
            let resolver = Resolver(page: PageIndex(view), memory: memory.page, secrets: memory.hidden)
            let quiet = quietSince.duration(to: .now)
            // What was typed or chosen last may still be on its way into what is read.
            if memory.isUnsettled, deeds.first?.isReading == true, quiet < Self.settling, !deadline.hasPassed {
                try await Task.sleep(for: .milliseconds(50))
                continue
            }
            if let exact = step.exact, deeds == step.deeds, let plan = try? resolver.plan(exact) { return plan }
            var refusal: Refusal?
            for (rank, deed) in deeds.enumerated() {
                do {
                    let plan = try resolver.plan(deed)
                    // What fits less well than what was said first may only be there because that is still on its way.
                    if rank == 0 || quiet > Self.doubt || deadline.hasPassed { return plan }
                    break
                } catch {
                    refusal = refusal.map { resolver.worse($0, error) } ?? error
                }
            }
            let isLoading = try await context.currentPage().isLoading
            if let refusal {
                let limit: Duration =
                    refusal.kind == .ambiguous ? .seconds(1) : refusal.kind == .unusable ? .seconds(3) : Self.patience
                if deadline.hasPassed || quiet > limit && !isLoading || quiet > limit * 3 { throw refusal }
            }
            // Nothing tells when a page shows something else; looking again after a pause is what there is.
            try await Task.sleep(for: min(pause, max(deadline.remaining, .milliseconds(1))))
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    func index() async throws -> PageIndex { PageIndex(try await actor.look()) }

    func isThere(_ deed: Deed, _ memory: RunMemory) async throws -> Bool {
        let resolver = Resolver(page: try await index(), memory: memory.page)
        return (try? resolver.plan(deed)) != nil
    }

    /// Does what a plan says.
    func execute(_ plan: Plan, _ memory: inout RunMemory) async throws {
        if !plan.actions.isEmpty {
            let words = Step.hiding(step.spoken, step.secrets + memory.hidden)
            await tell(.understood(words, as: plan.actions.map(\.brief)))
        }
        if let direct = plan.direct { _ = try await perform(direct, &memory, others: []) }
        for fact in plan.found { await tell(.acted(.saw(fact.prefix(1).uppercased() + fact.dropFirst()))) }
        var effects: [Effects] = []
        for action in plan.actions {
            let outcome = try await carefully(action, &memory)
            effects.append(outcome.effects)
            try judge(action, outcome.effects, memory)
            if plan.needsEffect, !outcome.effects.isVisible {
                switch action {
                case .click(let seen, _):
                    throw ActionFailure(.notVerified, "clicked \"\(seen.name)\", but nothing on the page has changed")
                case .press(let key, _, _):
                    throw ActionFailure(.notVerified, "pressed \(key), but nothing on the page has changed")
                default: break
                }
            }
        }
        if !plan.otherwise.isEmpty, let last = effects.last, !last.isVisible {
            for action in plan.otherwise { effects.append(try await carefully(action, &memory).effects) }
        }
        if let element = plan.element {
            memory.page.element = element
            if case .type = plan.actions.last { memory.page.field = element }
            if case .setValue = plan.actions.last { memory.page.field = element }
        }
        if let item = plan.item { memory.page.item = item }
        if let place = plan.place { memory.page.place = place }
        if let (what, answer, isResult) = plan.reading {
            memory.page.value = answer
            memory.page.isAsked = true
            if isResult { memory.results.append(answer) }
            let url = try await context.currentPage().url
            await tell(.acted(.read(what, answer: answer.shortened(to: 2000))), url: url, duration: .zero)
        }
        for deed in plan.deeds { try await carryOut([deed], &memory) }
        if let writing = plan.writing { try await write(writing, &memory) }
        if case .search(let value, _) = step.deeds.first, case .text = value, plan.actions.count > 1 {
            try await summarize(&memory)
        }
    }

    /// Fails where the page asked something that the task does not answer, or says that something is wrong and no later step reads it.
    func judge(_ action: PageAction, _ effects: Effects, _ memory: RunMemory) throws {
        if !memory.isAnswered,
            let dialog = effects.dialogs.first(where: { $0.kind == "confirm" || $0.kind == "prompt" }),
            case .dismiss = dialog.answer
        {
            throw ActionFailure(
                .notVerified,
                "the page asked \"\(dialog.message.shortened(to: 200))\" and was answered with Cancel, as the task does not say what to answer; say \"and confirm\" or \"and cancel\""
            )
        }
        guard case .click = action, !memory.isRead, effects.navigation == nil else { return }
        if let complaint = effects.appeared.first(where: Complaints.isOne) {
            throw ActionFailure(.notVerified, "the page then says \"\(complaint.shortened(to: 200))\"")
        }
    }

    /// An action; where its element was drawn anew meanwhile, on the one that took its place.
    func carefully(_ action: PageAction, _ memory: inout RunMemory) async throws -> ActionOutcome {
        do {
            return try await act(action, &memory)
        } catch let failure as ActionFailure where failure.kind == .gone {
            let finder = Finder(page: try await index(), memory: memory.page)
            guard let again = action.relocated(by: { seen in finder.index(of: seen).map { finder.page.view.seen($0) } })
            else { throw failure }
            return try await act(again, &memory)
        } catch let failure as ActionFailure where failure.kind == .notVerified {
            // A tree that was drawn anew: the node that took the place is open.
            guard case .setExpanded(let seen, let isOpen) = action else { throw failure }
            let finder = Finder(page: try await index(), memory: memory.page)
            guard
                let node = finder.page.indices.first(where: { index in
                    let now = finder.page.view.seen(index)
                    return now.reference != seen.reference && now.role == seen.role
                        && WordForms.words(of: now.name).starts(with: WordForms.words(of: seen.name))
                        && finder.page.nodes[index].isExpanded == isOpen
                })
            else { throw failure }
            return ActionOutcome(.setExpanded(finder.page.called(node), isOpen: isOpen))
        }
    }

    func summarize(_ memory: inout RunMemory) async throws {
        let page = try await context.currentPage()
        let summary = try await page.summary()
        let title = summary.title.isEmpty ? page.url : summary.title
        memory.summary =
            title + (summary.firstResult.isEmpty ? "" : "; first result: \(summary.firstResult.shortened(to: 200))")
    }
}

extension Fact {
    /// Whether it is worth telling at the end: where the page is, the log says.
    fileprivate var isTold: Bool {
        switch self {
        case .isAt, .scrolled, .focused, .showsTab, .closedTab: false
        default: true
        }
    }
}

extension PageAction {
    /// The action and what it is done to, in a few words: `click "Delete" in "Ada Byron Edit Delete"`.
    fileprivate var brief: String {
        guard let target else { return name }
        return "\(name) \"\(target.name.shortened(to: 60))\""
            + (target.item.isEmpty || target.item == target.name ? "" : " in \"\(target.item.shortened(to: 60))\"")
    }

    /// The same action on an element that has taken the place of another.
    func relocated(by find: (Seen) -> Seen?) -> PageAction? {
        switch self {
        case .click(let seen, let click): find(seen).map { .click($0, click) }
        case .hover(let seen): find(seen).map { .hover($0) }
        case .focus(let seen): find(seen).map { .focus($0) }
        case .type(let text, let seen, let mode): find(seen).map { .type(text, into: $0, mode: mode) }
        case .press(let key, let times, let seen?): .press(key, times: times, in: find(seen))
        case .setChecked(let seen, let isOn): find(seen).map { .setChecked($0, isOn) }
        case .select(let options, let seen, let mode): find(seen).map { .select(options, in: $0, mode: mode) }
        case .setValue(let value, let seen): find(seen).map { .setValue(value, of: $0) }
        case .setExpanded(let seen, let isOpen): find(seen).map { .setExpanded($0, isOpen) }
        case .download(let seen): find(seen).map { .download($0) }
        case .scrollTo(let seen): find(seen).map { .scrollTo($0) }
        default: nil
        }
    }
}
