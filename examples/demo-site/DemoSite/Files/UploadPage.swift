//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
import NIOCore

/// Fields for one file and for several, and a button with a hidden field. Uploads are counted and discarded.
enum UploadPage {
    private static let largest = 8 << 20

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("upload") { _, _ in Self.page }
        router.post("upload") { request, _ in
            let body = try await request.body.collect(upTo: Self.largest)
            return Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: #"{"bytes":\#(body.readableBytes)}"#))
            )
        }
    }

    private static let page = Page(
        title: "Application",
        content: Embedded.uploadHTML,
        script: Embedded.keepJS + Embedded.uploadJS
    )
}
