//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// Lists that are not a `select`: a listbox behind a button, a combobox that filters while typing, and a menu that
/// opens on hover (WAI-ARIA 1.2, roles `listbox`, `combobox` and `menu`).
enum ComboboxPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("combobox") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Preferences",
        content: Embedded.comboboxHTML,
        script: Embedded.keepJS + Embedded.comboboxJS
    )
}
