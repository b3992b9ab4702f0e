//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension Page {
    /// The element of that name, as a planner would find it.
    func reference(_ name: String) async throws -> ElementReference {
        try await snapshot().reference(name)
    }

    func state(_ expression: String) async throws -> String {
        let value = try await evaluate(expression)
        return value.string ?? value.text
    }
}

/// Whether an error is of this kind and says all of these.
func says(_ error: BrowserError?, _ code: BrowserError.Code, _ texts: String...) -> Bool {
    guard let error, error.code == code else { return false }
    return texts.allSatisfy { error.message.contains($0) }
}

extension PageTests {
    @Suite("Acting on elements")
    struct ElementActionTests {
        @Test("A button under a sticky header is scrolled free and clicked", arguments: [300, 2000, 3000])
        func freesFromStickyHeaders(scroll: Int) async throws {
            let document = """
                <body style='margin:0'><header style='position:sticky;top:0;height:300px;background:#fff;z-index:1'>Head</header>
                <div style='height:2000px'></div><button onclick='document.title = "done"'>Press</button>
                <div style='height:2000px'></div><footer style='position:fixed;bottom:0;height:350px;width:100%;background:#eee'>
                Foot</footer>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let button = try await page.reference("Press")
                _ = try await page.evaluate("scrollTo(0, \(scroll))")
                #expect(try await page.click(button) == "Press")
                #expect(try await page.title() == "done")
            }
        }

        @Test(
            "What covers an element for good is named",
            arguments: [
                (
                    "<div style='position:fixed;inset:0'><div role=dialog id=offer aria-label='Special offer' style='height:99%'>",
                    "<div id=offer> \"Special offer\""
                ),
                ("<dialog id=offer>Buy now</dialog>", "<dialog id=offer> \"Buy now\""),
                (
                    "<aside style='position:absolute;inset:0;background:white'>Look <b>here</b></aside>",
                    "<aside> \"Look here\""
                ),
            ]
        )
        func namesWhatCovers(html: String, name: String) async throws {
            let document = "<button>Pay</button>"
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let button = try await page.reference("Pay")
                _ = try await page.evaluate(
                    """
                    document.body.insertAdjacentHTML('beforeend', `\(html)`);
                    document.querySelector('dialog')?.showModal();
                    """
                )
                #expect(try await page.snapshot().names == [])
                let error = await #expect(throws: BrowserError.self) {
                    try await page.click(button, timeout: .seconds(5))
                }
                let message = "\"Pay\" cannot be used: it is covered by \(name)"
                #expect(error?.code == .elementNotReady)
                #expect(error?.message == message)
            }
        }

        @Test("What covers an element for a moment is waited for")
        func waitsForCovers() async throws {
            let document = "<button onclick='document.title = \"paid\"'>Pay</button>"
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let button = try await page.reference("Pay")
                _ = try await page.evaluate(
                    """
                    document.body.insertAdjacentHTML('beforeend', `<div id=c style='position:fixed;inset:0'></div>`);
                    setTimeout(() => c.remove(), 300);
                    """
                )
                try await page.click(button)
                #expect(try await page.title() == "paid")
            }
        }

        @Test("A button that becomes enabled is waited for, one that does not is told as disabled")
        func waitsUntilEnabled() async throws {
            let document = "<button disabled onclick='document.title = \"sent\"'>Send</button>"
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let button = try await page.reference("Send")
                let error = await #expect(throws: BrowserError.self) {
                    try await page.click(button, timeout: .seconds(5))
                }
                #expect(error?.code == .elementNotReady)
                #expect(error?.message == "\"Send\" cannot be used: it is disabled")
                _ = try await page.evaluate(
                    "setTimeout(() => document.querySelector('button').disabled = false, 300); 1"
                )
                try await page.click(button)
                #expect(try await page.title() == "sent")
            }
        }

        @Test("A button that slides is clicked when it stands still")
        func waitsUntilStill() async throws {
            let document = """
                <style>@keyframes slide { from { left: 900px } } button { position: absolute; left: 0; top: 0; }
                .go { animation: slide 0.7s linear }</style>
                <button onclick='document.title = getComputedStyle(this).left'>Catch</button>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let button = try await page.reference("Catch")
                _ = try await page.evaluate("document.querySelector('button').className = 'go'")
                try await page.click(button)
                #expect(try await page.title() == "0px")
            }
        }

