//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions
import Secrets
import Steering

/// One step on its way: looks at the page until what is meant is there, acts, and tells of it.
struct StepRun: Sendable {
    let step: Step
    let number: Int
    let deadline: Deadline
    let context: BrowserContext
    let events: any AgentEventSink
    let secrets: RunSecrets
    let steering: Steering

    /// How long a page may stay the same before what is not on it is given up.
    static let patience = Duration.seconds(4)
    /// How long a page must stay the same after it was typed into before it is read.
    static let settling = Duration.milliseconds(400)
    /// More facts are not told at the end; the last ones are.
    static let factsAtMost = 10
    /// How long a page must stay the same before what fits less well is taken.
    static let doubt = Duration.milliseconds(500)

    var actor: PageActor {
        var actor = PageActor(context: context, events: events, secrets: secrets, steering: steering)
        actor.step = number
        actor.actionName = step.call().name
        actor.limits.element = min(max(deadline.remaining, .milliseconds(100)), .seconds(10))
        actor.limits.page = max(deadline.remaining, .milliseconds(100))
        return actor
    }

    /// Performs the step.
    ///
    /// - Parameter answers: How the dialogs are answered that it may open, as the next steps say.
    /// - Returns: Whether the next step was done with it.
    /// - Throws: What the page did not allow, or what was not found, in words for people.
    func perform(_ memory: inout RunMemory, answers: [Deed]) async throws -> Bool {
        let call = step.call(memory.hidden)
        await tell(.stepBegan(title: step.title(memory.hidden)))
        await tell(.actionBegan(call))
        if !takesSecrets, !secrets.isEmpty, let reference = SecretReference.references(in: call.description).first {
            throw SecretRefused.notTyped(reference, by: call.name)
        }
        let page = try await context.currentPage()
        if !opensPage, page.url == "about:blank" {
            throw ActionFailure(.notSupported, "no page is open; begin with a step such as \"go to example.com\"")
        }
        if step.isOtherwise, memory.held {
            await tell(.skipped(condition: "the condition before does not hold"))
            return false
        }
        if let condition = step.condition {
            memory.held = try await holds(condition, within: .seconds(2), memory)
            if !memory.held, condition.isState, case .failure(let refusal) = try await isSo(condition, memory) {
                throw refusal
            }
            if memory.held, case .shows(let target) = condition {
                let finder = Finder(page: try await index(), memory: memory.page)
                if let node = finder.best(target, for: .anything)?.nodes.first {
                    memory.page.item =
                        finder.page.items[node].map { finder.page.view.seen($0) } ?? finder.page.view.seen(node)
                }
            }
            if !memory.held {
                await tell(.skipped(condition: condition.spoken))
                return false
            }
        }
        if step.isOptional, let deed = step.deeds.first, !(try await isThere(deed, memory)) {
            await tell(.skipped(condition: "nothing on the page is for it"))
            return false
        }
        memory.isAnswered = !answers.isEmpty || isOwnAnswer || memory.isPrepared
        for answer in answers { try await prepare(answer) }
        if !step.joined.isEmpty, try await isThere(step.joined[0], memory) {
            try await carryOut(step.joined, &memory)
            return true
        }
        for _ in 0..<max(1, step.times) { try await carryOut(step.deeds, &memory) }
        if memory.isRead, let view = try? await actor.look() {
            memory.lastText = view.nodes.filter { $0.parent == nil }.map(\.text).joined(separator: "\n")
        }
        if let current = context.shownPage?.tabID, memory.tabs.last != current {
            memory.tabs = memory.tabs.suffix(50) + [current]
        }
        return false
    }

    /// The answers to dialogs that the steps behind one say, as far as they follow at once.
    static func answers(after index: Int, _ steps: [Step]) -> [Deed] {
        if case .answer = steps[index].deeds.first { return [] }
        return steps[(index + 1)...].prefix { step in
            // Whether a condition holds is only known when its turn comes.
            if case .answer = step.deeds.first { step.condition == nil } else { false }
        }.compactMap(\.deeds.first)
    }

    private var isOwnAnswer: Bool { if case .answer = step.deeds.first { true } else { false } }

    private var opensPage: Bool {
        switch step.deeds.first {
        case .go, .newTab, .wait, .ask: true
        default: false
        }
    }

    /// Whether the names of secrets in it stand for their values.
    private var takesSecrets: Bool {
        switch step.deeds.first {
        case .type, .assign, .pair, .several, .either, .choose, .typeKeys: true
        default: false
        }
    }

    func tell(_ what: AgentEvent.What, url: String? = nil, duration: Duration? = nil) async {
        await events.report(AgentEvent(what, step: number, action: step.call().name, url: url, duration: duration))
    }
}
