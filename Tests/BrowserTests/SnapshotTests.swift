//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension PageSnapshot {
    /// The only element of that name.
    func element(_ name: String, role: String? = nil) throws -> PageElement {
        let found = elements.filter { $0.name == name && (role == nil || $0.role == role) }
        try #require(found.count == 1, "\(found.count) elements are called \(name) in:\n\(text)")
        return found[0]
    }

    func reference(_ name: String, role: String? = nil) throws -> ElementReference {
        try element(name, role: role).reference
    }

    var names: [String] { elements.map(\.name) }
}

extension PageTests {
    @Suite("Snapshots")
    struct SnapshotTests {
        @Test("A form is told with its fields, their labels, values and choices")
        func tellsForms() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/lists") { page, _ in
                let snapshot = try await page.snapshot()
                #expect(snapshot.title == "Lists and choices")
                #expect(snapshot.url == fixture.site.url("/lists"))
                let colour = try snapshot.element("Colour")
                #expect(colour.tag == "select")
                #expect(colour.role == "combobox")
                #expect(colour.value == "Please choose")
                #expect(colour.options == ["Please choose", "Red", "Green", "Blue", "Black (sold out)"])
                #expect(colour.surroundings == ["Shopping", "Lists and choices"])
                #expect(try snapshot.element("Fruits").role == "listbox")
                let gift = try snapshot.element("Gift wrap")
                #expect(gift.isChecked == false)
                #expect(gift.surroundings.first == "Extras")
                #expect(try snapshot.element("Newsletter").isChecked == true)
                #expect(try snapshot.element("Gold member").isDisabled)
                #expect(try snapshot.element("By bicycle").role == "radio")
                #expect(snapshot.text.contains("[1]<a href=/ />Search\n"))
                #expect(snapshot.text.contains("\nMilk (two bottles)\n"))
                let box = "[7]<input type=checkbox name=extra checked=true />Newsletter"
                #expect(snapshot.text.contains(box))
                #expect(!snapshot.text.contains("*["))
            }
        }

        @Test("What is in a frame of the same site stands in its place, and its box is where it is in the window")
        func tellsFrames() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/iframe") { page, _ in
                let snapshot = try await page.snapshot()
                #expect(
                    snapshot.text.contains("|FRAME|<iframe title=Inner page />\n\t[4]<input type=text name=note />Note")
                )
                let point = try #require(snapshot.elements.first { $0.name == "Save note" }).box
                let place = try await page.evaluate(
                    """
                    (() => {
                      const frame = document.querySelector('iframe').getBoundingClientRect();
                      const button = document.querySelector('iframe').contentDocument.querySelector('button');
                      return Math.round(frame.top + 1 + button.getBoundingClientRect().top);
                    })()
                    """
                )
                #expect(abs(point.y - (place.number ?? 0)) <= 1)
                try await page.fill(snapshot.reference("Note"), with: "from outside")
                #expect(try await page.click(snapshot.reference("Save note")) == "Save note")
                try await page.waitForStatus("Saved: from outside")
            }
        }

        @Test(
            "What is in an open and in a closed shadow root is there and can be used",
            arguments: ["City", "Country"]
        )
        func tellsShadowRoots(field: String) async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/shadow") { page, _ in
                let snapshot = try await page.snapshot()
                #expect(snapshot.names.suffix(4) == ["City", "Save city", "Country", "Save country"])
                try await page.fill(snapshot.reference(field), with: "Lisbon")
                try await page.click(snapshot.reference("Save \(field.lowercased())"))
                #expect(try await page.status() == "\(field): Lisbon")
            }
        }
    }
}
