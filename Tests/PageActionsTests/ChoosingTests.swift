//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("Choosing")
    struct ChoosingTests {
        private static let groups = """
            <label>Seat <select id=s><optgroup label=Morning><option value=m1>Aisle<option value=m2>Window</optgroup>
            <optgroup label=Evening><option value=e1>Aisle<option value=e2>Window</optgroup></select></label>
            """

        @Test("Equal options are told apart by their group, and by their place")
        func groups() async throws {
            try await ActionScene.with(Self.groups) { scene in
                let list = try await scene.seen("Seat")
                let value = "document.getElementById('s').value"
                try await scene.perform(.select([OptionChoice("Window", group: "Evening")], in: list))
                #expect(try await scene.page.evaluate(value).string == "e2")
                try await scene.perform(.select([OptionChoice("Aisle", position: 1)], in: list))
                #expect(try await scene.page.evaluate(value).string == "m1")
                try await scene.perform(.select([OptionChoice("", position: -1)], in: list))
                #expect(try await scene.page.evaluate(value).string == "e2")
                let failure = try await scene.failure(of: .select([OptionChoice("Window")], in: list))
                #expect(failure.kind == .ambiguousOption(options: ["Window (Morning)", "Window (Evening)"]))
            }
        }

        @Test("An option that does not exist is refused with those that do")
        func missing() async throws {
            try await ActionScene.with("<label>Size <select><option>Small<option>Large</select></label>") { scene in
                let failure = try await scene.failure(
                    of: .select([OptionChoice("Huge")], in: try await scene.seen("Size"))
                )
                #expect(failure.kind == .noSuchOption(options: ["Small", "Large"]))
            }
        }

        @Test("Options of a list of several are added, taken away and set")
        func several() async throws {
            let html =
                "<label>Fruit <select id=s multiple><option selected>Apple<option>Pear<option>Plum</select></label>"
            try await ActionScene.with(html) { scene in
                let list = try await scene.seen("Fruit")
                let value = "[...document.getElementById('s').selectedOptions].map((o) => o.text).join()"
                try await scene.perform(.select([OptionChoice("Plum")], in: list, mode: .add))
                #expect(try await scene.page.evaluate(value).string == "Apple,Plum")
                try await scene.perform(.select([OptionChoice("Apple")], in: list, mode: .remove))
                #expect(try await scene.page.evaluate(value).string == "Plum")
                try await scene.perform(.select([OptionChoice("Pear"), OptionChoice("Apple")], in: list))
                #expect(try await scene.page.evaluate(value).string == "Apple,Pear")
            }
        }

        /// A field that offers what fits a moment after a key.
        private static let suggesting = """
            <label for=m>City</label><input id=m autocomplete=off><ul id=l hidden></ul><p id=out>-</p><script>
            const all = ['Bern', 'Berlin', 'Berlingen']; let timer;
            m.oninput = () => { clearTimeout(timer); l.hidden = true; timer = setTimeout(() => { l.replaceChildren();
              for (const city of all.filter((city) => city.startsWith(m.value))) { const entry = document.createElement('li');
                entry.textContent = city; entry.onmousedown = (event) => { event.preventDefault(); m.value = city;
                  out.textContent = 'chosen ' + city; l.hidden = true }; l.append(entry) } l.hidden = false }, 400) };
            </script>
            """

        @Test("A suggestion of a plain field is waited for and chosen, not a longer one that begins alike")
        func suggestions() async throws {
            try await ActionScene.with(Self.suggesting) { scene in
                try await scene.perform(.select([OptionChoice("Berlin")], in: try await scene.seen("City")))
                #expect(try await scene.output() == "chosen Berlin")
            }
        }

        @Test("A popup that opens empty is waited for")
        func emptyPopup() async throws {
            let html = """
                <button id=b aria-haspopup=listbox>Colour</button><div id=l role=listbox hidden></div><script>
                b.onclick = () => { l.hidden = false; setTimeout(() => { l.innerHTML =
                  '<div role=option>Red</div><div role=option>Teal</div>'; for (const o of l.children) o.onclick = () => {
                  b.textContent = o.textContent; l.hidden = true } }, 500) }</script>
                """
            try await ActionScene.with(html) { scene in
                let outcome = try await scene.perform(
                    .select([OptionChoice("Teal")], in: try await scene.seen("Colour"))
                )
                #expect(outcome.verified == [.selected(["Teal"], list: "Colour")])
                #expect(try await scene.page.evaluate("document.getElementById('b').textContent").string == "Teal")
            }
        }

        @Test("What a field suggests by a datalist is typed, and nothing else")
        func datalist() async throws {
            let html =
                "<label>Browser <input id=b list=l></label><datalist id=l><option>Firefox<option>Chromium</datalist>"
            try await ActionScene.with(html) { scene in
                let field = try await scene.seen("Browser")
                try await scene.perform(.select([OptionChoice("firefox")], in: field))
                #expect(try await scene.page.evaluate("document.getElementById('b').value").string == "Firefox")
                let failure = try await scene.failure(of: .select([OptionChoice("Netscape")], in: field))
                #expect(failure.kind == .noSuchOption(options: ["Firefox", "Chromium"]))
            }
        }

        @Test("A list that is open is chosen from where it stands")
        func openList() async throws {
            let html = """
                <ul id=l role=listbox aria-label=Fruit aria-multiselectable=true><li role=option aria-selected=false>Fig
                <li role=option aria-selected=true>Kiwi</ul><script>for (const o of l.children) o.onclick = () =>
                o.setAttribute('aria-selected', o.ariaSelected !== 'true')</script>
                """
            try await ActionScene.with(html) { scene in
                let list = try await scene.seen("Fruit", role: "listbox")
                try await scene.perform(.select([OptionChoice("Fig")], in: list))
                let chosen =
                    "[...document.querySelectorAll('[aria-selected=true]')].map((o) => o.textContent.trim()).join()"
                #expect(try await scene.page.evaluate(chosen).string == "Fig")
            }
        }

        @Test(
            "A box that the page draws itself is checked, and seen to be",
            arguments: [
                "<input type=checkbox id=x style='visibility: hidden; position: absolute'><div id=w class=w></div> <span>Dark mode</span>",
                "<span style='position: relative'><input type=checkbox id=x style='opacity: 0; width: 1px'><i id=w class=w></i></span><b>Dark mode</b>",
                "<label><input type=checkbox id=x style='display: none'><i id=w class=w></i>Dark mode</label>",
            ]
        )
        func wrappers(box: String) async throws {
            let html = """
                <style>.w { display: inline-block; width: 20px; height: 20px; border: 1px solid; cursor: pointer }</style>
                <div>\(box)</div><script>if (!w.closest('label')) w.onclick = () => { x.checked = !x.checked }</script>
                """
            try await ActionScene.with(html) { scene in
                let view = try await scene.actor.look()
                let index = try #require(view.nodes.firstIndex { $0.inputType == "checkbox" })
                #expect([view.nodes[index].name, view.nodes[index].labelNear].contains("Dark mode"))
                let outcome = try await scene.perform(.setChecked(view.seen(index), true))
                #expect(outcome.verified.map(\.text) == ["\"Dark mode\" is checked"])
                #expect(try await scene.page.evaluate("document.getElementById('x').checked").bool == true)
            }
        }

        @Test(
            "What unfolds is opened by what listens in it, and seen to be open",
            arguments: [
                "<details><summary>Fruit</summary><p>Fig</p></details>",
                "<button aria-expanded=false onclick='this.ariaExpanded = true'>Fruit</button>",
                """
                <ul role=tree><li role=treeitem aria-label=Fruit aria-expanded=false><span onclick='event.stopPropagation();
                 this.parentElement.ariaExpanded = true'>Fruit</span><ul role=group style='padding: 30px'><li role=treeitem>Fig</ul></ul>
                """,
                "<div role=treeitem aria-label=Fruit tabindex=0 aria-expanded=false onkeydown='if (event.key == \"ArrowRight\") this.ariaExpanded = true'>Fruit</div>",
            ]
        )
        func unfolds(html: String) async throws {
            try await ActionScene.with(html) { scene in
                let outcome = try await scene.perform(.setExpanded(try await scene.seen("Fruit"), true))
                #expect(outcome.verified == [.expanded("Fruit", isOpen: true)])
            }
        }

        @Test("A box that stays as it is fails the action")
        func stubborn() async throws {
            let html = "<label><input type=checkbox onclick='return false'>Accept</label>"
            try await ActionScene.with(html) { scene in
                let failure = try await scene.failure(
                    of: .setChecked(try await scene.seen("Accept", role: "checkbox"), true)
                )
                #expect(failure.kind == .notVerified)
            }
        }
    }
}
