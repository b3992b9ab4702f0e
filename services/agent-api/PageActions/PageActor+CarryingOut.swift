//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension PageActor {
    /// Does an action and checks what it is for.
    ///
    /// - Throws: ``ActionFailure``, `BrowserError`, `SecretRefused`, or `CancellationError`.
    func carryOut(_ action: PageAction, on page: Page, since before: Before) async throws -> ActionOutcome {
        switch action {
        case .navigate(let address, let inNewTab):
            return try await navigate(to: address, inNewTab: inNewTab, from: page)
        case .search(let query, let engine):
            return try await navigate(to: engine.url(of: query), inNewTab: false, from: page)
        case .goThroughHistory(let offset):
            let reached = try await page.goThroughHistory(by: offset, timeout: limits.page)
            return ActionOutcome(
                .wentThroughHistory(isBack: offset < 0, to: reached.url),
                verified: [.isAt(reached.url)]
            )
        case .reload:
            let reached = try await page.reload(timeout: limits.page)
            return ActionOutcome(.reloaded(reached.url), verified: [.isAt(reached.url)])
        case .switchTab(let tab):
            let page = try await context.switchToPage(String(tab.suffix(4)))
            let id = wording == .model ? page.tabID : nil
            return ActionOutcome(.switchedTab(id: id, to: page.url), verified: [.showsTab(page.tabID)])
        case .closeTab(let tab):
            let id = String(tab.suffix(4))
            let url = context.openPages.last { $0.tabID == id }?.url ?? ""
            try await context.closePage(id)
            return ActionOutcome(wording == .model ? .closedTab(id: tab) : .closedPage(url), verified: [.closedTab(id)])
        case .click, .clickPoint, .hover, .focus, .drag, .selectText:
            return try await useMouse(action, on: page)
        case .scroll, .scrollTo, .findText: return try await scroll(action, on: page)
        case .type, .typeKeys, .press: return try await useKeyboard(action, on: page)
        case .setChecked(let box, let isOn): return try await check(box, isOn, on: page)
        case .setExpanded(let element, let isOpen): return try await expand(element, isOpen, on: page)
        case .select(let choices, let list, let mode):
            return try await select(choices, in: list, mode, on: page, since: before)
        case .listOptions(let list):
            let options = try await options(of: list, on: page)
            return ActionOutcome(
                .listedOptions(options.count, of: list.index),
                content: options.joined(separator: "\n")
            )
        case .setValue(let value, let control): return try await set(control, to: value, on: page)
        case .upload, .download, .saveAsPDF, .writeFile, .replaceInFile, .readFile:
            return try await useFiles(action, on: page)
        case .answerDialog(let answer, let kind):
            context.answerNextDialog(answer, kind: kind)
            return ActionOutcome(.preparedAnswer(answer.spoken))
        case .searchPage(let text, let isPattern): return try await searchPage(text, isPattern: isPattern, on: page)
        case .findElements(let selector, let attributes):
            return try await findElements(selector, attributes, on: page)
        case .wait(let time):
            try await Task.sleep(for: time)
            return ActionOutcome(.waited(time))
        case .evaluate(let code):
            let value = try await page.evaluate(code, timeout: limits.element).text
            return ActionOutcome(.ranScript(value: value.clipped(to: 200)), content: value)
        }
    }

    // MARK: Going somewhere

    private func navigate(to address: String, inNewTab: Bool, from page: Page) async throws -> ActionOutcome {
        guard !inNewTab else { return try await navigate(to: address, from: page, on: context.newPage()) }
        guard isPageUnresponsive else { return try await navigate(to: address, from: page, on: page) }
        // One that does not answer would not let go of its tab either.
        let outcome = try await navigate(to: address, from: page, on: context.newPage(), leavesUnresponsivePage: true)
        await page.close()
        return outcome
    }

    private func navigate(
        to address: String,
        from shown: Page,
        on page: Page,
        leavesUnresponsivePage: Bool = false
    ) async throws -> ActionOutcome {
        var candidates = try Self.candidates(for: address, from: shown.url)
        let deadline = Deadline.after(limits.page)
        var interruptions = 0
        while let url = candidates.popFirst() {
            do {
                // Half of the time for the first, so that the second has its turn where the first just does not answer.
                let time = candidates.isEmpty ? deadline.remaining : deadline.remaining / 2
                let reached = try await page.navigate(to: url, timeout: time)
                // The page that says so may help.
                let status = reached.status.flatMap { $0 >= 400 ? $0 : nil }
                return ActionOutcome(
                    .navigated(to: reached.url, status: status, leftUnresponsivePage: leavesUnresponsivePage),
                    verified: [.isAt(reached.url)]
                )
            } catch let error as BrowserError where error.netError == "net::ERR_NETWORK_CHANGED" && interruptions < 3 {
                // An interface of this machine came or went; the browser gives up all connections then, also good ones.
                interruptions += 1
                candidates = [url] + candidates
                await report(.retried(error.message, with: nil))
            } catch let error as BrowserError {
                guard Address.shouldTryNext(after: error), let next = candidates.first else { throw error }
                await report(.retried(error.message, with: next))
            }
        }
        throw BrowserError(.invalidAddress, "\"\(address)\" is no address")
    }

    /// The URLs to try for an address. A path is one of the page that is shown.
    private static func candidates(for address: String, from shown: String) throws -> ArraySlice<String> {
        guard address.hasPrefix("/") else { return try Address(address).candidates[...] }
        guard let afterScheme = shown.firstRange(of: "://")?.upperBound else {
            throw BrowserError(.invalidAddress, "\"\(address)\" needs a page that is open; give the whole address")
        }
        let origin = shown[..<(shown[afterScheme...].firstIndex { "/?#".contains($0) } ?? shown.endIndex)]
        return [origin + address]
    }

    // MARK: Reading

    private func searchPage(_ text: String, isPattern: Bool, on page: Page) async throws -> ActionOutcome {
        let found = try await page.searchText(text, isPattern: isPattern, most: 25, timeout: limits.element)
        let count = "\(found.count) \(found.count == 1 ? "place" : "places")"
        return ActionOutcome(
            .read("the places of \"\(text.clipped(to: 100))\"", answer: count),
            content: found.lines.joined(separator: "\n")
        )
    }

    private func findElements(_ selector: String, _ attributes: [String], on page: Page) async throws -> ActionOutcome {
        let found = try await page.elements(
            matching: selector,
            attributes: attributes,
            most: 50,
            timeout: limits.element
        )
        return ActionOutcome(
            .read("the elements \(selector.clipped(to: 100))", answer: "\(found.count)"),
            content: found.lines.joined(separator: "\n")
        )
    }
}

extension PageAction.SearchEngine {
    /// The address of the results.
    package func url(of query: String) -> String {
        let hex = Array("0123456789ABCDEF")
        let encoded = query.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            if byte < 0x80, character.isLetter || character.isNumber || "-._~".contains(character) {
                return String(character)
            }
            return "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
        }
        let start =
            switch self {
            case .duckduckgo: "https://duckduckgo.com/?q="
            case .google: "https://www.google.com/search?q="
            case .bing: "https://www.bing.com/search?q="
            }
        return start + encoded.joined()
    }
}
