//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions

extension StepRun {
    /// Reports what has been done, on which page.
    typealias Report = (PerformedAction, Page) async -> Void

    /// Does what the step says.
    func act(on page: Page, _ memory: inout RunMemory, _ report: Report) async throws -> Outcome {
        if let outcome = try await clickElementNamedLikeStep(on: page, &memory, report) { return outcome }
        do {
            return try await actAsSaid(on: page, &memory, report)
        } catch let error as BrowserError where error.code == .elementNotFound {
            // It may have come up meanwhile.
            guard let outcome = try await clickElementNamedLikeStep(on: page, &memory, report) else { throw error }
            return outcome
        }
    }

    private func actAsSaid(on page: Page, _ memory: inout RunMemory, _ report: Report) async throws -> Outcome {
        switch instruction.action {
        case .navigate(let address): await report(.navigated(to: try await navigate(page, to: address).url), page)
        case .openTab(let address):
            let fresh = try await context.newPage()
            await report(.openedTab(try await navigate(fresh, to: address).url), fresh)
        case .search(let text): try await search(text, on: page, &memory, report)
        case .click(let list): return try await click(list, on: page, &memory, report)
        case .doubleClick(let target) where try await doubleClickText(target, on: page, report): break
        case .doubleClick(let target):
            try await mouse(target, on: page, &memory, report, PerformedAction.doubleClicked) {
                try await page.doubleClick($0, timeout: readiness)
            }
        case .rightClick(let target):
            try await mouse(target, on: page, &memory, report, PerformedAction.rightClicked) {
                try await page.click($0, button: .right, timeout: readiness)
            }
        case .hover(let target):
            try await mouse(
                try await opener(target, on: page) ?? target,
                on: page,
                &memory,
                report,
                PerformedAction.hovered
            ) { try await page.hover($0, timeout: readiness) }
        case .focus(let target): try await focus(target, on: page, &memory, report)
        case .drag(let target, let place): try await drag(target, onto: place, on: page, memory, report)
        case .fill(let field, let content): try await fill(field, content, on: page, &memory, report)
        case .add(let content, let field): try await add(content, to: field, on: page, &memory, report)
        case .press(let key, let times, let field): try await press(key, times, in: field, on: page, &memory, report)
        case .setChecked(let boxes, let isOn): try await setChecked(boxes, isOn, on: page, &memory, report)
        case .select(let options, let list): try await select(options, from: list, on: page, &memory, report)
        case .setExpanded(let target, let isOpen): try await setExpanded(target, isOpen, on: page, &memory, report)
        case .reveal(let means, let target): try await reveal(target, by: means, on: page, &memory, report)
        case .clickUntil(let target, let condition):
            try await click(target, until: condition, on: page, &memory, report)
        case .submit: try await submit(page, &memory, report)
        case .close(let target): try await close(target, on: page, &memory, report)
        case .wait(let condition): try await wait(condition, on: page, &memory, report)
        case .expect(let condition): try await expect(condition, on: page, memory, report)
        case .pause(let time):
            try await Task.sleep(for: time)
            await report(.waited(time), page)
        case .scroll(let direction, let times, let part):
            try await scroll(direction, times, in: part, on: page, memory, report)
        case .scrollTo(let target): try await scroll(to: target, on: page, &memory, report)
        case .history(let offset):
            let reached = try await page.goThroughHistory(by: offset, timeout: deadline.remaining)
            await report(.wentThroughHistory(isBack: offset < 0, to: reached.url), page)
        case .reload:
            try check(try await page.reload(timeout: deadline.remaining))
            await report(.reloaded(page.url), page)
        case .upload(let files, let field): try await upload(files, to: field, on: page, &memory, report)
        case .download(let target): try await download(target, on: page, &memory, report)
        case .showTab(let tab): try await show(tab, on: page, &memory, report)
        case .closeTab(let tab): try await close(tab, on: page, &memory, report)
        case .answerDialogs(let accept, let text, let isOnlyIfAsked):
            try await answer(accept, text, isOnlyIfAsked, on: page, &memory, report)
        case .find(let target, let query): try await find(target, query, on: page, &memory, report)
        case .read(let query): try await read(query, on: page, &memory, report, isResult: true)
        case .copy(let query): try await read(query, on: page, &memory, report, isResult: false)
        }
        return Outcome()
    }

