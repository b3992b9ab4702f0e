//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions

/// Waiting, repeating, scrolling, tabs and dialogs.
extension StepRun {
    // MARK: Conditions

    /// Whether something is so, or becomes so in a while.
    func holds(_ condition: Condition, within limit: Duration, _ memory: RunMemory) async throws -> Bool {
        let end = deadline.capped(at: limit)
        var pause = Duration.milliseconds(20)
        var refusal: Refusal?
        while true {
            switch try await isSo(condition, memory) {
            case .success(true): return true
            case .success(false): refusal = nil
            case .failure(let reason): refusal = reason
            }
            if end.hasPassed {
                // That something is not there is an answer to whether it is so.
                if let refusal, refusal.kind == .unanswered { throw refusal }
                return false
            }
            try await Task.sleep(for: min(pause, max(end.remaining, .milliseconds(1))))
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    func isSo(_ condition: Condition, _ memory: RunMemory) async throws -> Result<Bool, Refusal> {
        switch condition {
        case .loaded:
            try await context.currentPage().waitUntilLoaded(timeout: max(deadline.remaining, .milliseconds(100)))
            return .success(true)
        case .changed:
            let text = try await index().nodes.filter { $0.parent == nil }.map(\.text).joined(separator: "\n")
            return .success(memory.lastText.map { $0 != text } ?? true)
        case .downloaded:
            let downloads = context.downloads
            if let failed = downloads.last, case .failed(let reason) = failed.state {
                throw BrowserError(.navigationFailed, "the download of \(failed.name) failed: \(reason)")
            }
            return .success(
                downloads.contains { $0.state == .completed } && !downloads.contains { $0.state == .underWay }
            )
        default:
            let finder = Finder(page: try await index(), memory: memory.page)
            return Result { () throws(Refusal) in try Conditions(finder: finder).isSo(condition) }
        }
    }

    func wait(_ condition: Condition, _ limit: Duration?, _ memory: inout RunMemory) async throws {
        // What is written with capitals is waited for as it is written, for a moment: "Your orders" is no "see your orders".
        if case .shows(let target) = condition, target.spoken.contains(where: \.isUppercase) {
            let end = deadline.capped(at: min(limit ?? .seconds(2), .seconds(2)))
            while !end.hasPassed {
                if try await index().nodes.contains(where: { $0.text.contains(target.spoken) || $0.name == target.spoken }) { break }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        guard try await holds(condition, within: limit ?? deadline.remaining, memory) else {
            throw ActionFailure(
                .timedOut,
                "waited \(limit.map { "\($0.spoken) " } ?? "")in vain: it is not so that \(condition.spoken)"
            )
        }
        if case .shows(let target) = condition {
            let finder = Finder(page: try await index(), memory: memory.page)
            if let node = finder.best(target, for: .anything)?.nodes.first {
                memory.page.element = finder.page.view.seen(node)
            }
        }
        await tell(.acted(.saw(condition.fulfilled)))
    }

    /// More often nothing is repeated.
    private static let repetitionsAtMost = 100

    /// Does something until a condition holds.
    func `repeat`(_ deed: Deed, until condition: Condition, _ memory: inout RunMemory) async throws {
        for _ in 0..<Self.repetitionsAtMost {
            if try await reached(condition, deed, &memory) {
                await tell(.acted(.saw(condition.fulfilled)))
                return
            }
            if case .scroll(let direction, _, let place) = deed {
                guard try await scroll(direction, place, &memory) else {
                    // What comes late comes when the end has been reached.
                    if try await holds(condition, within: .seconds(3), memory),
                        try await reached(condition, deed, &memory)
                    {
                        await tell(.acted(.saw(condition.fulfilled)))
                        return
                    }
                    if try await scroll(direction, place, &memory) { continue }
                    throw ActionFailure(
                        .notVerified,
                        "there is nothing more to scroll, and it is not so that \(condition.spoken)"
                    )
                }
            } else {
                try await carryOut([deed], &memory)
            }
            if deadline.hasPassed { break }
        }
        throw ActionFailure(.timedOut, "it is still not so that \(condition.spoken)")
    }

    /// Whether a condition holds; for scrolling, what is looked for has to be in the window.
    private func reached(_ condition: Condition, _ deed: Deed, _ memory: inout RunMemory) async throws -> Bool {
        if case .scroll = deed, case .shows(let target) = condition {
            let finder = Finder(page: try await index(), memory: memory.page)
            guard let match = finder.best(target, for: .anything), match.score > 0.6, let node = match.nodes.first
            else { return false }
            let seen = finder.page.view.seen(node)
            if !finder.page.nodes[node].isInViewport { try await act(.scrollTo(seen), &memory) }
            memory.page.element = seen
            memory.page.item = finder.page.items[node].map { finder.page.view.seen($0) }
            return true
        }
        if case .success(true) = try await isSo(condition, memory) { return true }
        return false
    }

    /// Scrolls the page, or where it does not scroll, the boxes in it.
    ///
    /// - Returns: Whether anything has moved.
    private func scroll(_ direction: Deed.Direction, _ place: Target?, _ memory: inout RunMemory) async throws -> Bool {
        let view = try await actor.look()
        if place == nil, direction == .down, view.pagesBelow < 0.01,
            let box = view.nodes.indices.filter({ view.nodes[$0].canScrollDown }).max(by: {
                view.nodes[$0].box.height < view.nodes[$1].box.height
            })
        {
            return try await act(.scroll(.down, pages: 1, in: view.seen(box)), &memory).effects.hasScrolled
        }
        let resolver = Resolver(page: PageIndex(view), memory: memory.page)
        guard let action = try resolver.plan(.scroll(direction, times: 1, in: place)).actions.first else {
            return false
        }
        return try await act(action, &memory).effects.hasScrolled
    }

    /// Scrolls on until nothing more comes: endless pages grow when their end is reached.
    func scrollToEnd(_ direction: Deed.Direction, _ memory: inout RunMemory) async throws {
        var height = -1
        for _ in 0..<Self.repetitionsAtMost {
            try await act(.scroll(direction == .up ? .top : .bottom), &memory)
            let now = try await actor.look().nodes.count
            if now == height, !(try await context.currentPage().isLoading) { return }
            height = now
            try await Task.sleep(for: .milliseconds(400))
            if deadline.hasPassed { break }
        }
    }

    // MARK: Tabs

    func tabID(_ tab: Deed.Tab, _ memory: RunMemory) throws -> String {
        let open = context.openPages
        let current = context.shownPage?.tabID
        let place = open.firstIndex { $0.tabID == current } ?? 0
        let found: Page? =
            switch tab {
            case .current: context.shownPage
            case .newest: open.last
            case .other: open.last { $0.tabID != current }
            case .previous:
                memory.tabs.last { id in id != current && open.contains { $0.tabID == id } }.flatMap { id in
                    open.first { $0.tabID == id }
                } ?? (place > 0 ? open[place - 1] : nil)
            case .next: place + 1 < open.count ? open[place + 1] : nil
            case .position(let position):
                position > 0
                    ? (position <= open.count ? open[position - 1] : nil)
                    : (open.count + position >= 0 ? open[open.count + position] : nil)
            case .named(let target): try named(target, open)
            }
        guard let found else {
            throw ActionFailure(
                .notSupported,
                "there is no such tab; open are \(open.map(\.url).joined(separator: ", "))"
            )
        }
        return found.tabID
    }

    private func named(_ target: Target, _ open: [Page]) throws -> Page? {
        let words = target.readings.compactMap(\.name).flatMap(\.words).filter { $0 != "tab" }
        let found = open.filter { page in words.contains { !$0.isEmpty && page.url.lowercased().contains($0) } }
        return found.count == 1 ? found[0] : nil
    }

    func closeTab(_ tab: Deed.Tab, _ memory: inout RunMemory) async throws {
        let id = try tabID(tab, memory)
        let url = context.openPages.first { $0.tabID == id }?.url ?? ""
        try await context.closePage(id)
        await tell(.acted(.closedPage(url)), url: url)
    }

    // MARK: Dialogs

    /// Says beforehand how a dialog is answered.
    func prepare(_ deed: Deed) async throws {
        guard case .answer(let accept, let text) = deed else { return }
        context.answerNextDialogs(accept ? .accept(text: text) : .dismiss)
    }

    /// Sees that a dialog was answered; answers one that the page draws itself.
    func answered(_ deed: Deed, _ memory: inout RunMemory, _ others: [Deed]) async throws -> Bool {
        guard case .answer(let accept, _) = deed else { return false }
        let page = try await context.currentPage()
        if let dialog = page.dialogs.last, dialog.number > memory.page.dialogs {
            memory.page.dialogs += 1
            await tell(
                .acted(.answered(dialog: dialog.kind, message: dialog.message, answer: accept ? "OK" : "Cancel"))
            )
            return true
        }
        let names =
            accept
            ? ["ok", "yes", "confirm", "accept", "agree", "continue", "proceed", "delete", "remove", "yes really"]
            : ["cancel", "no", "no thanks", "not now", "dismiss", "close", "keep", "back"]
        let index = try await index()
        let boxes = index.indices.filter {
            ["dialog", "alertdialog"].contains(index.nodes[$0].role) || index.nodes[$0].tag == "dialog"
                || KindFit.fits($0, .dialog, index) && index.nodes[$0].role != "status"
        }
        for name in names {
            let found = index.indices.filter { node in
                index.nodes[node].isInteractive && (boxes.contains { index.isInside(node, $0) })
                    && index.labels[node].contains { $0.words.first == name || $0.text.lowercased() == name }
            }
            if let node = found.last {
                try await execute(
                    Plan(actions: [.click(index.view.seen(node))], element: index.view.seen(node)),
                    &memory
                )
                return true
            }
        }
        if !others.isEmpty {
            try await execute(try await plan(others, memory), &memory)
            return true
        }
        if step.isAhead, !memory.isLast {
            try await prepare(deed)
            memory.isPrepared = true
            await tell(.acted(.saw("The next dialog will be answered with \(accept ? "OK" : "Cancel")")))
            return true
        }
        if step.isOptional { return true }
        throw ActionFailure(.notSupported, "the page shows no dialog to answer")
    }

    // MARK: Writing

    /// Writes a text into what an action has opened, and sends it.
    func write(_ act: Deed.Act, _ memory: inout RunMemory) async throws {
        let resolver = Resolver(page: try await index(), memory: memory.page, secrets: memory.hidden)
        if let recipient = act.recipient, !["it", "me"].contains(recipient), act.text == nil || act.words[0] != "add" {
            let names = ["to", "recipient", "recipients", "email", "e-mail", "address", "send to"]
            let field = Target(spoken: "recipient", readings: names.map { Reading(name: Name($0)) })
            try await execute(
                try await plan(
                    [
                        .type(.text(recipient), into: field, mode: .replace),
                        .type(.text(recipient), into: .nothing, mode: .replace),
                    ],
                    memory
                ),
                &memory
            )
        }
        if let text = act.text {
            let names = ["message", "body", "text", "reply", "comment", "content", "write"]
            let field = Target(spoken: "message", readings: names.map { Reading(name: Name($0)) })
            let fields = resolver.page.indices.filter {
                Purpose.fill.allows($0, resolver.page) && resolver.page.nodes[$0].value.isEmpty
                    && resolver.page.nodes[$0].tag == "textarea"
            }
            var deeds: [Deed] = [.type(text, into: .nothing, mode: .replace), .type(text, into: field, mode: .replace)]
            if fields.count == 1 {
                deeds.insert(
                    .type(
                        text,
                        into: Target(spoken: "text area", readings: [Reading(kind: .field, noun: "textarea")]),
                        mode: .replace
                    ),
                    at: 0
                )
            }
            try await execute(try await plan(deeds, memory), &memory)
        }
        guard !memory.isSent else { return }
        let send = ["send", "submit", "post", "save", "reply", "comment", "tweet", "publish", act.words[0]]
        let index = try await index()
        let field = memory.page.field.flatMap { Finder(page: index).index(of: $0) }
        for name in send {
            let found = index.indices.filter { node in
                index.nodes[node].isInteractive && !index.nodes[node].isEditable
                    && index.labels[node].contains {
                        $0.words.first == name && $0.words.count <= 3 || $0.text.lowercased() == name
                    }
            }
            let near =
                field.map { field in
                    found.min { (index.distance($0, field) ?? .max, $0) < (index.distance($1, field) ?? .max, $1) }
                } ?? (found.count == 1 ? found.first : nil)
            if let node = near {
                try await execute(
                    Plan(actions: [.click(index.view.seen(node))], element: index.view.seen(node)),
                    &memory
                )
                return
            }
        }
        if let field { try await self.act(.press("Enter", times: 1, in: index.view.seen(field)), &memory) }
    }
}
