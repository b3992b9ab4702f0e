//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

@Suite("What was seen of an element")
struct SeenTests {
    @Test("Is told with the text of the row that it is in")
    func item() {
        let reference = ElementReference(session: "s", backendNode: 1)
        let view = PageView(
            url: "http://a.test/",
            nodes: [
                PageNode(reference: reference, tag: "table", role: "table"),
                PageNode(parent: 0, reference: reference, tag: "tr", role: "row", text: "Ann | Delete"),
                PageNode(parent: 1, reference: reference, tag: "td", role: "cell", text: "Delete"),
                PageNode(parent: 2, reference: reference, tag: "button", role: "button", name: "Delete"),
            ]
        )
        let seen = view.seen(3)
        #expect((seen.role, seen.name, seen.item) == ("button", "Delete", "Ann | Delete"))
        #expect(view.seen(0).item.isEmpty)
    }
}
