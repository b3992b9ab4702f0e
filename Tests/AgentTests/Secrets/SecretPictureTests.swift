//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import Browser
import TestSupport
import Testing

@Suite("Pictures of pages in a run with secrets", .sharedAgent)
struct SecretPictureTests {
    private static let shown: [String] = [
        "<p>It is Tr0ub4dor&amp;3 zebra!</p>", "<p>It is <b>Tr0ub4dor&amp;3</b> zebra!</p>",
        "<input value='Tr0ub4dor&amp;3 zebra!'>", "<textarea>Tr0ub4dor&amp;3 zebra!</textarea>",
        "<input placeholder='Tr0ub4dor&amp;3 zebra!'>", "<iframe srcdoc='<p>Tr0ub4dor&amp;amp;3 zebra!</p>'></iframe>",
        "<div id=h></div><script>document.getElementById('h').attachShadow({mode: 'closed'}).innerHTML = "
            + "'<p>Tr0ub4dor&amp;3 zebra!</p>'</script>",
        "<div id=h></div><script>document.getElementById('h').attachShadow({mode: 'open'}).innerHTML = "
            + "'<input value=\"Tr0ub4dor&amp;3 zebra!\">'</script>",
        "<p>TR0UB4DOR%263%20ZEBRA!</p>",
    ]

    private func picture(of html: String) async throws -> [UInt8]? {
        let fixture = try AgentFixture.shared
        return try await PageServer.with { _ in
            html
        } body: { site in
            try await Turnstile.pages.pass {
                let context = try await fixture.browser.newContext()
                let page = try await context.currentPage()
                _ = try await page.navigate(to: site.origin)
                let picture = try await page.screenshot(hiding: AgentFixture.secrets(for: site.origin))
                await context.close()
                return picture
            }
        }
    }

    @Test("There is none of a page that shows a value", arguments: Self.shown.indices)
    func shows(_ index: Int) async throws {
        #expect(try await picture(of: "<!doctype html><h1>Here</h1>" + Self.shown[index]) == nil)
    }

    @Test("There is one where the value stands in a field for passwords, or nowhere")
    func hides() async throws {
        // There is none either of a page that does not tell in time what it shows, as on a busy machine.
        let picture = try await eventually("a picture") {
            try await self.picture(of: "<h1>Here</h1><input type=password value='Tr0ub4dor&amp;3 zebra!'>")
        }
        #expect(picture.prefix(3) == [0xFF, 0xD8, 0xFF])
        _ = try await eventually("a picture") { try await self.picture(of: "<h1>Here</h1>") }
    }
}
