//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import NIOCore

/// An infinite feed of posts, ten at a time, each with a like button. There are 60.
enum FeedPage {
    private static let total = 60

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("feed") { _, _ in Self.page }
        router.get("feed/posts") { request, _ in
            let from = max(1, FormFields(queryOf: request)["from"].flatMap { Int($0) } ?? 1)
            try await Task.sleep(for: .milliseconds(150))
            let numbers = from <= Self.total ? Array(from...min(Self.total, from + 9)) : []
            let posts = numbers.map { #"{"number":\#($0),"author":"\#(Self.authors[$0 % Self.authors.count])"}"# }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "[\(posts.joined(separator: ","))]"))
            )
        }
    }

    private static let authors = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances"]

    private static let page = Page(
        title: "Feed",
        content: Embedded.feedHTML,
        script: Embedded.keepJS + Embedded.feedJS
    )
}
