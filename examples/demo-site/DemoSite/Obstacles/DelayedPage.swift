//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A page that appears in pieces: an empty frame first, then a list, then a button that is disabled for some time, and
/// one that slides into place. The content is replaced once, as frameworks do when they hydrate a page.
enum DelayedPage {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("delayed") { _, _ in Self.page }
        router.get("delayed/items") { _, _ in
            try await Task.sleep(for: .milliseconds(300))
            return Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: #"["Apples","Bread","Cheese","Dates"]"#))
            )
        }
    }

    private static let page = Page(
        title: "Groceries",
        content: Embedded.delayedHTML,
        script: Embedded.keepJS + Embedded.delayedJS
    )
}
