//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions
import Secrets

/// One step on its way: looks at the page, finds what is meant, acts, tells of it, and looks again.
struct StepRun {
    let instruction: Instruction
    let number: Int
    let deadline: Deadline
    let context: BrowserContext
    let events: any AgentEventSink
    var secrets = RunSecrets.none

    /// How long a page may stay the same before what is not on it is given up.
    static let patience = Duration.seconds(5)
    /// How long something better than what is there is waited for.
    static let doubt = Duration.milliseconds(700)

    /// What came of a step.
    struct Outcome {
        /// Whether the next step has been done with it, as with a button that is called "Save and close".
        var includesNext = false
    }

    /// Performs the step.
    ///
    /// - Throws: what the page did not allow, or what was not found, in words for people.
    func perform(_ memory: inout RunMemory) async throws -> Outcome {
        let call = instruction.call
        await tell(.stepBegan(title: instruction.title))
        await tell(.actionBegan(call))
        if !instruction.action.takesSecrets { try secrets.refuse(in: call.description, of: call.name) }
        let start = ContinuousClock.now
        var page = try await context.currentPage()
        if !instruction.action.opensPage, page.url == "about:blank" {
            throw BrowserError(.notSupported, "no page is open; begin with a step such as \"go to example.com\"")
        }
        if let condition = instruction.condition, !(try await holds(condition, on: page, within: .seconds(3), memory)) {
            await tell(.skipped(condition: condition.spoken))
            return Outcome()
        }
        page = try await context.currentPage()
        let dialogs = page.dialogs.last?.number ?? 0
        let pages = context.openPages.map(\.tabID)
        let url = page.url
        if !instruction.action.answersDialogs { memory.dialogsBefore = dialogCounts() }
        let report: Report = { action, page in
            await tell(.acted(action), url: page.url, duration: start.duration(to: .now))
        }
        let outcome: Outcome
        do {
            outcome = try await act(on: page, &memory, report)
        } catch let error as BrowserError where error.code == .pageClosed && context.pageCount > 0 {
            // A window that closes itself may do so a moment after the step that made it; then the one behind it is meant.
            let next = try await context.currentPage()
            guard next !== page else { throw error }
            outcome = try await act(on: next, &memory, report)
        }
        for dialog in page.dialogs where dialog.number > dialogs {
            await tell(
                .asked(dialog: dialog.kind, message: dialog.message, answer: dialog.answer.spoken)
            )
        }
        try await tellWhereItLed(from: url, pages: pages, &memory)
        return outcome
    }

    private func tellWhereItLed(from url: String, pages: [String], _ memory: inout RunMemory) async throws {
        let current = try await context.currentPage()
        if let opened = context.openPages.last(where: { !pages.contains($0.tabID) }) {
            try await opened.waitUntilLoaded(timeout: deadline.remaining)
            await tell(.led(to: opened.url, inNewTab: true), url: opened.url)
        } else if !instruction.action.tellsAddress, current.url != url {
            await tell(.led(to: current.url, inNewTab: false), url: current.url)
        }
        if memory.tabs.last != current.tabID { memory.tabs = memory.tabs.suffix(50) + [current.tabID] }
    }

    func dialogCounts() -> [String: Int] {
        Dictionary(context.openPages.map { ($0.tabID, $0.dialogs.last?.number ?? 0) }, uniquingKeysWith: max)
    }

    func tell(_ what: AgentEvent.What, url: String? = nil, duration: Duration? = nil) async {
        await events.report(
            AgentEvent(what, step: number, action: instruction.name, url: url, duration: duration)
        )
    }
}

extension Instruction.Action {
    /// Whether it needs no page that is open.
    var opensPage: Bool {
        switch self {
        case .navigate, .openTab, .pause, .answerDialogs(_, _, isOnlyIfAsked: true): true
        default: false
        }
    }

    /// Whether its own message says where it led.
    var tellsAddress: Bool {
        switch self {
        case .navigate, .openTab, .history, .showTab, .closeTab: true
        default: false
        }
    }

    /// Whether the names of secrets in it stand for their values.
    var takesSecrets: Bool {
        if case .fill = self { true } else { false }
    }

    var answersDialogs: Bool {
        if case .answerDialogs = self { true } else { false }
    }
}

extension String {
    /// At most `length` characters, with an ellipsis where something is left out.
    func shortened(to length: Int) -> String { count <= length ? self : prefix(length - 1) + "…" }
}
