//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// The list of all pages, and the shared style sheet.
enum IndexPage {
    static let pages: [(path: String, name: String)] = [
        ("/", "Search"),
        ("/search?q=hello+world", "Search results"),
        ("/login", "Sign in"),
        ("/lists", "Lists and choices"),
        ("/dialog", "Dialogs"),
        ("/slow?ms=2000", "A slow answer"),
        ("/slow-content", "Slow content"),
        ("/iframe", "A frame"),
        ("/shadow", "Shadow roots"),
        ("/links", "Many links"),
        ("/todo", "Things to do"),
        ("/todo-elements", "Errands (custom elements)"),
        ("/shop", "A shop"),
        ("/mail", "An inbox"),
        ("/orders", "A table of orders"),
        ("/register", "A form in steps"),
        ("/flights", "A search for flights"),
        ("/members/sign-in", "Pages for members"),
        ("/controls", "All kinds of fields"),
        ("/combobox", "Listbox, combobox and menu"),
        ("/tabs", "Tabs and sections"),
        ("/delayed", "Delayed content"),
        ("/sticky", "A sticky header"),
        ("/modal", "A window over the page"),
        ("/feed", "A feed without end"),
        ("/frames", "Frames in frames"),
        ("/dialogs", "Files and dialogs"),
        ("/dialogs/endless", "Dialogs for ever"),
        ("/popups", "New windows"),
        ("/upload", "Uploads"),
        ("/download", "Downloads"),
        ("/never/loads", "A page that never loads"),
        ("/never/idle", "A page that freezes"),
        ("/fails", "A server error"),
        ("/drops", "A dropped connection"),
        ("/nowhere", "A page that is not there"),
    ]

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("pages") { _, _ in Self.page }
        router.get("style.css") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/css; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: Embedded.styleCSS))
            )
        }
    }

    private static var page: Page {
        let items = Self.pages.map { "<li><a href=\"\(escape($0.path))\">\(escape($0.name))</a></li>" }
        return Page(
            title: "All pages",
            content: Embedded.indexHTML.filled(["items": items.joined(separator: "\n")])
        )
    }
}
