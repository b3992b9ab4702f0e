//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A page of many links, some of the same name, some far down.
enum LinksPages {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("links") { _, _ in Self.page }
        router.get("links/:name") { _, context in
            let name = context.parameters.get("name") ?? ""
            return Page(
                title: "Link \(name)",
                content: """
                    <h1>Link \(escape(name))</h1>
                    <p id="status" role="status">Arrived at \(escape(name))</p>
                    <p><a href="/links">Back to the links</a></p>
                    """
            )
        }
    }

    private static let page: Page = {
        let products = ["Lamp", "Chair", "Table"].map { name in
            """
            <section aria-label="\(name)"><h2>\(name)</h2>
            <p><a href="/links/\(name.lowercased())-details">Details</a> \
            <a href="/links/\(name.lowercased())-buy">Buy now</a></p></section>
            """
        }
        let numbered = (1...60).map { "<li><a href=\"/links/\($0)\">Link \($0)</a></li>" }
        return Page(
            title: "Many links",
            content: """
                <h1>Many links</h1>
                \(products.joined(separator: "\n"))
                <p><a href="/links/new-tab" target="_blank">Opens in a new tab</a></p>
                <p><a href="#bottom">To the bottom</a></p>
                <ul>
                \(numbered.joined(separator: "\n"))
                </ul>
                <p id="bottom"><a href="/links/last">The last link</a></p>
                <p id="status" role="status">Links</p>
                """
        )
    }()
}
