//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Browser

/// One step on its way: does what the instruction says and tells of it.
struct InstructionStep {
    let instruction: Instruction
    let number: Int
    let timeout: Duration
    let context: BrowserContext
    let log: any AgentLog

    /// Performs the step.
    ///
    /// - Returns: what it found out, if that is what it was for.
    func perform() async throws -> String? {
        await tell("📍 Step \(number): \(instruction.title)")
        await tell("▶️ \(instruction.call)")
        let start = ContinuousClock.now
        let page = try await context.currentPage()
        let dialogs = page.dialogs.count
        let pages = context.pageCount
        let url = page.url
        if !instruction.action.opensPage, url == "about:blank" {
            throw BrowserError(.notSupported, "no page is open; begin with a step such as \"go to example.com\"")
        }
        let done = try await act(on: page)
        let took = start.duration(to: .now)
        await tell(done.message, url: page.url, took: took)
        for dialog in page.dialogs.dropFirst(dialogs) {
            await tell("💬 The page showed \(dialog.kind) \"\(dialog.message)\"; it was answered with OK")
        }
        let current = try await context.currentPage()
        if context.pageCount > pages {
            try await current.waitUntilLoaded(timeout: timeout)
            await tell("🔗 Opened a new tab: \(current.url)", url: current.url)
        } else if case .navigate = instruction.action {
            // The message has said where it led.
        } else if current.url != url {
            await tell("🔗 Navigated to \(current.url)", url: current.url)
        }
        return done.result
    }

    private struct Done {
        var message: String
        var result: String?
    }

    private func act(on page: Page) async throws -> Done {
        switch instruction.action {
        case .navigate(let address): return try await navigate(page, to: address)
        case .search(let text): return try await search(text, on: page)
        case .click(let target):
            return Done(message: "🖱️ Clicked \"\(try await page.click(target, timeout: timeout))\"")
        case .fill(let field, let text):
            let (label, isSecret) = try await page.fill(field, with: text, timeout: timeout)
            let shown = isSecret || field.isSecret ? "••••" : "\"\(text)\""
            return Done(message: text.isEmpty ? "⌨️ Cleared \(label)" : "⌨️ Typed \(shown) into \(label)")
        case .press(let key):
            try await page.press(key, timeout: timeout)
            return Done(message: "⌨️ Pressed \(key)")
        case .setChecked(let box, let isOn):
            let label = try await page.setChecked(box, to: isOn, timeout: timeout)
            return Done(message: "☑️ \(isOn ? "Checked" : "Unchecked") \"\(label)\"")
        case .select(let option, let list): return try await select(option, in: list, on: page)
        case .waitForText(let text):
            try await page.waitForText(text, timeout: timeout)
            return Done(message: "👀 \"\(text)\" is on the page")
        case .expectText(let text):
            try await page.waitForText(text, timeout: min(timeout, .seconds(5)))
            return Done(message: "👀 \"\(text)\" is on the page")
        case .pause(let time):
            try await Task.sleep(for: time)
            return Done(message: "⏳ Waited \(time.spoken)")
        case .scroll(let direction):
            let moved = try await page.scroll(direction)
            return Done(
                message: moved
                    ? "🖱️ Scrolled \(direction.spoken)" : "🖱️ There was nothing more to scroll \(direction.spoken)"
            )
        case .history(let offset):
            let reached = try await page.goThroughHistory(by: offset, timeout: timeout)
            return Done(message: "↩️ Went \(offset < 0 ? "back" : "forward") to \(reached.url)")
        case .reload:
            try check(try await page.reload(timeout: timeout))
            return Done(message: "🔄 Reloaded \(page.url)")
        case .read(let reading):
            let text = try await read(reading, from: page)
            return Done(message: "📄 Read \(reading.spoken): \(text.shortened(to: 200))", result: text)
        }
    }

    private func navigate(_ page: Page, to address: String) async throws -> Done {
        let deadline = Deadline.after(timeout)
        var candidates = try candidates(for: address, on: page)
        while let url = candidates.popFirst() {
            do {
                // Half of the time for the first, so that the second has its turn where the first just does not answer.
                let time = candidates.isEmpty ? deadline.remaining : deadline.remaining / 2
                let reached = try await page.navigate(to: url, timeout: time)
                try check(reached)
                return Done(message: "🔗 Navigated to \(reached.url)")
            } catch let error as BrowserError {
                guard Address.shouldTryNext(after: error), let next = candidates.first else { throw error }
                await tell("\(error.message); trying \(next)", level: .debug)
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
    private func check(_ reached: Navigation) throws {
        if let status = reached.status, status >= 400 {
            throw BrowserError(.navigationFailed, "\(reached.url) answered with HTTP status \(status)")
        }
    }

    private func search(_ text: String, on page: Page) async throws -> Done {
        let label = try await page.fill(Locator(.search), with: text, timeout: timeout).label
        await tell("⌨️ Typed \"\(text)\" into \(label)", url: page.url)
        try await page.press("Enter", timeout: timeout)
        let summary = try await page.summary()
        let title = summary.title.isEmpty ? page.url : summary.title
        let first = summary.firstResult.isEmpty ? "" : "; first result: \(summary.firstResult.shortened(to: 200))"
        return Done(message: "⌨️ Pressed Enter", result: title + first)
    }

    private func select(_ option: String, in list: Locator, on page: Page) async throws -> Done {
        do {
            let timeout = list.name.isEmpty ? min(timeout, .seconds(2)) : timeout
            let (chosen, label) = try await page.select(option, in: list, timeout: timeout)
            return Done(message: "☑️ Selected \"\(chosen)\" in \(label)")
        } catch let error as BrowserError where error.code == .elementNotFound && list.name.isEmpty {
            // "select By bicycle" may also mean a radio button, a tab or anything else to click.
            return Done(message: "🖱️ Clicked \"\(try await page.click(Locator(.click, option), timeout: timeout))\"")
        }
    }

    private func read(_ reading: Instruction.Reading, from page: Page) async throws -> String {
        let text =
            switch reading {
            case .title: try await page.title()
            case .address: page.url
            case .page: try await page.text().shortened(to: 4000)
            case .firstResult: try await page.summary().firstResult
            case .heading: try await page.summary().heading
            case .element(let target):
                try await page.read(target, timeout: min(timeout, .seconds(5))).shortened(to: 4000)
            }
        guard !text.isEmpty else {
            throw BrowserError(.elementNotFound, "\(page.url) has nothing to read as \(reading.spoken)")
        }
        return text
    }

    private func tell(_ message: String, level: LogLevel = .info, url: String? = nil, took: Duration? = nil) async {
        let line = AgentLogLine(
            level: level,
            message: message,
            step: number,
            action: instruction.name,
            url: url,
            duration: took
        )
        await log.record(line)
    }
}

extension Instruction.Action {
    /// Whether it needs no page that is open.
    var opensPage: Bool {
        switch self {
        case .navigate, .pause: true
        default: false
        }
    }
}

extension String {
    /// At most `length` characters, with an ellipsis where something is left out.
    func shortened(to length: Int) -> String {
        count <= length ? self : prefix(length - 1) + "…"
    }
}
