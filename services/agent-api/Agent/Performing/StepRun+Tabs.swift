//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions

/// Tabs, dialogs and files.
extension StepRun {
    func show(_ choice: Instruction.TabChoice, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws
    {
        let kept = memory
        if let target = pageTab(choice),
            let found = try await search(
                target,
                for: [.click],
                on: page,
                kept,
                patience: .milliseconds(300),
                where: { $0.role == "tab" }
            )
        {
            return try await click(found, on: page, &memory, report)
        }
        if let tab = try await tab(choice, memory) {
            let shown = try await context.switchToPage(tab.tabID)
            try await shown.waitUntilLoaded(timeout: deadline.remaining)
            return await report(.switchedTab(to: shown.url), shown)
        }
        guard case .named(let target) = choice else {
            let count = context.pageCount
            throw BrowserError(
                .elementNotFound,
                "there is no such tab as \(choice.spoken): \(count == 1 ? "only one is" : "\(count) are") open"
            )
        }
        guard let found = try await search(target, for: [.click], on: page, kept) else {
            throw try await notFound(target, for: .click, on: page)
        }
        try await click(found, on: page, &memory, report)
    }

    /// A choice that a tab of the page can be, where the browser has none such.
    private func pageTab(_ choice: Instruction.TabChoice) -> Target? {
        switch choice {
        case .named(let target): target
        case .position(let position) where context.pageCount < 2:
            Target(ElementDescription(role: .tab, position: position), spoken: choice.spoken)
        default: nil
        }
    }

    private func tab(_ choice: Instruction.TabChoice, _ memory: RunMemory) async throws -> Page? {
        let open = context.openPages
        switch choice {
        case .current: return try await context.currentPage()
        case .newest: return open.count > 1 ? open.last : nil
        case .previous:
            let current = try await context.currentPage().tabID
            let last = memory.tabs.last { tab in tab != current && open.contains { $0.tabID == tab } }
            return open.first { $0.tabID == last } ?? open.last { $0.tabID != current }
        case .position(let position):
            let place = position < 0 ? open.count + position : position
            return open.indices.contains(place) ? open[place] : nil
        case .named(let target):
            var likeness = NameLikeness(target.meanings.first?.name ?? "")
            var best: (page: Page, score: Double)?
            for page in open {
                var score = likeness.of(Words((try? await page.title()) ?? ""))
                if page.url.lowercased().contains(likeness.wanted.plain.lowercased()) { score = max(score, 0.7) }
                if score > (best?.score ?? 0.6) { best = (page, score) }
            }
            return best?.page
        }
    }

    func close(_ choice: Instruction.TabChoice, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws
    {
        guard let tab = try await tab(choice, memory) else {
            throw BrowserError(.elementNotFound, "there is no such tab as \(choice.spoken)")
        }
        let url = tab.url
        try await context.closePage(tab.tabID)
        memory.tabs.removeAll { $0 == tab.tabID }
        let current = try await context.currentPage()
        await report(.closedPage(url), current)
    }

    // MARK: Dialogs

    /// The answer has been given beforehand; what is left is to see that it was asked for.
    func answer(
        _ accept: Bool,
        _ text: String?,
        _ isOnlyIfAsked: Bool,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        let answer: DialogAnswer = accept ? .accept(text: text) : .dismiss
        if isOnlyIfAsked {
            context.answerNextDialogs(answer)
            return await report(.preparedAnswer(answer.spoken), page)
        }
        let before = memory.dialogsBefore
        for page in context.openPages {
            if let dialog = page.dialogs.last(where: { $0.number > before[page.tabID] ?? 0 }) {
                return await report(
                    .answered(dialog: dialog.kind, message: dialog.message, answer: dialog.answer.spoken),
                    page
                )
            }
        }
        context.forgetDialogAnswers()
        // A dialog that the page has painted itself is answered with its buttons.
        let names =
            accept ? ["ok", "yes", "accept", "confirm", "continue"] : ["cancel", "no", "dismiss", "close", "×"]
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        let target = Target(
            spoken: accept ? "OK" : "Cancel",
            meanings: names.map { ElementDescription(name: $0, isQuoted: true, role: .button) }
        )
        if let outcome = ElementMatcher(index).find(target, for: .click, where: { $0.role == "button" }),
            outcome.matches[0].score > 0.9
        {
            return try await click(Found(outcome: outcome, index: index), on: page, &memory, report)
        }
        throw BrowserError(.notSupported, "the page has asked nothing that could be answered with \(answer.spoken)")
    }

    // MARK: Files

    func upload(
        _ files: [String],
        to target: Target,
        on page: Page,
        _ memory: inout RunMemory,
        _ report: Report
    ) async throws {
        let paths = try page.uploadPaths(files)
        let names = files.map { $0.split(separator: "/").last.map(String.init) ?? $0 }.joined(separator: ", ")
        let kept = memory
        if let found = try await search(target, for: [.upload], on: page, kept, patience: .seconds(1)) {
            await tellChoice(found)
            let label = try await page.upload(files: paths, to: found.element.reference, timeout: readiness)
            memory.element = found.element
            return await report(.uploaded(names, to: Self.name(found.element, label)), page)
        }
        guard !target.isUnnamed, let button = try await search(target, for: [.click], on: page, kept) else {
            throw try await notFound(target, for: .upload, on: page)
        }
        try await page.click(button.element.reference, timeout: readiness)
        try await page.chooseFiles(files, timeout: min(readiness, .seconds(5)))
        await report(.uploadedByButton(names, button: button.element.name), page)
    }

    func download(_ target: Target, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        let before = context.downloads.count
        let found = try await find(target, for: .click, on: page, memory)
        await tellChoice(found)
        let label = try await page.click(found.element.reference, timeout: readiness)
        memory.element = found.element
        await tell(.acted(.clicked(Self.name(found.element, label))), url: page.url)
        // Nothing says how long it takes; whether it has begun is known soon.
        let downloads = try await context.waitForDownloads(count: before + 1, timeout: deadline.remaining)
        guard let last = downloads.last else { throw BrowserError(.timedOut, "nothing was downloaded") }
        if case .failed(let reason) = last.state {
            throw BrowserError(.navigationFailed, "the download of \(last.name) failed: \(reason)")
        }
        memory.results.append("\(last.name) (\(last.bytes) bytes)")
        await report(.saw("The download of \(last.name) has ended"), page)
    }
}
