//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("What a snapshot lists")
    struct SnapshotVisibilityTests {
        private func names(_ html: String) async throws -> [String] {
            try await BrowserFixture.shared.withDocument(html) { page, _ in try await page.snapshot().names }
        }

        @Test(
            "What nobody can see or use is left out",
            arguments: [
                "<button style='display:none'>Gone</button>",
                "<div style='visibility:hidden'><button>Gone</button></div>",
                "<div style='opacity:0'><button>Gone</button></div>",
                "<button style='width:0;height:0;padding:0;border:0;overflow:hidden'>Gone</button>",
                "<div inert><button>Gone</button></div>",
                "<div aria-hidden=true><button>Gone</button></div>",
                "<details><summary>Seen too</summary><button>Gone</button></details>",
                "<button style='position:absolute;left:-999px'>Gone</button>",
                "<button style='position:fixed;top:2000px'>Gone</button>",
                "<div style='height:0;overflow:hidden'><button>Gone</button></div>",
                "<input type=hidden name=Gone value=Gone>",
                "<button style='pointer-events:none'>Gone</button>",
                """
                <div style='position:relative'><button>Gone</button>
                <div style='position:absolute;inset:0;background:white'></div></div>
                """,
            ]
        )
        func leavesOutHidden(html: String) async throws {
            let names = try await names("<button>Seen</button>\(html)")
            #expect(names.first == "Seen")
            #expect(!names.contains("Gone"))
        }

        @Test(
            "What only looks hidden is there",
            arguments: [
                "<div style='display:contents'><button>Here</button></div>",
                "<div style='visibility:hidden'><button style='visibility:visible'>Here</button></div>",
                "<div style='height:50px;overflow:auto'><p style='height:300px'></p><button>Here</button></div>",
                "<p style='height:3000px'></p><button>Here</button>",
                "<label><input type=checkbox style='opacity:0;position:absolute'>Here</label>",
                "<input id=x type=checkbox style='display:none'><label for=x>Here</label>",
                "<a href='/'><span style='float:left;width:40px;height:20px'>Here</span></a>",
                "<div role=button>Here</div>", "<div onclick='go()'>Here</div>", "<div tabindex=0>Here</div>",
                "<div style='cursor:pointer'>Here</div>", "<div contenteditable aria-label=Here>text</div>",
                "<button disabled style='pointer-events:none'>Here</button>", "<button aria-label=Here><svg/></button>",
                "<button><img alt=Here></button>", "<button title=Here></button>", "<input placeholder=Here>",
                "<p id=l>Here</p><input aria-labelledby=l>", "<input type=submit value=Here>",
                "<div id=l>Here</div><script>l.addEventListener('click', () => {})</script>",
                "<details open><summary>First</summary><button>Here</button></details>",
            ]
        )
        func listsUsable(html: String) async throws {
            #expect(try await names(html).contains("Here"))
        }

        @Test("A modal dialog leaves only what is in it", arguments: ["native", "drawn"])
        func tellsModals(kind: String) async throws {
            let dialog =
                kind == "native"
                ? "<dialog id=d>Sure?<button>Yes</button></dialog><script>d.showModal()</script>"
                : """
                <div style='position:fixed;inset:0;background:#0008'><div role=dialog style='background:white'>
                Sure?<button>Yes</button></div></div>
                """
            let names = try await names(
                "<button>Under</button><p style='height:3000px'></p><a href='/'>Far</a>\(dialog)"
            )
            #expect(names == ["Yes"])
        }

        @Test("What a sticky header covers for now is there, what it covers for ever is not")
        func tellsStickyHeaders() async throws {
            let page = """
                <body style='margin:0'><header style='position:fixed;top:0;left:0;right:0;height:100px;background:white;z-index:1'>
                <button>Menu</button></header><button style='height:30px'>Never</button>
                <div style='height:1000px'></div><button style='height:30px'>Sometimes</button><div style='height:3000px'></div>
                """
            try await BrowserFixture.shared.withDocument(page) { page, _ in
                _ = try await page.evaluate("scrollTo(0, 1000)")
                let names = try await page.snapshot().names
                #expect(names == ["Menu", "Never", "Sometimes"])
                _ = try await page.evaluate("scrollTo(0, 0)")
                #expect(try await page.snapshot().names == ["Menu", "Sometimes"])
            }
        }

        @Test("Elements in elements are nested, and boxes that only wrap what is used are not listed")
        func nests() async throws {
            let page = """
                <div style='cursor:pointer'><a href='/wrapped'>Wrapped</a></div>
                <div role=button tabindex=0>Card <button>Like</button></div>
                """
            try await BrowserFixture.shared.withDocument(page) { page, _ in
                let snapshot = try await page.snapshot()
                #expect(snapshot.names == ["Wrapped", "Card Like", "Like"])
                #expect(snapshot.elements.map(\.depth) == [0, 0, 1])
                #expect(snapshot.text.hasSuffix("[2]<div role=button />Card\n\t[3]<button />Like"))
            }
        }

        @Test("Like-named elements are told apart by the row, item, section and heading that they are in")
        func tellsSurroundings() async throws {
            let page = """
                <h1>Shop</h1><table><tr><td>Ada<td>3 days<td><button>Edit</button><tr><td>Bob<td><td><button>Edit</button></table>
                <section aria-label=Basket><ul><li>Apples <button>Remove</button><li>Pears <button>Remove</button></ul></section>
                <h2>Chairs</h2><div class=card><h3>Stool</h3><button>Buy</button></div>
                <div class=card><h3>Bench</h3><button>Buy</button></div>
                <fieldset><legend>Billing</legend><label>City <input></label></fieldset>
                """
            try await BrowserFixture.shared.withDocument(page) { page, _ in
                let around = try await page.snapshot().elements.map {
                    "\($0.name): \($0.surroundings.joined(separator: " < "))"
                }
                #expect(
                    around == [
                        "Edit: Ada 3 days Edit < Shop", "Edit: Bob Edit < Shop",
                        "Remove: Apples Remove < Basket < Shop",
                        "Remove: Pears Remove < Basket < Shop", "Buy: Stool < Stool Buy < Chairs < Shop",
                        "Buy: Bench < Bench Buy < Chairs < Shop", "City: Billing < Bench < Chairs < Shop",
                    ]
                )
            }
        }

        @Test("The scroll positions of the page and of boxes in it are told")
        func tellsScrolling() async throws {
            let page = """
                <body style='margin:0'><div style='height:100px;overflow:auto'><a href='/'>In the box</a>
                <p style='height:1000px'></p></div><div style='height:1500px'></div>
                """
            try await BrowserFixture.shared.withDocument(page) { page, _ in
                var snapshot = try await page.snapshot()
                #expect(snapshot.pagesAbove == 0)
                #expect(abs(snapshot.pagesBelow - 1) < 0.1)
                #expect(snapshot.text.hasPrefix("|SCROLL|<div /> (0.0 pages above, "))
                #expect(snapshot.text.contains("\n\t[1]<a href="))
                let link = try snapshot.reference("In the box")
                #expect(try await page.scroll(.bottom, around: link))
                #expect(try await !page.scroll(.bottom, around: link))
                try await page.scroll(.bottom)
                snapshot = try await page.snapshot()
                #expect(abs(snapshot.pagesAbove - 1) < 0.1)
                #expect(snapshot.pagesBelow == 0)
                #expect(try snapshot.element("In the box").isInViewport == false)
            }
        }
    }
}
