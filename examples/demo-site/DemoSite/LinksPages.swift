//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A page with many links, some with the same name, some far down.
enum LinksPages {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("links") { _, _ in Self.page }
        router.get("links/:name") { _, context in
            let name = context.parameters.get("name") ?? ""
            return Page(
                title: "Link \(name)",
                content: Embedded.linkHTML.filled(["name": name])
            )
        }
    }

    private static let page: Page = {
        let products = ["Lamp", "Chair", "Table"].map { name in
            Embedded.linksProductHTML.filled(["path": name.lowercased(), "name": name])
        }
        let numbered = (1...60).map { "<li><a href=\"/links/\($0)\">Link \($0)</a></li>" }
        return Page(
            title: "Many links",
            content: Embedded.linksHTML.filled([
                "products": products.joined(), "numbered": numbered.joined(separator: "\n"),
            ])
        )
    }()
}
