//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("Questions and control, in the page")
    struct QuestionPageTests {
        private static func start(_ scene: PageScene, _ task: String) async throws {
            let body: JSONValue = ["task": .string(task), "request_id": "r"]
            #expect(try await scene.api?.post(body.text).status == 200)
        }

        private static let input = ".banner.asks input"

        @Test("A question is answered by the keyboard, and gives way to the next one, which asks for a secret")
        func answers() async throws {
            try await PageScene.whole { scene in
                let task = "go to http://site.test/login and ask me for a number\nask me for the code\nwait 1 second"
                try await Self.start(scene, task)
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "A number?", in: ".banner.asks")
                    #expect(try await page.count(".banner.asks[role=alert]") == 1)
                    #expect(try await page.value("document.querySelector('\(Self.input)').type").string == "text")
                    // Records that come meanwhile leave alone what is typed.
                    _ = try await page.value("document.querySelector('\(Self.input)').focus()")
                    try await page.type("4")
                    try await scene.add("in between", to: "r", seq: 900)
                    try await page.waits(forText: "in between", in: ".rec:last-of-type, .rec")
                    try await page.type("2")
                    try await page.press("Enter")
                    try await page.waits(forText: "Answered: 42", in: "main")
                    try await page.waits(forText: "The code?", in: ".banner.asks")
                    #expect(try await page.value("document.querySelector('\(Self.input)').type").string == "password")
                    #expect(try await page.value("document.querySelector('\(Self.input)').value").string == "")
                    _ = try await page.value("document.querySelector('\(Self.input)').focus()")
                    try await page.type("734911")
                    try await page.press("Enter")
                    try await page.waits(forText: "the text is not shown", in: "main")
                    try await page.waits(forText: "Completed in", in: ".banner")
                    #expect(try await page.value("document.body.innerText.includes('734911')").bool == false)
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("A question that somebody else has answered goes away, and one that is not approved fails the run")
        func elsewhere() async throws {
            try await PageScene.whole { scene in
                let task = "go to http://site.test/login and ask me for a number\nwait for my approval"
                try await Self.start(scene, task)
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "A number?", in: ".banner.asks")
                    let answered = try await scene.api?.post(#"{"text":"7"}"#, to: "/api/agents/r/answer")
                    #expect(answered?.status == 202)
                    try await page.waits(forText: "Shall the run go on?", in: ".banner.asks")
                    #expect(try await page.count(Self.input) == 0)
                    #expect(try await page.texts(".banner.asks .ways button") == ["Approve", "Do not"])
                    try await page.click(".banner.asks .ways button:last-child")
                    try await page.waits(forText: "Failed", in: ".facts")
                    #expect(try await page.count(".banner.asks") == 0)
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("A page that opens while a run waits or is paused shows that, and lets it go on")
        func opened() async throws {
            try await PageScene.whole { scene in
                try await Self.start(scene, "go to http://site.test/login and ask me for a number\nwait 1 second")
                try await eventually("the run to wait") { try await scene.api?.run("r").status == .waiting }
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "A number?", in: ".banner.asks")
                }
                #expect(try await scene.api?.post("", to: "/api/agents/r/pause").status == 202)
                #expect(try await scene.api?.post(#"{"text":"7"}"#, to: "/api/agents/r/answer").status == 202)
                try await eventually("the run to be paused") { try await scene.api?.run("r").status == .paused }
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "Its time stands still", in: ".banner.held")
                    try await page.click(".banner.held button")
                    try await page.waits(forText: "Completed in", in: ".banner")
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("Keys, a paste and the wheel go to the page that is controlled")
        func keys() async throws {
            let pages: @Sendable (String) -> String? = { target in
                target == "/"
                    ? """
                    <!doctype html><title>Empty</title><body style="margin: 0">
                    <textarea style="width: 100vw; height: 100vh; border: 0" oninput="document.title = this.value"
                      onwheel="this.value += '~'; document.title = this.value"></textarea>
                    """ : nil
            }
            try await PageServer.with(pages) { site in
                try await PageScene.whole { scene in
                    try await Self.start(scene, "go to \(site.origin)/\nwait for my approval\nread the title")
                    try await WebPage.show(scene.url("/runs/r")) { page in
                        try await page.waits(forText: "Shall the run go on?", in: ".banner.asks")
                        try await page.waits(for: "the picture", "document.querySelector('.view canvas')?.width > 300")
                        try await page.click("figcaption .ways button")
                        try await page.waits(forText: "Give back", in: "figcaption .ways")
                        // The first click of the mouse gives the field its focus, and the picture the keys.
                        _ = try await page.value(Self.click)
                        try await page.press("o", "n", "e", "Backspace")
                        _ = try await page.value(Self.pasteAndTurn)
                        try await eventually("what was done to be told") {
                            try await page.texts(".rec").contains { $0.contains("Typed") || $0.contains("Backspace") }
                        }
                        // The page has turned its wheel when the run reads its title.
                        let second = try await scene.api?.post("{}", to: "/api/agents/r/control")
                        #expect(second?.status == 409)
                        try await page.click("figcaption .ways button")
                        try await page.waits(forText: "Take over", in: "figcaption .ways")
                        try await page.click(".banner.asks .ways button")
                        try await page.waits(forText: "Completed in", in: ".banner")
                        try await page.waits(forText: "onpasted~", in: ".banner")
                        try await page.expectNoTroubles()
                    }
                }
            }
        }

        private static let click = """
            (() => {
              const surface = document.querySelector('.view .pic');
              const box = surface.getBoundingClientRect();
              const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true };
              for (const name of ['mousedown', 'mouseup']) surface.dispatchEvent(new MouseEvent(name, { ...at, detail: 1 }));
            })()
            """

        private static let pasteAndTurn = """
            (() => {
              const surface = document.querySelector('.view .pic');
              const box = surface.getBoundingClientRect();
              const clipboardData = new DataTransfer();
              clipboardData.setData('text/plain', 'pasted');
              surface.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
              const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true };
              surface.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: 40, cancelable: true }));
            })()
            """

        @Test("Who asks for control that somebody else has is told so")
        func taken() async throws {
            try await PageScene.whole { scene in
                try await Self.start(scene, "go to http://site.test/login and wait for my approval")
                try await eventually("the run to wait") { try await scene.api?.run("r").status == .waiting }
                #expect(try await scene.api?.post("{}", to: "/api/agents/r/control").status == 200)
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "Take over", in: "figcaption .ways")
                    try await page.click("figcaption .ways button")
                    try await page.waits(forText: "control")
                    try await page.waits(for: "the reason", "/has control/.test(document.body.innerText)")
                    #expect(try await page.text("figcaption .ways")?.contains("Take over") == true)
                }
                #expect(try await scene.api?.post(#"{"approved":true}"#, to: "/api/agents/r/answer").status == 202)
                _ = try await scene.api?.get("/api/agents/r", method: "DELETE")
            }
        }
    }
}
