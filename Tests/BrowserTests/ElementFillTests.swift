//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Filling in elements")
    struct ElementFillTests {
        @Test(
            "Every kind of field holds what is put into it",
            arguments: [
                ("<input>", "naïve 日本 🎯 \"quoted\""), ("<textarea></textarea>", "two\nlines"),
                ("<input type=password>", "s3cret"),
                ("<input type=email>", "a@b.example"), ("<input type=number>", "-12.5"),
                ("<input type=date>", "2026-03-12"),
                ("<input type=time>", "15:30"), ("<input type=datetime-local>", "2026-03-12T15:30"),
                ("<input type=month>", "2026-03"), ("<input type=week>", "2026-W11"), ("<input type=color>", "#FF8800"),
                ("<input type=range max=50>", "33"), ("<div contenteditable>old</div>", "new text"),
                ("<input value='old text' maxlength=30>", "new"),
            ]
        )
        func fillsFields(html: String, text: String) async throws {
            let isSecret = html.contains("password")
            let document = html.replacing(">", with: " id=f aria-label=Field>", maxReplacements: 1)
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let field = try await page.reference("Field")
                let filled = try await page.fill(field, with: text)
                #expect(filled.label == "Field")
                #expect(filled.isSecret == isSecret)
                #expect(filled.value.lowercased() == (isSecret ? "" : text.lowercased()))
                #expect(try await page.value(of: field).lowercased() == text.lowercased())
                #expect(try await page.state("f.value ?? f.innerText").lowercased() == text.lowercased())
                #expect(try await page.text(of: field) == filled.value)
            }
        }

        @Test("What a page puts off to the next frame is there once it has settled")
        func settles() async throws {
            let handler = """
                f.lang = f.value; f.dataset.at = performance.now(); requestAnimationFrame(() => { f.title = f.value })
                """
            let document = "<input id=f aria-label=Field oninput='\(handler)'>"
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let field = try await page.reference("Field")
                // Often, since a frame may come by chance.
                for number in 1...20 {
                    try await page.fill(field, with: "handled \(number)", settling: .handled)
                    #expect(try await page.state("f.lang") == "handled \(number)")
                    try await page.fill(field, with: "painted \(number)")
                    // A machine that is too busy to paint is not waited for. The time is kept in an attribute, since
                    // our script sees nothing else that a page notes at an element; timers may be a little early.
                    let isPainted = "f.title === 'painted \(number)' || performance.now() - f.dataset.at >= 240"
                    #expect(try await page.state(isPainted) == "true")
                }
            }
        }

        @Test("A text is added behind what a field holds, and an empty one empties it")
        func addsText() async throws {
            try await BrowserFixture.shared.withDocument("<input id=f aria-label=Field value='one '>") { page, _ in
                let field = try await page.reference("Field")
                #expect(try await page.fill(field, with: "two", clearing: false).value == "one two")
                #expect(try await page.fill(field, with: "").value == "")
                try await page.focus(field)
                try await page.type("Key by key, ä!")
                #expect(try await page.value(of: field) == "Key by key, ä!")
                try await page.press("Control+A")
                try await page.press("Delete")
                #expect(try await page.value(of: field) == "")
            }
        }

        @Test(
            "A value that a field does not take is refused with what it wants",
            arguments: [
                ("date", "12 March", "a date such as 2026-03-12"), ("time", "3pm", "a time such as 15:30"),
                ("color", "reddish", "a colour such as #ff8800"), ("range", "500", "a number from 0 to 100"),
            ]
        )
        func refusesValues(type: String, text: String, wanted: String) async throws {
            try await BrowserFixture.shared.withDocument("<input type=\(type) aria-label=Field>") { page, _ in
                let field = try await page.reference("Field")
                let error = await #expect(throws: BrowserError.self) { try await page.fill(field, with: text) }
                #expect(error?.message == "\"Field\" does not take \"\(text)\": it wants \(wanted)")
            }
        }

        @Test("A field that does not hold the text, is read-only or no field at all is an error")
        func refusesFields() async throws {
            let document = """
                <input aria-label=Short maxlength=3><input aria-label=Fixed readonly><button>No field</button>
                <input aria-label=Card oninput="this.value = this.value.replace(/(\\d{4})(?=\\d)/g, '$1 ')">
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let snapshot = try await page.snapshot()
                let attempts = [
                    ("Short", "typed into \"Short\" but it then held \"abc\""),
                    ("Fixed", "\"Fixed\" cannot be used: it is read-only"),
                    ("No field", "\"No field\" is no field to type into"),
                ]
                for (name, message) in attempts {
                    let field = try snapshot.reference(name)
                    let error = await #expect(throws: BrowserError.self) {
                        try await page.fill(field, with: "abcdef", timeout: .seconds(5))
                    }
                    #expect(error?.code == .elementNotReady)
                    #expect(error?.message == message)
                }
                let card = try await page.fill(snapshot.reference("Card"), with: "1234567812345678")
                #expect(card.value == "1234 5678 1234 5678")
            }
        }

        @Test("Options are chosen by text or value, exactly those where there are several")
        func selects() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/lists") { page, _ in
                let snapshot = try await page.snapshot()
                let colour = try snapshot.reference("Colour")
                let fruits = try snapshot.reference("Fruits")
                #expect(try await page.select(["  green"], in: colour) == (["Green"], "Colour"))
                #expect(try await page.select(["blue"], in: colour).options == ["Blue"])
                try await page.select(["Apple", "Banana"], in: fruits)
                try await page.select(["Banana", "Cherry"], in: fruits)
                #expect(try await page.status() == "colour: blue, fruits: Banana+Cherry, extras: news, delivery: post")
                #expect(try await page.options(of: fruits) == ["Apple", "Banana", "Cherry"])
                #expect(try await page.snapshot().element("Fruits").value == "Banana, Cherry")
                var error = await #expect(throws: BrowserError.self) { try await page.select(["Purple"], in: colour) }
                #expect(
                    says(error, .elementNotFound, "\"Colour\" has no option \"Purple\"; it has", "\"Red\", \"Green\"")
                )
                error = await #expect(throws: BrowserError.self) { try await page.select(["Red", "Blue"], in: colour) }
                #expect(says(error, .elementNotReady, "only one of its options"))
            }
        }

        @Test("Boxes are set to a state, also those that are hidden behind their labels")
        func setsBoxes() async throws {
            let document = """
                <label><input id=a type=checkbox style='opacity:0;position:absolute;width:1px;height:1px'>Hidden</label>
                <input id=b type=checkbox style='display:none'><label for=b>Gone</label>
                <div id=c role=switch aria-checked=false tabindex=0
                  onclick='this.ariaChecked = this.ariaChecked !== "true"'>Switch</div>
                <label><input id=d type=checkbox onclick='return false'>Stuck</label>
                """
            try await BrowserFixture.shared.withDocument(document) { page, _ in
                let snapshot = try await page.snapshot()
                for name in ["Hidden", "Gone", "Switch"] {
                    let box = try snapshot.reference(name)
                    for state in [true, true, false, true] {
                        #expect(try await page.setChecked(box, to: state) == name)
                        #expect(try await page.isChecked(box) == state)
                    }
                }
                #expect(try await page.state("[a.checked, b.checked, c.ariaChecked].join()") == "true,true,true")
                let stuck = try snapshot.reference("Stuck")
                let error = await #expect(throws: BrowserError.self) { try await page.setChecked(stuck, to: true) }
                #expect(error?.code == .elementNotReady)
                #expect(error?.message == "\"Stuck\" stayed unchecked")
            }
        }

        @Test("Files are put into a file field, also a hidden one, and only those that may be")
        func uploads() async throws {
            try await withTemporaryDirectory { directory in
                let files = ["a.txt", "b.txt"]
                for file in files { try Data(file.utf8).write(to: URL(filePath: "\(directory.path)/\(file)")) }
                var configuration = try BrowserFixture.configuration()
                configuration.uploadDirectory = directory.path
                let site = try BrowserFixture.shared.site
                try await withBrowser(configuration, logger: BrowserFixture.logger) { browser in
                    let document = """
                        <label>One <input id=a type=file></label><input id=b type=file multiple hidden aria-label=Many>
                        <button>None</button>
                        """
                    try await BrowserFixture(site: site, browser: browser).withDocument(document) { page, _ in
                        let snapshot = try await page.snapshot()
                        let many = try snapshot.element("Many")
                        #expect(many.attributes["hidden"] == "true")
                        #expect(try await page.upload(files: ["a.txt"], to: snapshot.reference("One")) == "One")
                        try await page.upload(files: files, to: many.reference)
                        let held = try await page.state(
                            "[...a.files, '|', ...b.files].map((f) => f.name ?? f).join(' ')"
                        )
                        #expect(held == "a.txt | a.txt b.txt")
                        #expect(try await page.snapshot().element("Many").value == "a.txt, b.txt")
                        var error = await #expect(throws: BrowserError.self) {
                            try await page.upload(files: ["/etc/passwd"], to: many.reference)
                        }
                        #expect(error?.code == .fileNotAllowed)
                        let button = try snapshot.reference("None")
                        error = await #expect(throws: BrowserError.self) {
                            try await page.upload(files: ["a.txt"], to: button)
                        }
                        #expect(says(error, .elementNotReady, "\"None\" does not take the files"))
                        let one = try snapshot.reference("One")
                        error = await #expect(throws: BrowserError.self) {
                            try await page.upload(files: files, to: one)
                        }
                        #expect(error?.code == .elementNotReady)
                        #expect(error?.message == "\"One\" takes one file, not 2")
                    }
                }
            }
        }
    }
}
