//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A registration in four steps, each validated before the next one appears.
enum WizardPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("register") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Register for the conference",
        content: Embedded.wizardHTML,
        script: Embedded.keepJS + Embedded.wizardJS
    )
}
