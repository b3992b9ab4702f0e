//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import FoundationEssentials
import Models
import PageActions
import Secrets

/// How a step is decided: what the model is shown, and what it answers.
extension ModelRun {
    /// What the model decides, and the page as it has seen it, also as instructions see it.
    mutating func lookAndDecide(
        on page: Page,
        _ chance: LastChance?
    ) async throws -> (ModelDecision, SeenPage, PageView?) {
        var view = try await look(at: page)
        await tell(.stepBegan(title: view.title), url: view.url)
        let downloads = endedDownloads
        while true {
            do {
                // The model takes longer than this look.
                let isSeen = view.isSeen
                async let nodes = isSeen ? Self.nodes(of: page) : nil
                let decision = try await decide(view, on: page, notes(chance, downloads))
                toldDownloads += downloads.count
                return (decision, view, await nodes)
            } catch let failure as StepModel.Failure {
                // What is new is so until it was seen.
                alsoNew.formUnion(view.newElements)
                guard await shrinks(after: failure) else { throw failure }
                view = try await look(at: page)
            }
        }
    }

    /// Makes what the model is shown smaller, where it cannot read as much.
    mutating func shrinks(after failure: StepModel.Failure) async -> Bool {
        guard case .unavailable(let error) = failure, error.code == .tooLong else { return false }
        if let context = try? await model.client.contextLength() {
            if context == budget.context {
                guard budget.shrink() else { return false }
            } else {
                budget = PromptBudget(context: context)
            }
            options.pageLimit = min(options.pageLimit, TokenEstimate.characters(in: budget.request ?? 0))
        } else {
            guard options.pageLimit >= 4000 else { return false }
            options.pageLimit /= 2
            history.limit /= 2
        }
        await tell(.pageShortened(characters: options.pageLimit, reason: "\(error)"))
        return true
    }

    /// The page as it is now; a page that does not answer is shown as such, so that the model can leave it.
    func look(at page: Page) async throws -> SeenPage {
        do {
            let snapshot = try await page.snapshot(
                textLimit: options.pageLimit,
                isNearWindow: true,
                timeout: options.elementTimeout
            )
            return SeenPage(content: .seen(snapshot), alsoNew: alsoNew)
        } catch {
            try Task.checkCancellation()
            return SeenPage(content: .unseen(url: page.url, reason: "\(error)"))
        }
    }

    /// How long a look may take that only writes down what is done.
    static let longestLook = Duration.seconds(2)

    static func nodes(of page: Page) async -> PageView? {
        try? await page.view(isNumbering: false, timeout: longestLook)
    }

    mutating func decide(
        _ view: SeenPage,
        on page: Page,
        _ notes: (texts: [String], isLast: Bool)
    ) async throws -> ModelDecision {
        var images: [[UInt8]] = []
        var notes = notes
        if options.sight == .always || wantsPicture {
            if let picture = try? await page.screenshot(hiding: secrets, marking: view.marks) {
                images = [picture]
            } else if wantsPicture, !secrets.isEmpty {
                notes.texts.append("There is no picture of the page, for it shows a secret or cannot be read.")
            }
        }
        try Task.checkCancellation()
        if let note = secrets.note(for: view.url) { notes.texts.append(note) }
        let context = try await model.client.contextLength()
        if context != budget.context { budget = PromptBudget(context: context) }
        let state = StateMessage(
            task: task,
            history: history.text,
            results: results,
            page: view,
            notes: notes.texts
        )
        let all = notes.isLast ? .doneOnly(options.output) : options.actions
        let actions = budget.isBrief ? all.brief : all
        let text: String
        do {
            text = try state.text(within: budget, beside: model.tokensBesideState(allowing: actions, budget))
        } catch {
            throw StepModel.Failure.tooSmall(error)
        }
        return try await model.decide(text, images: images, allowing: actions, budget: budget) {
            [events, number] problem in
            await events.report(AgentEvent(.invalidAnswer(problem), step: number))
        }
    }

    /// The date, without which nobody knows what "next Friday" is.
    static var today: String {
        let names = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
        let now = Date.now
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday], from: now)
        let day = now.formatted(.iso8601.year().month().day())
        let weekday = names[((parts.weekday ?? 1) - 1) % names.count]
        return "Today is \(weekday), \(day) (UTC)."
    }
}
