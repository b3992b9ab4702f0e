//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Elements of whole pages")
    struct ElementPagesTests {
        @Test("To-dos in closed shadow roots are added, told apart by their entry, and checked")
        func usesCustomElements() async throws {
            try await BrowserFixture.shared.withPage("/todo-elements") { page, _ in
                try await page.fill(page.reference("New errand"), with: "Water the plants")
                try await page.press("Enter")
                let snapshot = try await page.snapshot()
                let box = try snapshot.element("Water the plants")
                #expect(box.isNew)
                let remove = snapshot.elements.filter { $0.name == "Remove" }
                #expect(remove.count == 3)
                let own = try #require(remove.first { $0.surroundings.first?.contains("Buy stamps") == true })
                try await page.click(own.reference)
                // The page has made its list anew.
                try await page.setChecked(page.reference("Water the plants"), to: true)
                let todos = try await page.siteState()["todos"]
                #expect(todos?.text.contains("Water the plants") == true)
                #expect(todos?.array?.count == 2)
                #expect(try await page.snapshot().element("Water the plants").isChecked == true)
            }
        }

        @Test("A to-do is edited after a double click on its text")
        func editsByDoubleClick() async throws {
            try await BrowserFixture.shared.withPage("/todo") { page, _ in
                let field = try #require(try await page.snapshot().elements.first { $0.role == "textbox" })
                try await page.fill(field.reference, with: "Sew")
                try await page.press("Enter")
                let title = try #require(try await page.snapshot().elements.first { $0.name == "Sew" && $0.role == "" })
                try await page.doubleClick(title.reference)
                try await page.press("Control+A")
                try await page.type("Knit")
                try await page.press("Enter")
                #expect(try await page.siteState()["todos"]?.array?.first?["title"] == "Knit")
            }
        }

        @Test("Every chapter is voted for, under a sticky header and a fixed footer")
        func votesEverywhere() async throws {
            try await BrowserFixture.shared.withPage("/sticky") { page, _ in
                let snapshot = try await page.snapshot()
                let last = try snapshot.reference("Vote for chapter 12")
                let error = await #expect(throws: BrowserError.self) {
                    try await page.click(last, timeout: .seconds(5))
                }
                // The page ends where the footer covers it.
                #expect(says(error, .elementNotReady, "it is covered by <", "cookies"))
                for chapter in [11, 1, 6, 3] {
                    try await page.click(snapshot.reference("Vote for chapter \(chapter)"))
                }
                try await page.click(snapshot.reference("Reject"))
                try await page.click(last)
                #expect(
                    try await page.siteState()["votes"]?.array?.compactMap(\.integer).sorted() == [1, 3, 6, 11, 12]
                )
            }
        }

        @Test("A modal over the page is named, and the page is used when it is gone")
        func closesModals() async throws {
            try await BrowserFixture.shared.withPage("/modal") { page, _ in
                // It opens by itself after a moment, before or after a first look at the page. So it is closed, and
                // opened again when the button under it is known.
                try await page.click("No thanks")
                let send = try await page.reference("Send feedback")
                _ = try await page.evaluate("document.getElementById('overlay').hidden = false")
                let error = await #expect(throws: BrowserError.self) {
                    try await page.click(send, timeout: .seconds(5))
                }
                #expect(says(error, .elementNotReady, "covered by", "Stay in touch"))
                try await page.click(page.reference("No thanks"))
                let snapshot = try await page.snapshot()
                #expect(snapshot.names.contains("Send feedback"))
                #expect(!snapshot.names.contains("No thanks"))
            }
        }

        @Test("A button that slides in and is enabled late is waited for")
        func waitsForLateButtons() async throws {
            try await BrowserFixture.shared.withPage("/delayed") { page, _ in
                try await eventually("the list") {
                    try await page.snapshot().names.contains { $0.hasPrefix("Add ") }
                }
                let add = try #require(try await page.snapshot().elements.first { $0.name.hasPrefix("Add ") })
                try await page.click(add.reference)
                try await eventually("the order") { try await page.snapshot().names.contains("Place order") }
                try await page.click(page.reference("Place order"))
                #expect(try await page.siteState()["ordered"] == true)
                #expect(try await page.siteState()["early"]?.integer ?? 0 == 0)
            }
        }

        @Test("Notes are saved in the page, in a frame two deep and in one of another host")
        func fillsNestedFrames() async throws {
            try await BrowserFixture.shared.withPage("/frames") { page, _ in
                let names = ["Outer", "Innermost", "Foreign"].map { "Save \($0.lowercased()) note" }
                let snapshot = try await eventually("the frames") { () -> PageSnapshot? in
                    let seen = try await page.snapshot()
                    return names.allSatisfy { seen.names.contains($0) } ? seen : nil
                }
                for place in ["Outer", "Innermost", "Foreign"] {
                    try await page.fill(snapshot.reference("\(place) note"), with: "to \(place)")
                    try await page.click(snapshot.reference("Save \(place.lowercased()) note"))
                }
                try await eventually("the notes") {
                    let notes = try await page.siteState()["notes"]
                    return ["Outer", "Innermost", "Foreign"].allSatisfy { notes?[$0]?.string == "to \($0)" }
                }
            }
        }

        @Test("A custom listbox is opened, what appears is new, and an option is chosen")
        func usesListboxes() async throws {
            try await BrowserFixture.shared.withPage("/combobox") { page, _ in
                let button = try #require(try await page.snapshot().elements.first { $0.name.hasPrefix("Language") })
                #expect(button.isExpanded == false)
                try await page.click(button.reference)
                let opened = try await page.snapshot()
                let option = try opened.element("Italiano")
                #expect(option.role == "option")
                #expect(option.isNew)
                try await page.click(option.reference)
                #expect(try await page.siteState()["language"] == "Italiano")
            }
        }

        @Test("Tabs tell which is chosen, and sections whether they are open")
        func usesTabs() async throws {
            try await BrowserFixture.shared.withPage("/tabs") { page, _ in
                let snapshot = try await page.snapshot()
                #expect(try snapshot.element("Overview").isSelected == true)
                try await page.click(snapshot.reference("Settings"))
                let question = try snapshot.element("When will it arrive?")
                #expect(question.isExpanded == false)
                try await page.click(question.reference)
                let after = try await page.snapshot()
                #expect(try after.element("Settings").isSelected == true)
                #expect(try after.element("Overview").isSelected == false)
                #expect(try after.element("When will it arrive?").isExpanded == true)
                #expect(after.elements.contains { $0.isNew })
            }
        }
    }
}
