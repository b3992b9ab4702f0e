//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("Typing")
    struct KeyboardTests {
        private static let counting = """
            <label>Name <input id=n value=old></label><p id=out></p>
            <script>const seen = []; n.addEventListener('TYPE', (event) => {
              seen.push(event.key); out.textContent = seen.join(' ') })</script>
            """

        @Test("A page that listens to keys gets them", arguments: ["keydown", "keyup", "keypress"])
        func keys(type: String) async throws {
            try await ActionScene.with(Self.counting.replacing("TYPE", with: type)) { scene in
                let outcome = try await scene.perform(.type(TypedText("a1B"), into: try await scene.seen("Name")))
                #expect(try await scene.output().hasSuffix("a 1 B"))
                #expect(outcome.verified == [.holds("a1B", field: "Name")])
            }
        }

        @Test("A page that listens to keys far above the field gets them too")
        func keysAbove() async throws {
            let html = """
                <div><label>Name <input id=n></label></div><p id=out></p>
                <script>window.addEventListener('keydown', (event) => { out.textContent += event.key })</script>
                """
            try await ActionScene.with(html) { scene in
                try await scene.perform(.type(TypedText("hi"), into: try await scene.seen("Name")))
                #expect(try await scene.output() == "hi")
            }
        }

        private static func boxes(_ count: Int, _ attributes: String, _ script: String) -> String {
            """
            <h1>Code</h1><div id=g>\((0..<count).map { "<input id=b\($0) \(attributes) style='width: 2em'>" }.joined())</div>
            <script>const all = [...g.children]; \(script)</script>
            """
        }

        @Test(
            "A code is spread over boxes of one character each",
            arguments: [
                (6, "maxlength=1", ""),
                (
                    4, "",
                    "for (const b of all) b.oninput = () => { b.value = b.value.slice(-1); b.nextElementSibling?.focus() }"
                ),
                (
                    4, "maxlength=1 type=password",
                    "for (const b of all) b.onkeyup = () => b.nextElementSibling?.focus()"
                ),
                (
                    5, "maxlength=1 type=tel",
                    "for (const b of all) b.onkeydown = (e) => { if (!/^\\d$/.test(e.key)) e.preventDefault() }"
                ),
            ]
        )
        func codes(count: Int, attributes: String, script: String) async throws {
            try await ActionScene.with(Self.boxes(count, attributes, script)) { scene in
                let view = try await scene.actor.look()
                let first = try #require(view.nodes.firstIndex { $0.isEditable })
                let code = String("493817".prefix(count))
                try await scene.perform(.type(TypedText(code), into: view.seen(first)))
                let held = try await scene.page.evaluate(
                    "[...document.querySelectorAll('input')].map((b) => b.value).join('')"
                )
                #expect(held.string == code)
            }
        }

        @Test("A text is added at the end once, and a field that does not keep it says so")
        func appends() async throws {
            let html = """
                <label>Notes <textarea>one</textarea></label><label>Upper <input id=u></label>
                <script>u.oninput = () => { u.value = 'fixed' }</script>
                """
            try await ActionScene.with(html) { scene in
                let notes = try await scene.seen("Notes")
                let outcome = try await scene.perform(.type(TypedText(" two"), into: notes, mode: .append))
                #expect(outcome.verified == [.holds("one two", field: "Notes")])
                let upper = try await scene.seen("Upper")
                let failure = try await scene.failure(of: .type(TypedText("x"), into: upper, mode: .append))
                #expect(failure.kind == .notVerified)
            }
        }

        @Test("What is hidden or goes into a password field is not told")
        func hidden() async throws {
            let html = "<label>Password <input type=password></label><label>Word <input></label>"
            try await ActionScene.with(html) { scene in
                let password = try await scene.perform(.type(TypedText("k7Tq"), into: try await scene.seen("Password")))
                let word = TypedText("Secret1", isHidden: true)
                let hidden = try await scene.perform(.type(word, into: try await scene.seen("Word")))
                #expect(password.verified == [.holds(nil, field: "Password")])
                #expect(hidden.verified == [.holds(nil, field: "Word")])
                let told =
                    scene.events.texts + [password, hidden].flatMap(\.effects.changed).filter { $0.contains("k7Tq") }
                #expect(!told.contains { $0.contains("k7Tq") || $0.contains("Secret1") })
            }
        }
    }
}
