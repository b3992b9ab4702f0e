//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension StepRun {
    func wait(_ condition: Condition, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        try await ensure(condition, on: page, within: deadline.remaining, memory)
        // "Wait until X appears and click it"
        if case .shows(let target) = condition.fact, !condition.isNegated {
            let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
            if let outcome = ElementMatcher(index).find(target, for: .any), outcome.isCertain {
                memory.element = outcome.matches[0].element
            }
        }
        await report(.saw(condition.fulfilled), page)
    }

    /// What is to be so may still be on its way for a short time.
    func expect(_ condition: Condition, on page: Page, _ memory: RunMemory, _ report: Report) async throws {
        try await ensure(condition, on: page, within: min(deadline.remaining, .seconds(5)), memory)
        await report(.saw(condition.fulfilled), page)
    }

    private func ensure(_ condition: Condition, on page: Page, within time: Duration, _ memory: RunMemory) async throws
    {
        guard try await holds(condition, on: page, within: time, memory) else {
            throw BrowserError(.timedOut, try await failure(condition, on: page, within: time, memory))
        }
    }

    private func failure(
        _ condition: Condition,
        on page: Page,
        within time: Duration,
        _ memory: RunMemory
    ) async throws -> String {
        let limit = "\(Int((Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18).rounded())) s"
        switch condition.fact {
        case .shows(let target):
            return condition.isNegated
                ? "\"\(target.spoken)\" was still on the page after \(limit)"
                : "\"\(target.spoken)\" did not appear within \(limit)"
        case .holds(let query, let text):
            let found = (try? await answer(query, on: page, memory, patience: .zero)) ?? "nothing"
            return
                "\(query.spoken) is \"\(found.shortened(to: 120))\", \(condition.isNegated ? "which it should not be" : "not \"\(text)\"")"
        case .title(let text): return "the title is \"\(try await page.title())\", not \"\(text)\""
        case .address(let text): return "the address is \(page.url), which has no \"\(text)\""
        case .count(let query, let number):
            return "there are \((try? await answer(query, on: page, memory, patience: .zero)) ?? "none"), not \(number)"
        default: return "it did not come true within \(limit) that \(condition.spoken)"
        }
    }

    /// Whether something is so, or comes true in some time.
    func holds(_ condition: Condition, on page: Page, within time: Duration, _ memory: RunMemory) async throws -> Bool {
        let end = Deadline.after(time)
        var pause = Duration.milliseconds(20)
        while true {
            if try await isSo(condition, on: page, memory) { return true }
            if end.hasPassed { return false }
            // Nothing tells when a page shows something else; looking again after a pause is what there is.
            try await Task.sleep(for: min(pause, max(end.remaining, .milliseconds(1))))
            pause = min(pause * 2, .milliseconds(200))
        }
    }

    /// Whether something is so now.
    func isSo(_ condition: Condition, on page: Page, _ memory: RunMemory) async throws -> Bool {
        let page = try await context.currentPage()
        let isSo: Bool
        switch condition.fact {
        case .shows(let target): isSo = try await shows(target, on: page, memory)
        case .enabled(let target):
            isSo = try await matching(target, for: .any, on: page, memory).map { !$0.isDisabled } ?? condition.isNegated
        case .checked(let target):
            guard let element = try await matching(target, for: .option, on: page, memory) else { return false }
            isSo = element.isChecked ?? element.isSelected ?? (element.attributes["aria-pressed"] == "true")
        case .expanded(let target):
            guard let element = try await matching(target, for: .expand, on: page, memory) else { return false }
            isSo = element.isExpanded ?? false
        case .holds(let query, let text):
            guard let found = try? await answer(query, on: page, memory, patience: .zero) else { return false }
            isSo = Self.says(found, text)
        case .title(let text): isSo = Self.says(try await page.title(), text)
        case .address(let text): isSo = page.url.lowercased().contains(text.lowercased())
        case .count(let query, let number):
            isSo = (try? await answer(query, on: page, memory, patience: .zero)) == String(number)
        case .loaded:
            try await page.waitUntilLoaded(timeout: deadline.remaining)
            isSo = true
        case .downloaded:
            let downloads = context.downloads
            if let failed = downloads.last, case .failed(let reason) = failed.state {
                throw BrowserError(.navigationFailed, "the download of \(failed.name) failed: \(reason)")
            }
            isSo = downloads.contains { $0.state == .completed } && !downloads.contains { $0.state == .underWay }
        }
        return isSo != condition.isNegated
    }

    private func matching(
        _ target: Target,
        for purpose: ElementMatcher.Purpose,
        on page: Page,
        _ memory: RunMemory
    ) async throws -> PageElement? {
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        if target.isPronoun, let last = memory.element {
            return index.snapshot.elements.first { $0.reference == last.reference }
        }
        let outcome = ElementMatcher(index).find(target, for: purpose)
        return outcome.flatMap { $0.matches[0].score > 0.6 ? $0.matches[0].element : nil }
    }

    private func shows(_ target: Target, on page: Page, _ memory: RunMemory) async throws -> Bool {
        let text = Self.plain(try await page.text())
        for meaning in target.meanings
        where !meaning.name.isEmpty && (meaning.role == nil || Nouns.isThing(meaning.role ?? .item)) {
            if text.contains(Self.plain(meaning.name)) { return true }
        }
        // "The results", "the list": whatever there is several of.
        let isThings =
            target.meanings.contains { meaning in
                meaning.name.isEmpty && meaning.position == nil && meaning.scopes.isEmpty
                    && [.result, .list, .item, .row].contains(meaning.role)
            }
            || ["results", "the results", "search results", "items", "rows", "entries"].contains(
                target.spoken.lowercased()
            )
        if isThings, PageRecords(try await page.outline()).hasContent { return true }
        // "A popup with Stay in touch": what it says is what can be seen.
        for meaning in target.meanings where meaning.name.isEmpty && meaning.role == .dialog && !meaning.scopes.isEmpty
        {
            if meaning.scopes.allSatisfy({ text.contains(Self.plain($0.name)) }) { return true }
        }
        let index = SnapshotIndex(try await page.snapshot(textLimit: 0))
        if let outcome = ElementMatcher(index).find(target, for: .any), outcome.matches[0].score > 0.85 { return true }
        // What a field holds is on the page too.
        return target.meanings.contains { meaning in
            !meaning.name.isEmpty
                && index.snapshot.elements.contains {
                    Self.plain($0.value).contains(Self.plain(meaning.name)) && !$0.value.isEmpty
                }
        }
    }

    /// Whether a text has another in it, without regard to case and spaces.
    static func says(_ text: String, _ wanted: String) -> Bool { plain(text).contains(plain(wanted)) }

    static func plain(_ text: String) -> String {
        text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}

extension Condition {
    /// What has come true, for the log.
    var fulfilled: String {
        switch fact {
        case .shows(let target): "\"\(target.spoken)\" is \(isNegated ? "not " : "")on the page"
        case .loaded: "The page has loaded"
        case .downloaded: "The download has ended"
        default: spoken.prefix(1).uppercased() + spoken.dropFirst()
        }
    }
}
