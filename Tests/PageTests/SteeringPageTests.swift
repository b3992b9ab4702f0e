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
    @Suite("People in the loop, in the page")
    struct SteeringPageTests {
        /// It turns red when it is clicked, and blue again with the next click.
        private static let pages: @Sendable (String) -> String? = { target in
            target == "/"
                ? """
                <!doctype html><title>Blue</title>
                <body style="background: blue; margin: 0; height: 100vh" onmousedown="const isBlue = document.title === 'Blue';
                      document.title = isBlue ? 'Red' : 'Blue'; document.body.style.background = isBlue ? 'red' : 'blue'">
                """ : nil
        }

        private static func start(_ scene: PageScene, _ task: String) async throws {
            let body: JSONValue = ["task": .string(task), "request_id": "r"]
            #expect(try await scene.api?.post(body.text).status == 200)
        }

        @Test("A click on the live picture reaches the page, and its effect comes back")
        func control() async throws {
            try await PageServer.with(Self.pages) { site in
                try await PageScene.whole { scene in
                    try await Self.start(scene, "go to \(site.origin)/\nwait for my approval\nread the title")
                    try await WebPage.show(scene.url("/runs/r")) { page in
                        try await page.waits(forText: "Shall the run go on?", in: ".banner.asks")
                        try await page.waits(
                            for: "the picture",
                            "document.querySelector('.view canvas')?.width > 300"
                        )
                        _ = try await page.value("document.querySelector('figcaption .ways button').click()")
                        try await page.waits(forText: "Give back", in: "figcaption .ways")
                        try await page.waits(for: "a picture of its own", Self.isBlue)
                        var times: [Double] = []
                        for _ in 1...9 { times.append(try await page.value(Self.clickAndLook).number ?? -1) }
                        #expect(times.allSatisfy { $0 > 0 })
                        let later = times.dropFirst().sorted()
                        print(
                            "from click to its effect in the picture: the first \(Int(times[0])) ms, "
                                + "then \(Int(later[4])) ms in the median, \(Int(later[7])) ms at most"
                        )
                        try await page.waits(forText: "Clicked", in: ".rec")
                        _ = try await page.value("document.querySelector('figcaption .ways button').click()")
                        try await page.waits(forText: "Take over", in: "figcaption .ways")
                        _ = try await page.value("document.querySelector('.banner.asks .ways button').click()")
                        try await page.waits(forText: "Completed in", in: ".banner")
                        try await page.waits(forText: "Red", in: ".banner")
                        try await page.expectNoTroubles()
                    }
                }
            }
        }

        @Test("A run is paused and goes on by a key")
        func pause() async throws {
            try await PageScene.whole { scene in
                try await Self.start(scene, "go to http://site.test/links and wait 60 seconds and wait 1 second")
                try await WebPage.show(scene.url("/runs/r")) { page in
                    try await page.waits(forText: "Step 2", in: ".facts")
                    try await page.press("p")
                    try await page.waits(forText: "Paused", in: ".banner")
                    try await page.press("p")
                    try await page.waits(forText: "Running", in: ".facts")
                    try await page.expectNoTroubles()
                }
                _ = try await scene.api?.get("/api/agents/r", method: "DELETE")
                _ = try await scene.api?.finishedRun("r")
            }
        }

        private static let middle = """
            (() => {
              const canvas = document.querySelector('.view canvas');
              return [...canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data];
            })()
            """

        private static let isBlue = "(([red, , blue]) => blue > 200 && red < 80)(\(middle))"

        /// Milliseconds from a click to a picture that shows it; -1 if there is none.
        private static let clickAndLook = """
            new Promise((done) => {
              const surface = document.querySelector('.view .pic');
              const box = surface.getBoundingClientRect();
              const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true };
              const [former] = \(middle);
              const start = performance.now();
              for (const name of ['mousedown', 'mouseup']) surface.dispatchEvent(new MouseEvent(name, { ...at, detail: 1 }));
              const look = () => {
                const [red] = \(middle);
                const time = performance.now() - start;
                if (Math.abs(red - former) > 150) done(time);
                else if (time > 10000) done(-1);
                else requestAnimationFrame(look);
              };
              look();
            })
            """
    }
}
