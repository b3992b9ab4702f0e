//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization
import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Snapshots one after the other")
    struct SnapshotChangeTests {
        @Test("An element keeps its index, what appears is new once, and what disappears is gone")
        func keepsIndices() async throws {
            let document = "<button id=a>First</button><button id=b hidden>Second</button><div id=more></div>"
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                var snapshot = try await page.snapshot()
                #expect(snapshot.elements.map(\.index) == [1])
                #expect(snapshot.elements.allSatisfy { !$0.isNew })
                _ = try await page.evaluate(
                    "b.hidden = false; more.innerHTML = '<a href=/>Third</a>'; document.body.prepend(b)"
                )
                snapshot = try await page.snapshot()
                #expect(snapshot.names == ["Second", "First", "Third"])
                #expect(snapshot.elements.map(\.isNew) == [true, false, true])
                #expect(snapshot.elements[1].index == 1)
                #expect(snapshot.text.hasPrefix("*[2]<button />Second\n[1]<button />First\n*[3]<a "))
                let indices = snapshot.elements.map(\.index)
                let third = try snapshot.reference("Third")
                _ = try await page.evaluate("a.textContent = 'Renamed'; document.body.append(more)")
                snapshot = try await page.snapshot()
                #expect(snapshot.elements.map(\.index) == indices)
                #expect(snapshot.elements.allSatisfy { !$0.isNew })
                #expect(snapshot.names == ["Second", "Renamed", "Third"])
                _ = try await page.evaluate("more.remove()")
                #expect(try await page.snapshot().names == ["Second", "Renamed"])
                let error = await #expect(throws: BrowserError.self) { try await page.click(third) }
                #expect(error?.code == .elementNotFound)
                #expect(error?.message == "\"Third\" is no longer on the page; look at the page again")
            }
        }

        @Test("A reference of an earlier document is refused at once")
        func refusesOldReferences() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/links") { page, _ in
                let old = try await page.snapshot().reference("Link 1")
                _ = try await page.navigate(to: fixture.site.url("/lists"))
                let error = await #expect(throws: BrowserError.self) { try await page.click(old) }
                #expect(error?.code == .elementNotFound)
                let snapshot = try await page.snapshot()
                #expect(snapshot.elements.first?.index == 1)
                #expect(snapshot.elements.allSatisfy { !$0.isNew })
            }
        }

        @Test("A long page's text is cut around what the window shows, its elements are all there")
        func cutsLongPages() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/links") { page, _ in
                _ = try await page.evaluate(
                    "document.querySelector('a[href$=\"/30\"]').scrollIntoView({ block: 'center' })"
                )
                let snapshot = try await page.snapshot(textLimit: 600)
                #expect(snapshot.elements.count == 72)
                #expect(snapshot.text.count < 720)
                #expect(snapshot.text.contains("/>Link 30\n"))
                #expect(snapshot.text.hasPrefix("… "))
                #expect(snapshot.text.hasSuffix(" elements are left out …"))
            }
        }

        @Test("Closed shadow roots in shadow roots are looked into, those that come later too")
        func followsShadowRoots() async throws {
            let document = """
                <div id=a></div><script>
                const make = (host, html) => { const root = host.attachShadow({ mode: 'closed' }); root.innerHTML = html; return root; };
                const outer = make(a, '<div id=b></div>');
                make(outer.getElementById('b'), '<button onclick="document.title = 1">Deep</button>');
                customElements.define('late-one', class extends HTMLElement {
                  connectedCallback() { make(this, '<a href="/">Late</a>'); } });
                </script>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let deep = try await page.reference("Deep")
                _ = try await page.evaluate("document.body.append(document.createElement('late-one'))")
                #expect(try await page.snapshot().names == ["Deep", "Late"])
                try await page.click(deep)
                #expect(try await page.title() == "1")
            }
        }

        @Test("The tabs of the context are told, the oldest first")
        func tellsTabs() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/links") { page, context in
                try await page.click(page.snapshot().reference("Opens in a new tab"))
                let opened = try await context.currentPage()
                try await eventually("the tab's page") { opened.url == fixture.site.url("/links/new-tab") }
                try await opened.waitUntilLoaded()
                let snapshot = try await opened.snapshot()
                #expect(snapshot.tabs.map(\.url) == [page.url, opened.url])
                #expect(snapshot.tabs.map(\.id) == [page.tabID, opened.tabID])
                #expect(snapshot.currentTab == opened.tabID)
            }
        }

        @Test("A frame of another process that does not answer is left out, and told")
        func leavesOutBusyFrames() async throws {
            let site = try BrowserFixture.shared.site
            let configuration = try BrowserFixture.configuration(["--site-per-process"])
            try await withBrowser(configuration, logger: BrowserFixture.logger) { browser in
                try await BrowserFixture(site: site, browser: browser).withPage("/pages") { page, _ in
                    let frame =
                        "<button>Outside</button><iframe src='http://localhost:\(site.port)/iframe/inner'></iframe>"
                    _ = try await page.evaluate("document.body.innerHTML = `\(frame)`")
                    let session = try await eventually("the frame") { () -> String? in
                        try await page.snapshot().elements.first { $0.name == "Save note" }?.reference.session
                    }
                    try #require(session != page.session)
                    page.connection.post("Runtime.evaluate", ["expression": "for (;;) {}"], session: session)
                    let snapshot = try await page.snapshot()
                    #expect(snapshot.names == ["Outside"])
                    #expect(snapshot.text.hasSuffix("|FRAME|<iframe />\n\t(this frame does not answer)"))
                    // It is waited for once, not at each look.
                    let frames = page.state.current.frames.values.compactMap(\.world)
                    #expect(page.elements.withLock { elements in frames.count { elements.isSilent($0) } } == 1)
                    let button = try snapshot.reference("Outside")
                    #expect(try await page.click(button) == "Outside")
                }
            }
        }

        @Test("A page whose scripts never end is an error in time")
        func survivesBusyPages() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withDocument("<button>Here</button>") { page, _ in
                _ = try await page.snapshot()
                page.connection.post(
                    "Runtime.evaluate",
                    ["expression": "for (const end = Date.now() + 3000; Date.now() < end;) {}"],
                    session: page.session
                )
                let error = await #expect(throws: BrowserError.self) {
                    try await page.snapshot(timeout: .milliseconds(300))
                }
                #expect(error?.code == .timedOut)
                #expect(try await page.snapshot(timeout: .seconds(60)).names == ["Here"])
            }
        }

        @Test("A snapshot that is cancelled ends")
        func isCancellable() async throws {
            try await BrowserFixture.shared.withDocument("<button>Here</button>") { page, _ in
                let task = Task {
                    while true { _ = try await page.snapshot() }
                }
                try await Task.sleep(for: .milliseconds(20))
                task.cancel()
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }
}
