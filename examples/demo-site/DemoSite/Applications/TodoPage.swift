//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A to-do list in plain JavaScript, as in comparisons of frameworks: add, tick off, edit by a double click, filter,
/// clear. It is kept in the browser's storage.
enum TodoPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("todo") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Things to do",
        content: Embedded.todoHTML,
        script: Embedded.keepJS + Embedded.todoJS
    )
}
