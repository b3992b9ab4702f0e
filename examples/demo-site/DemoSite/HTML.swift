//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// A page of the site: what is its own, without the frame that all pages share.
struct Page: ResponseGenerator {
    var title: String
    /// The HTML inside `<main>`.
    var content: String
    /// JavaScript that runs when the page has been parsed; empty for none.
    var script = ""
    var status: HTTPResponse.Status = .ok
    /// Whether the header with the way to the other pages is left out, as inside a frame.
    var isBare = false

    var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escape(self.title))</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/style.css">
        </head>
        <body\(isBare ? " class=\"bare\"" : "")>
        \(isBare ? "" : Self.header)
        <main>
        \(self.content)
        </main>
        \(self.script.isEmpty ? "" : "<script>\n\(self.script)\n</script>")
        </body>
        </html>

        """
    }

    /// JavaScript for pages that can be checked: `keep(state)` puts what has happened to the page into `window.state`, and
    /// as JSON into the attribute `data-state` of the body, where scripts in worlds of their own see it too.
    static let keep = #"""
        const keep = (state) => { window.state = state; document.body.dataset.state = JSON.stringify(state); };
        """#

    private static let header = """
        <header><nav aria-label="Site"><a href="/">Search</a> <a href="/pages">All pages</a> \
        <a href="/login">Account</a></nav></header>
        """

    func response(from request: Request, context: some RequestContext) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: self.html))
        )
    }
}

/// The text as it has to stand in HTML, in an element as well as in a quoted attribute.
func escape(_ text: String) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for character in text {
        switch character {
        case "&": escaped += "&amp;"
        case "<": escaped += "&lt;"
        case ">": escaped += "&gt;"
        case "\"": escaped += "&quot;"
        case "'": escaped += "&#39;"
        default: escaped.append(character)
        }
    }
    return escaped
}