        @Test("An element that is removed while it is waited for ends the wait")
        func noticesRemoval() async throws {
            try await BrowserFixture.shared.withDocument("<button disabled>Send</button>") { page, _ in
                let button = try await page.reference("Send")
                _ = try await page.evaluate("setTimeout(() => document.querySelector('button').remove(), 1000); 1")
                let error = await #expect(throws: BrowserError.self) {
                    try await page.click(button, timeout: .seconds(60))
                }
                // Its name is not known where it is gone before the first look.
                #expect(says(error, .elementNotFound, "is no longer on the page"))
            }
        }

        @Test("A double click, a click with the right button and the mouse over an element arrive as such")
        func usesTheMouse() async throws {
            let document = """
                <button>Press</button><script>
                const seen = [];
                for (const type of ['click', 'dblclick', 'contextmenu', 'mouseenter'])
                  document.querySelector('button').addEventListener(type, () => { seen.push(type);
                    document.title = seen.join(' '); });
                </script>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let button = try await page.reference("Press")
                try await page.hover(button)
                #expect(try await page.title() == "mouseenter")
                try await page.doubleClick(button)
                #expect(try await page.title() == "mouseenter click click dblclick")
                try await page.click(button, button: .right)
                #expect(try await page.title().hasSuffix("dblclick contextmenu"))
            }
        }

        @Test("An element is dragged, by the mouse and as something draggable", arguments: ["pointer", "drag"])
        func drags(kind: String) async throws {
            let handlers =
                kind == "drag"
                ? """
                a.draggable = true; a.ondragstart = (e) => e.dataTransfer.setData('text/plain', 'box');
                b.ondragover = (e) => e.preventDefault();
                b.ondrop = (e) => { e.preventDefault(); document.title = e.dataTransfer.getData('text/plain'); };
                """
                : """
                let held = false; a.onmousedown = () => { held = true; };
                onmouseup = (e) => { if (held && e.target === b) document.title = 'box'; };
                """
            let document = """
                <style>div { width: 100px; height: 60px; background: #ccc; margin: 40px }</style>
                <div id=a tabindex=0>Box</div><div id=b tabindex=0>Bin</div><script>\(handlers)</script>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let snapshot = try await page.snapshot()
                let names = try await page.drag(snapshot.reference("Box"), to: snapshot.reference("Bin"))
                #expect(names == ("Box", "Bin"))
                try await eventually("the drop") { try await page.title() == "box" }
            }
        }

        @Test("What is in frames of other sites, two deep and scrolled away, is used")
        func usesNestedFrames() async throws {
            let site = try BrowserFixture.shared.site
            let configuration = try BrowserFixture.configuration(["--site-per-process"])
            try await withBrowser(configuration, logger: BrowserFixture.logger) { browser in
                try await BrowserFixture(site: site, browser: browser).withPage("/pages") { page, _ in
                    // localhost and 127.0.0.1 are different sites, so the frames get processes of their own.
                    _ = try await page.evaluate(
                        """
                        document.body.innerHTML = `<p style="height:2500px">Top</p>
                          <iframe src="http://localhost:\(site.port)/iframe" style="margin:37px;border:5px solid;padding:9px;height:400px">
                          </iframe>`
                        """
                    )
                    // One and the same snapshot: a frame that is slow to answer may be left out of the next one.
                    let snapshot = try await eventually("both frames") { () -> PageSnapshot? in
                        let seen = try await page.snapshot()
                        return seen.names.contains("Save note") ? seen : nil
                    }
                    let note = try snapshot.element("Note")
                    #expect(note.isInViewport == false)
                    #expect(note.depth == 2)
                    #expect(Set(snapshot.elements.map(\.reference.session)).count == 1)
                    #expect(note.reference.session != page.session)
                    #expect(try await page.fill(note.reference, with: "across").value == "across")
                    try await page.click(snapshot.reference("Save note"))
                    try await page.waitForText("Saved: across", timeout: .seconds(60))
                    // What lies over the frame lies over what is in it.
                    _ = try await page.evaluate(
                        "document.body.insertAdjacentHTML('beforeend', `<aside style='position:fixed;inset:0'>Over</aside>`)"
                    )
                    let error = await #expect(throws: BrowserError.self) {
                        try await page.click(note.reference, timeout: .seconds(5))
                    }
                    #expect(says(error, .elementNotReady, "covered by <aside> \"Over\""))
                    #expect(try await page.snapshot().names == [])
                }
            }
        }

        @Test("A text is found and scrolled to, in whatever frame")
        func findsText() async throws {
            let document = """
                <p style='height:3000px'>Top</p><p>Second  <b>PLACE</b></p>
                <iframe srcdoc="<p style='height:3000px'></p><p id=x>Deep inside</p>"></iframe>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                #expect(try await page.findText("second place"))
                #expect(try await page.state("scrollY > 2000") == "true")
                try await eventually("the frame") { try await page.findText("deep inside") }
                #expect(try await page.findText("nowhere") == false)
            }
        }
    }
}
