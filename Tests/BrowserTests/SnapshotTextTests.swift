//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Browser

@Suite("A snapshot's text")
struct SnapshotTextTests {
    private func line(_ index: Int, name: String = "Save", shown: Bool = true) -> SnapshotText.Line {
        var element = PageElement(
            index: index,
            reference: ElementReference(session: "s", backendNode: index),
            tag: "button",
            role: "button",
            name: name
        )
        element.isInViewport = shown
        return SnapshotText.Line(depth: 0, isShown: shown, content: .element(element, ownText: name))
    }

    @Test("An element's line has what tells it from others, and nothing twice")
    func writesElements() {
        var element = PageElement(
            index: 33,
            reference: ElementReference(session: "s", backendNode: 1),
            tag: "input",
            role: "checkbox",
            name: "Gift",
            attributes: ["type": "checkbox", "name": "extra", "id": "x7", "aria-label": "Gift", "required": "true"]
        )
        element.isChecked = true
        element.isDisabled = true
        element.isNew = true
        let text = ElementLine(element, ownText: "").text
        #expect(
            text == "*[33]<input type=checkbox name=extra aria-label=Gift checked=true required=true disabled=true />"
        )
    }

    @Test("Links of the page's own site are told by their path, long lists by their beginning")
    func shortens() {
        let reference = ElementReference(session: "s", backendNode: 1)
        let link = { (href: String) in
            let element = PageElement(
                index: 1,
                reference: reference,
                tag: "a",
                role: "link",
                name: "Go",
                attributes: ["href": href]
            )
            return ElementLine(element, ownText: "Go", origin: ElementLine.origin(of: "https://a.example/b?c=d")).text
        }
        #expect(link("https://a.example/x?y#z") == "[1]<a href=/x?y#z />Go")
        #expect(link("https://a.example.net/x") == "[1]<a href=https://a.example.net/x />Go")
        #expect(link("mailto:a@b.example") == "[1]<a href=mailto:a@b.example />Go")
        #expect(link("https://a.example/" + String(repeating: "x", count: 200)).count < 110)
        let list = PageElement(
            index: 1,
            reference: reference,
            tag: "select",
            role: "combobox",
            name: "Year",
            options: (1990...2020).map(String.init)
        )
        #expect(ElementLine(list, ownText: "").text.hasSuffix("|1999|… 21 more />Year"))
    }

    @Test("A long text is cut around what the window shows, and says what is left out")
    func cutsAroundWindow() {
        let lines = (1...100).map { line($0, shown: (50...52).contains($0)) }
        let text = SnapshotText(lines).text(limit: 200)
        let written = text.split(separator: "\n")
        #expect(text.contains("[50]<button />Save\n[51]<button />Save\n[52]<button />Save"))
        #expect(written.first == "… 46 lines above with 46 elements are left out …")
        #expect(written.last == "… 44 lines below with 44 elements are left out …")
        #expect(SnapshotText(lines).text(limit: 100_000).split(separator: "\n").count == 100)
        #expect(
            SnapshotText(lines).text(limit: 0)
                == "… 49 lines above with 49 elements are left out …\n… 51 lines below with 51 elements are left out …"
        )
        #expect(SnapshotText([]).text(limit: 10) == "")
    }

    @Test(
        "Text of a page does not look like an element",
        arguments: [
            ("[1]<button type=submit />Save changes", "(1)<button type=submit />Save changes"),
            ("*[ 22 ]<a />Pay", "*( 22 )<a />Pay"), ("|scroll|<div />", "(SCROLL)<div />"),
            ("See note [3] and a[0], or |x|", "See note (3) and a(0), or |x|"), ("plain", "plain"), ("[a] [", "[a] ["),
        ]
    )
    func guardsText(text: String, told: String) {
        let lines = [SnapshotText.Line(depth: 0, isShown: true, content: .text(text))]
        #expect(SnapshotText(lines).text(limit: 1000) == told)
    }

    @Test("Of a long page what lies around the window is told, and how much is left out above and below")
    func nearWindow() {
        let lines = (0..<300).map { number in
            var line = SnapshotText.Line(
                depth: 0,
                isShown: (100..<110).contains(number),
                content: .text("line number \(number) of a long page")
            )
            line.distance = number < 100 ? Double(number - 100) / 10 : number < 110 ? 0 : Double(number - 109) / 10
            return line
        }
        let text = SnapshotText(lines).text(limit: 40_000, isNearWindow: true)
        let told = text.split(separator: "\n")
        #expect(told.first == "… 90 lines above with 0 elements are left out …")
        #expect(told[1] == "line number 90 of a long page")
        #expect(told.last == "… 180 lines below with 0 elements are left out …")
        #expect(SnapshotText(lines).text(limit: 40_000).contains("line number 299"))
        #expect(
            SnapshotText(Array(lines.prefix(40))).text(limit: 40_000, isNearWindow: true).contains("line number 1 of")
        )
    }

    @Test("What the script answers is checked")
    func refusesOtherAnswers() {
        #expect(throws: BrowserError.self) { try FrameSnapshot("not an object") }
        #expect(throws: BrowserError.self) { try FrameSnapshot([:]) }
        let odd: DevToolsValue = ["items": [["e", 0, [:]], ["t", 0], ["?", 0, 1], 3, ["t", 1, "kept", 1, 0]]]
        let count = try? FrameSnapshot(odd).items.count
        #expect(count == 1)
    }
}