    // MARK: Going somewhere

    private func navigate(_ page: Page, to address: String) async throws -> Navigation {
        var candidates = try candidates(for: address, on: page)
        var interruptions = 0
        while let url = candidates.popFirst() {
            do {
                // Half of the time for the first, so that the second has its turn where the first just does not answer.
                let time = candidates.isEmpty ? deadline.remaining : deadline.remaining / 2
                let reached = try await page.navigate(to: url, timeout: time)
                try check(reached)
                return reached
            } catch let error as BrowserError where error.netError == "net::ERR_NETWORK_CHANGED" && interruptions < 3 {
                // An interface of this machine came or went; the browser gives up all connections then, also good ones.
                interruptions += 1
                candidates = [url] + candidates
                await tell(.retried(error.message, with: nil))
            } catch let error as BrowserError {
                guard Address.shouldTryNext(after: error), let next = candidates.first else { throw error }
                await tell(.retried(error.message, with: next))
            }
        }
        throw BrowserError(.invalidAddress, "\"\(address)\" is no address")
    }

    private func candidates(for address: String, on page: Page) throws -> ArraySlice<String> {
        guard address.hasPrefix("/") else { return try Address(address).candidates[...] }
        guard page.url != "about:blank" else {
            throw BrowserError(.invalidAddress, "\"\(address)\" needs a page that is open; give the whole address")
        }
        // The scheme and the host of the page that is open: all before the path.
        let afterScheme = page.url.firstRange(of: "://")?.upperBound ?? page.url.startIndex
        let origin = page.url[..<(page.url[afterScheme...].firstIndex { "/?#".contains($0) } ?? page.url.endIndex)]
        return [origin + address]
    }

    /// A page that the server answers with an error is not the page that was asked for.
    func check(_ reached: Navigation) throws {
        if let status = reached.status, status >= 400 {
            throw BrowserError(.navigationFailed, "\(reached.url) answered with HTTP status \(status)")
        }
    }

    // MARK: Scrolling

    private func scroll(
        _ direction: ScrollDirection,
        _ times: Int,
        in part: Target?,
        on page: Page,
        _ memory: RunMemory,
        _ report: Report
    ) async throws {
        var hasMoved = false
        if let part {
            let element = try await find(part, for: .any, on: page, memory).element
            for _ in 0..<times { hasMoved = try await page.scroll(direction, around: element.reference) || hasMoved }
        } else {
            for _ in 0..<times {
                // What makes the page longer may still be on its way.
                let moved: Bool? = try await looking(at: page, patience: Self.doubt) { _, _ in
                    try await page.scroll(direction) ? true : nil
                }
                hasMoved = moved ?? false || hasMoved
            }
        }
        await report(.scrolled(direction.spoken, hasMoved: hasMoved), page)
    }

    private func scroll(to target: Target, on page: Page, _ memory: inout RunMemory, _ report: Report) async throws {
        let kept = memory
        let found: String? = try await looking(at: page) { index, _ in
            if let outcome = ElementMatcher(index).find(target, for: .any), outcome.matches[0].score > 0.8 {
                return try await page.scrollIntoView(outcome.matches[0].element.reference, timeout: readiness)
            }
            for meaning in target.meanings where !meaning.name.isEmpty {
                if try await page.findText(meaning.name) { return meaning.name }
            }
            return nil
        }
        memory = kept
        guard let found else { throw try await notFound(target, for: .any, on: page) }
        await report(.scrolledTo(found), page)
    }
}
