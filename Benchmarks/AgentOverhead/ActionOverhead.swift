//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import Logging
import Loopback

/// The cost of reading a page and acting on it, on a page without anything to wait for.
struct ActionOverhead {
    let site: String
    let count: Int

    func measure() async throws -> [Durations] {
        try await withBrowser(BrowserConfiguration(), logger: Logger(label: "agent-bench")) { browser in
            let context = try await browser.newContext()
            let page = try await context.newPage()
            _ = try await page.navigate(to: "\(site)/controls", timeout: .seconds(30))
            return try await self.measure(page)
        }
    }

    private func measure(_ page: Page) async throws -> [Durations] {
        var (look, click) = (Durations("look at a page of forms"), Durations("click", target: 25))
        var (fill, choose) = (Durations("fill a field", target: 25), Durations("choose in a list", target: 25))
        func element(_ role: String, where isIt: (PageElement) -> Bool = { _ in true }) async throws -> PageElement {
            let snapshot = try await look.measure { try await page.snapshot() }
            guard let element = snapshot.elements.first(where: { $0.role == role && isIt($0) }) else {
                throw LoadError("the page has no \(role) to act on:\n\(snapshot.text)")
            }
            return element
        }
        for number in 0..<count {
            let box = try await element("checkbox")
            try await click.measure { _ = try await page.click(box.reference) }
            let field = try await element("textbox") { $0.attributes["type"] ?? "text" == "text" }
            try await fill.measure { _ = try await page.fill(field.reference, with: "text \(number)") }
            let list = try await element("combobox") { $0.options.count > 1 }
            let option = list.options[number % list.options.count]
            try await choose.measure { _ = try await page.select([option], in: list.reference) }
        }
        return [look, click, fill, choose]
    }
}
