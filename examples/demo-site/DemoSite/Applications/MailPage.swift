//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// An inbox: a list of messages to open, star, tick and delete, and a form to reply.
enum MailPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("mail") { _, _ in Self.page }
    }

    private static let page = Page(
        title: "Inbox",
        content: Embedded.mailHTML,
        script: Embedded.keepJS + Embedded.mailJS
    )
}
