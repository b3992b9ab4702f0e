//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import JSONSchema
import Models
import Secrets

extension StepPerformance {
    /// What came of an action.
    struct Done {
        var action: PerformedAction
        /// For the model, where it is told something else than that.
        var text: String?
        /// What the page has told, at length.
        var content: String?

        init(_ action: PerformedAction, text: String? = nil, content: String? = nil) {
            self.action = action
            self.text = text
            self.content = content
        }
    }

    /// Does an action.
    ///
    /// - Throws: `BrowserError`, `SecretRefused`, or `CancellationError`.
    mutating func act(_ action: ModelAction, on page: Page) async throws -> Done {
        // A model that has got to know a value may use it no more freely than the name.
        let action = action.masked(by: secrets.mask)
        if let text = action.openText { try secrets.refuse(in: text, of: action.name) }
        switch action {
        case .navigate(let url, let newTab):
            return newTab ? try await navigate(to: url, on: context.newPage()) : try await leave(page, for: url)
        case .search(let query, let engine): return try await leave(page, for: engine.url(of: query))
        case .goBack:
            let reached = try await page.goThroughHistory(by: -1, timeout: options.pageTimeout)
            return Done(.wentThroughHistory(isBack: true, to: reached.url))
        case .wait(let seconds):
            try await Task.sleep(for: .seconds(seconds))
            return Done(.waited(.seconds(seconds)))
        case .switchTab(let tab):
            let page = try await context.switchToPage(String(tab.suffix(4)))
            return Done(.switchedTab(id: page.tabID, to: page.url))
        case .closeTab(let tab):
            try await context.closePage(String(tab.suffix(4)))
            return Done(.closedTab(id: tab))
        case .click, .input, .selectDropdown, .dropdownOptions, .uploadFile: return try await actOnElement(action, page)
        case .sendKeys(let keys): return try await send(keys, to: page)
        case .scroll(let down, let pages, let index): return try await scroll(down, pages, index, page)
        case .findText(let text):
            guard try await page.findText(text, timeout: options.elementTimeout) else {
                throw BrowserError(.elementNotFound, "the page does not show \"\(text)\"")
            }
            return Done(.scrolledToText(text))
        case .extract(let query, let schema): return try await extract(query, schema, from: page)
        case .screenshot:
            wantsPicture = true
            return Done(.tookPicture)
        case .evaluate(let code):
            let value = try await page.evaluate(code, timeout: options.elementTimeout).text
            return Done(.ranScript(value: value.clipped(to: 200)), content: value.clipped(to: 10_000))
        case .done: throw BrowserError(.notSupported, "done stands alone in its step")
        }
    }

    /// Navigates in the tab of a page. One that did not answer when it was looked at would not let go of its tab either: it is
    /// left by a new one.
    private func leave(_ page: Page, for address: String) async throws -> Done {
        guard case .unseen = view.content else { return try await navigate(to: address, on: page) }
        let done = try await navigate(to: address, on: context.newPage(), leavingUnresponsivePage: true)
        await page.close()
        return done
    }

    private func navigate(
        to address: String,
        on page: Page,
        leavingUnresponsivePage: Bool = false
    ) async throws -> Done {
        var candidates = try Address(address).candidates[...]
        let deadline = Deadline.after(options.pageTimeout)
        while let url = candidates.popFirst() {
            do {
                // Half of the time for the first, so that the second has its turn where the first just does not answer.
                let time = candidates.isEmpty ? deadline.remaining : deadline.remaining / 2
                let reached = try await page.navigate(to: url, timeout: time)
                // The page that says so may help.
                let status = reached.status.flatMap { $0 >= 400 ? $0 : nil }
                return Done(
                    .navigated(to: reached.url, status: status, leftUnresponsivePage: leavingUnresponsivePage)
                )
            } catch let error as BrowserError {
                guard Address.shouldTryNext(after: error), !candidates.isEmpty else { throw error }
            }
        }
        throw BrowserError(.invalidAddress, "\"\(address)\" is no address")
    }

    /// The element of a number that the model has seen.
    private func element(_ index: Int) throws -> ElementReference {
        guard let element = view.element(index) else {
            throw BrowserError(.elementNotFound, "there is no element [\(index)] on the page as you saw it")
        }
        return element.reference
    }

