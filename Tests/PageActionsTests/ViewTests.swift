//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("What a page shows")
    struct ViewTests {
        @Test("Tables, lists, headings and their texts stand in a tree")
        func tree() async throws {
            let html = """
                <h1>Team</h1><table><caption>People</caption><tr><th>Name<th>Age<tr><td>Ann<td>31</table>
                <ul aria-label=Tasks><li>Buy <b>milk</b><li>Walk</ul><p>Plain <i>text</i> here</p>
                """
            try await ActionScene.with(html) { scene in
                let view = try await scene.actor.look()
                let cell = try #require(view.nodes.firstIndex { $0.text == "31" })
                #expect((view.nodes[cell].role, view.nodes[cell].row, view.nodes[cell].column) == ("cell", 1, 1))
                let around = view.ancestors(of: cell).map { view.nodes[$0].role }
                #expect(around.starts(with: ["row", "table"]))
                #expect(view.nodes.first { $0.role == "table" }?.name == "People")
                #expect(view.nodes.first { $0.role == "row" && $0.row == nil && $0.text == "Ann | 31" } != nil)
                #expect(view.nodes.filter { $0.role == "listitem" }.map(\.text) == ["Buy milk", "Walk"])
                #expect(view.nodes.first { $0.role == "heading" }?.level == 1)
                #expect(view.nodes.first { $0.role == "paragraph" }?.text == "Plain text here")
            }
        }

        @Test("Drawings have words for their shapes and colours")
        func drawings() async throws {
            let html = """
                <svg width=200 height=100><circle cx=20 cy=20 r=10 fill=red /><rect x=50 y=10 width=20 height=20 fill=blue />
                <rect x=90 y=10 width=40 height=20 fill='#00aa00'/><polygon points='150,30 160,10 170,30' fill=yellow /><text x=180 y=20>K</text>
                </svg><div style='width: 30px; height: 30px; border-radius: 50%; background: purple'></div>
                """
            try await ActionScene.with(html) { scene in
                let shapes = try await scene.actor.look().nodes.filter { !$0.shape.isEmpty }.map {
                    "\($0.color) \($0.shape)"
                }
                #expect(
                    shapes == [
                        "red circle", "blue square", "green rectangle", "yellow triangle", "black letter",
                        "purple circle",
                    ]
                )
            }
        }

        @Test(
            "A text that stands near a field is its label",
            arguments: [
                "<div>Street <input></div><div>Town <input></div>",
                "<table><tr><td>Street<td><input><tr><td>Town<td><input></table>",
                "<div><p style='margin: 0'>Street</p><input></div><div><p style='margin: 0'>Town</p><input></div>",
                "<div><input type=checkbox> Street</div><div><input type=checkbox> Town</div>",
            ]
        )
        func labels(html: String) async throws {
            try await ActionScene.with(html) { scene in
                let fields = try await scene.actor.look().nodes.filter { $0.tag == "input" }
                #expect(fields.map(\.labelNear) == ["Street", "Town"])
            }
        }

        @Test("Frames and shadow trees are in their places")
        func frames() async throws {
            let html = """
                <h2>Outer</h2><iframe title=Inside srcdoc='<button>In the frame</button>'></iframe><my-card></my-card>
                <script>customElements.define('my-card', class extends HTMLElement { connectedCallback() {
                  this.attachShadow({ mode: 'closed' }).innerHTML = '<button>In the shadow</button>' } })</script>
                """
            try await ActionScene.with(html) { scene in
                let view = try await scene.actor.look()
                let button = try #require(view.nodes.firstIndex { $0.name == "In the frame" })
                #expect(
                    view.ancestors(of: button).contains {
                        view.nodes[$0].role == "frame" && view.nodes[$0].name == "Inside"
                    }
                )
                try await scene.perform(.click(view.seen(button)))
                #expect(view.nodes.contains { $0.name == "In the shadow" })
            }
        }
    }
}
