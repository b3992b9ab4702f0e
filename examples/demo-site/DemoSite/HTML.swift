//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// A page of the site, without the layout shared by all pages.
struct Page: ResponseGenerator {
    var title: String
    /// The HTML inside `<main>`.
    var content: String
    /// JavaScript that runs after the page is parsed; empty for none.
    var script = ""
    var status: HTTPResponse.Status = .ok
    /// Whether to leave out the header with the navigation, as inside a frame.
    var isBare = false

    var html: String {
        Embedded.pageHTML.filled([
            "title": title, "class": isBare ? "bare" : "", "header": isBare ? "" : Embedded.pageHeaderHTML,
            "content": content, "script": script.isEmpty ? "" : "<script>\n\(script)</script>",
        ])
    }

    /// HTML that says what was wrong with the input; empty if nothing was.
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
    /// The template with each `{{name}}` replaced by the escaped value of that name, and each `{{{name}}}` by the
    /// unescaped value.
    func filled(_ values: [String: String]) -> String {
        replacing(/\{\{(?:\{(?<raw>\w+)\}|(?<text>\w+))\}\}/) { match in
            if let name = match.raw, let value = values[String(name)] { return value }
            if let name = match.text, let value = values[String(name)] { return escape(value) }
            return String(match.output.0)
        }
    }
}

/// The text escaped for HTML, inside an element or a quoted attribute.
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
