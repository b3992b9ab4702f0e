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
        Embedded.pageHTML.filled([
            "title": title, "class": isBare ? "bare" : "", "header": isBare ? "" : Embedded.pageHeaderHTML,
            "content": content, "script": script.isEmpty ? "" : "<script>\n\(script)</script>",
        ])
    }

    /// HTML that says what was wrong with what was sent; empty if nothing was.
    static func alert(_ error: String?) -> String {
        error.map { Embedded.alertHTML.filled(["error": $0]) } ?? ""
    }

    func response(from request: Request, context: some RequestContext) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: self.html))
        )
    }
}

extension String {
    /// The template with each `{{name}}` replaced by the escaped value of that name, and each `{{{name}}}` by the value as
    /// it is.
    func filled(_ values: [String: String]) -> String {
        replacing(/\{\{(?:\{(?<raw>\w+)\}|(?<text>\w+))\}\}/) { match in
            if let name = match.raw, let value = values[String(name)] { return value }
            if let name = match.text, let value = values[String(name)] { return escape(value) }
            return String(match.output.0)
        }
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
