//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Pages written without regard for labels and roles: bare fields, boxes with click listeners, tables of names and
/// values.
enum PlainPages {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        for (name, content, script) in Self.pages {
            let page = Page(
                title: name,
                content: content,
                script: Embedded.keepJS + Embedded.plainJS + script,
                isBare: true
            )
            router.get("plain/\(name)") { _, _ in page }
        }
    }

    private static let pages: [(name: String, content: String, script: String)] = [
        ("field", Embedded.plainFieldHTML, ""),
        ("login", Embedded.plainLoginHTML, ""),
        ("passwords", Embedded.plainPasswordsHTML, ""),
        ("checks", Embedded.plainChecksHTML, ""),
        ("sections", Embedded.plainSectionsHTML, Embedded.plainSectionsJS),
        ("table", Embedded.plainTableHTML, ""),
        ("copy", Embedded.plainCopyHTML, ""),
        ("paragraph", Embedded.plainParagraphHTML, ""),
        ("buttons", Embedded.plainButtonsHTML, ""),
        ("order", Embedded.plainOrderHTML, Embedded.plainOrderJS),
        ("menu", Embedded.plainMenuHTML, Embedded.plainMenuJS),
        ("posts", Embedded.plainPostsHTML, ""),
    ]
}
