//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// The same list as ``TodoPage``, made of custom elements, each with a shadow root: the list's is open, the entries' are
/// closed.
enum TodoElementsPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("todo-elements") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Errands",
        content: Embedded.todoElementsHTML,
        script: Embedded.keepJS + Embedded.todoElementsJS
    )
}
