//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import NIOCore

/// Files to download: as an attachment, generated on the page, with a path in its name, too large, and an incomplete
/// one.
enum DownloadPage {
    private static let largest = 256 << 20

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("download") { _, _ in Self.page }
        router.get("download/report.csv") { _, _ in
            Self.attachment(
                "report.csv",
                type: "text/csv",
                ByteBuffer(string: "month,visits\n2026-01,1200\n2026-02,1350\n")
            )
        }
        router.get("download/strange") { _, _ in
            Self.attachment("../../etc/pass wd\u{202E}.txt", type: "text/plain", ByteBuffer(string: "nothing secret\n"))
        }
        router.get("download/bytes") { request, _ in
            let size = FormFields(queryOf: request)["size"].flatMap { Int($0) } ?? 1024
            return Self.stream(bytes: max(0, min(Self.largest, size)))
        }
        router.get("download/broken") { _, context in
            var response = Self.stream(bytes: 0)
            response.headers[.contentLength] = "100000"
            response.body = ResponseBody(contentLength: 100_000) { writer in
                try await writer.write(ByteBuffer(repeating: 0x78, count: 5000))
                try await context.channel.close()
            }
            return response
        }
    }

    private static func attachment(_ name: String, type: String, _ body: ByteBuffer) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: type, .contentDisposition: "attachment; filename*=UTF-8''\(percentEncode(name))",
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: body)
        )
    }

    private static func stream(bytes: Int) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "application/octet-stream", .contentDisposition: "attachment; filename=\"data.bin\"",
                .cacheControl: "no-store",
            ],
            body: ResponseBody { writer in
                var left = bytes
                while left > 0 {
                    let count = min(left, 64 * 1024)
                    try await writer.write(ByteBuffer(repeating: 0x78, count: count))
                    left -= count
                }
                try await writer.finish(nil)
            }
        )
    }

    private static let page = Page(
        title: "Downloads",
        content: Embedded.downloadHTML,
        script: Embedded.keepJS + Embedded.downloadJS
    )
}