    private func actOnElement(_ action: ModelAction, _ page: Page) async throws -> Done {
        let timeout = options.elementTimeout
        switch action {
        case .click(let index):
            if let list = view.element(index), list.tag == "select" {
                throw BrowserError(.notSupported, "[\(index)] is a list: choose an option with select_dropdown")
            }
            return Done(.clicked(try await page.click(element(index), timeout: timeout)))
        case .input(let index, let text, let clear):
            if let secret = secrets.confidential(text) {
                let field = try element(index)
                let filled = try await page.fill(field, withConfidential: secret, clearing: clear, timeout: timeout)
                return Done(.typed(text, into: .quoted(filled.label)))
            }
            let field = try await page.fill(
                element(index),
                with: text,
                clearing: clear,
                settling: settling,
                timeout: timeout
            )
            let label = ElementLabel.quoted(field.label)
            guard !text.isEmpty else { return Done(.cleared(label)) }
            let value = field.isSecret || field.value == text ? nil : field.value.clipped(to: 200)
            return Done(.typed(field.isSecret ? nil : text, into: label, nowHolds: value))
        case .selectDropdown(let index, let text):
            if let secret = secrets.confidential(text) {
                let list = try await page.select(confidential: secret, in: element(index), timeout: timeout)
                return Done(.selected([text], in: .quoted(list)))
            }
            let (chosen, list) = try await page.select([text], in: element(index), timeout: timeout)
            return Done(.selected(chosen, in: .quoted(list)))
        case .dropdownOptions(let index):
            let options = try await page.options(of: element(index), timeout: timeout)
            return Done(
                .listedOptions(options.count, of: index),
                content: options.joined(separator: "\n").clipped(to: 10_000)
            )
        case .uploadFile(let index, let path):
            let field = try await page.upload(files: [path], to: element(index), timeout: timeout)
            return Done(.putFile(path, into: field))
        default: throw BrowserError(.notSupported, "\(action.name) is about no element")
        }
    }

    /// Keys by name, one or several with spaces between, else a text to type.
    private func send(_ keys: String, to page: Page) async throws -> Done {
        if let secret = secrets.confidential(keys) {
            try await page.type(confidential: secret, timeout: options.elementTimeout)
            return Done(.typed(keys))
        }
        do {
            try await page.press(keys, timeout: options.elementTimeout)
            return Done(.pressed(keys))
        } catch let error as BrowserError where error.code == .notSupported {
            try await page.type(keys, timeout: options.pageTimeout)
            return Done(.typed(keys))
        }
    }

    private func scroll(_ down: Bool, _ pages: Double, _ index: Int?, _ page: Page) async throws -> Done {
        let target = try index.map(element)
        let toEnd = pages >= 10
        let direction: ScrollDirection = toEnd ? (down ? .bottom : .top) : (down ? .down : .up)
        var moved = 0
        for _ in 0..<(toEnd ? 1 : max(Int(pages.rounded()), 1)) {
            let hasMoved =
                if let target {
                    try await page.scroll(direction, around: target, timeout: options.elementTimeout)
                } else {
                    try await page.scroll(direction)
                }
            guard hasMoved else { break }
            moved += 1
        }
        let spoken = toEnd ? "to the \(direction.rawValue)" : direction.rawValue
        return Done(.scrolled(spoken, hasMoved: moved > 0))
    }

    private func extract(_ query: String, _ schema: JSONSchema?, from page: Page) async throws -> Done {
        // Before it is cut into pieces.
        let text = secrets.mask.masked(try await page.text())
        guard !text.isEmpty else { throw BrowserError(.elementNotFound, "the page has no text") }
        let extraction = TextExtraction(model: run.model.client, query: query, url: page.url, schema: schema)
        // A model that cannot read as much reads less at a time.
        var length = min(TextExtraction.pieceLength, options.pageLimit)
        var answer: String?
        while answer == nil {
            do {
                answer = try await extraction.read(text, pieceLength: length)
            } catch let error as ModelError where error.code == .tooLong && length >= 4000 {
                length /= 2
            }
        }
        let found = answer ?? ""
        return Done(
            .extracted(found.clipped(to: 300)),
            text: "Read the whole page for: \(query)",
            content: found
        )
    }
}

extension ModelAction {
    /// The action with names in place of values in what leaves for a page or the net.
    fileprivate func masked(by mask: SecretMask) -> ModelAction {
        switch self {
        case .navigate(let url, let newTab): .navigate(url: mask.masked(url), newTab: newTab)
        case .search(let query, let engine): .search(query: mask.masked(query), engine: engine)
        case .input(let index, let text, let clear): .input(index: index, text: mask.masked(text), clear: clear)
        case .selectDropdown(let index, let text): .selectDropdown(index: index, text: mask.masked(text))
        case .sendKeys(let keys): .sendKeys(mask.masked(keys))
        default: self
        }
    }

    /// What goes to a place where no secret may go; `nil` where it is typed or shown to the user.
    fileprivate var openText: String? {
        switch self {
        case .navigate(let url, _): url
        case .search(let query, _), .extract(let query, _): query
        case .findText(let text): text
        case .evaluate(let code): code
        case .uploadFile(_, let path): path
        default: nil
        }
    }
}

extension ModelAction.SearchEngine {
    /// The address of the results.
    func url(of query: String) -> String {
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
