//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("Scrolling")
    struct ScrollingTests {
        private static let lines = (1...60).map { "<p>line \($0)</p>" }.joined()

        @Test(
            "A box inside a page that does not scroll is scrolled",
            arguments: [
                "<style>html, body { height: 100%; margin: 0; overflow: hidden } main { height: 100vh; overflow-y: auto }</style><main id=m>LINES</main>",
                "<div id=m style='height: 500px; overflow: scroll'>LINES</div>",
                "<div style='height: 600px; overflow: hidden'><section id=m style='height: 590px; overflow-y: auto'>LINES</section></div>",
            ]
        )
        func boxes(html: String) async throws {
            try await ActionScene.with(html.replacing("LINES", with: Self.lines)) { scene in
                let outcome = try await scene.perform(.scroll(.down))
                #expect(outcome.verified == [.scrolled("the page")])
                #expect(outcome.effects.hasScrolled)
                #expect(try await (scene.page.evaluate("document.getElementById('m').scrollTop").number ?? 0) > 100)
                try await scene.perform(.scroll(.bottom))
                #expect(try await scene.perform(.scroll(.down)).verified.isEmpty)
            }
        }

        @Test("The box around an element is scrolled, and an element in boxes in boxes is brought into the window")
        func nested() async throws {
            let html = """
                <div style='height: 200px; overflow: auto'><div style='height: 400px'></div><div id=m aria-label=Inner role=group
                 style='height: 150px; overflow: auto'>\(Self.lines)<button onclick="this.textContent = 'Done'">Send</button></div></div>
                """
            try await ActionScene.with(html) { scene in
                try await scene.perform(.scroll(.down, in: try await scene.seen("line 1")))
                #expect(try await (scene.page.evaluate("document.getElementById('m').scrollTop").number ?? 0) > 100)
                let send = try await scene.seen("Send")
                try await scene.perform(.scrollTo(send))
                #expect(try await scene.actor.look().nodes.first { $0.name == "Send" }?.isInViewport == true)
                try await scene.perform(.click(send))
            }
        }

        @Test("A list that draws only what it shows is scrolled through to its end")
        func virtualList() async throws {
            let html = """
                <div id=m style='height: 200px; overflow: auto'><div id=s style='height: 4000px; position: relative'></div></div>
                <script>function draw() { s.replaceChildren(); const from = Math.floor(m.scrollTop / 20);
                  for (let i = from; i < Math.min(from + 12, 200); i++) { const e = document.createElement('div');
                    e.textContent = 'row ' + i; e.style.cssText = 'position: absolute; height: 20px; top: ' + i * 20 + 'px'; s.append(e) } }
                m.onscroll = draw; draw()</script>
                """
            try await ActionScene.with(html) { scene in
                let box = try await scene.seen("row 0")
                for _ in 0..<40 {
                    let view = try await scene.actor.look()
                    if view.nodes.contains(where: { $0.text == "row 199" && $0.isInViewport }) { return }
                    let row = try #require(view.nodes.firstIndex { $0.text.hasPrefix("row ") && $0.role == "text" })
                    try await scene.perform(.scroll(.down, in: view.seen(row)))
                }
                Issue.record("the end of \(box.name)'s list was not reached")
            }
        }

        @Test("A page that loads more at its end is not at its end while that loads")
        func endless() async throws {
            let html = """
                <div id=l style='height: 3000px'>start</div><script>let busy = false;
                addEventListener('scroll', async () => { if (busy || scrollY + innerHeight < document.documentElement.scrollHeight - 2) return;
                  busy = true; await fetch('/more'); l.insertAdjacentHTML('afterend', '<p style="height: 900px">more</p>') })</script>
                """
            try await ActionScene.with(html, others: ["/more": "more"]) { scene in
                try await scene.perform(.scroll(.bottom))
                let outcome = try await scene.perform(.scroll(.bottom))
                #expect(!outcome.verified.isEmpty)
            }
        }
    }
}
