//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("What an element means")
    struct MeaningTests {
        @Test("An element that has been renamed since it was seen is not clicked")
        func renamed() async throws {
            let html = """
                <h1>Order 17</h1><button id=b onclick="out.textContent = this.textContent">Keep order</button><p id=out>-</p>
                """
            try await ActionScene.with(html) { scene in
                let button = try await scene.seen("Keep order")
                _ = try await scene.page.evaluate("document.getElementById('b').textContent = 'Cancel order'")
                let failure = try await scene.failure(of: .click(button))
                #expect(failure.kind == .changedMeaning)
                #expect(failure.message.contains("\"Keep order\" is now \"Cancel order\""))
                #expect(try await scene.output() == "-")
            }
        }

        @Test("An element that is renamed while it is waited for is not clicked either")
        func renamedWhileWaiting() async throws {
            let html = """
                <button id=b disabled onclick="out.textContent = this.textContent">Keep order</button><p id=out>-</p>
                <script>addEventListener('message', () => setTimeout(() => {
                  b.textContent = 'Cancel order'; b.disabled = false }, 300))</script>
                """
            try await ActionScene.with(html) { scene in
                let button = try await scene.seen("Keep order")
                _ = try await scene.page.evaluate("postMessage('', '*')")
                #expect(try await scene.failure(of: .click(button)).kind == .changedMeaning)
                #expect(try await scene.output() == "-")
            }
        }

        @Test("A row that is used for somebody else since it was seen is left alone")
        func reusedRow() async throws {
            let html = """
                <table><tr><td id=n>Ann Archer</td><td id=m>ann@x.org</td>
                <td><button onclick="out.textContent = n.textContent">Delete</button></td></tr></table><p id=out>-</p>
                """
            try await ActionScene.with(html) { scene in
                let button = try await scene.seen("Delete")
                _ = try await scene.page.evaluate(
                    "document.getElementById('n').textContent = 'Tom Berg'; document.getElementById('m').textContent = 'tom@y.org'"
                )
                let failure = try await scene.failure(of: .click(button))
                #expect(failure.kind == .changedMeaning)
                #expect(failure.message.contains("Tom Berg"))
                #expect(try await scene.output() == "-")
            }
        }

        @Test("A counter or a clock in a name, and another value in a row, change no meaning")
        func counters() async throws {
            let html = """
                <ul><li><span id=s>3 left</span> Blue bicycle <button id=b onclick="out.textContent = 'clicked'">Cart (1)</button>
                </li></ul><button id=c>Pause 0:01</button><p id=out>-</p>
                """
            try await ActionScene.with(html) { scene in
                let (cart, pause) = (try await scene.seen("Cart (1)"), try await scene.seen("Pause 0:01"))
                _ = try await scene.page.evaluate(
                    "document.getElementById('b').textContent = 'Cart (2)'; document.getElementById('s').textContent = '2 left';"
                        + "document.getElementById('c').textContent = 'Pause 0:09'"
                )
                try await scene.perform(.click(cart))
                #expect(try await scene.output() == "clicked")
                try await scene.perform(.click(pause))
            }
        }
    }
}
