//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Two custom elements, one with an open shadow root and one with a closed one.
enum ShadowPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("shadow") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Shadow roots",
        content: Embedded.shadowHTML,
        script: Embedded.shadowJS
    )
}
