//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import ServiceTesting
import TestSupport
import Testing

@Suite("The page in Firefox", .serialized)
struct FirefoxTests {
    @Test("A run is started and watched live, found in the list and on the wall, and its log is searched")
    func mainPath() async throws {
        try await PageScene.whole { scene in
            try await FirefoxPage.show(scene.url()) { page in
                try await page.waits(forText: "No runs yet", in: "main")
                try await page.press("n")
                try await page.waits(for: "the form", "document.activeElement.name === 'task'")
                let task = "Go to http://site.test/links and click \"Link 3\" and wait 120 seconds"
                for character in task { try await page.press(character == " " ? " " : String(character)) }
                try await page.press("Control+Enter")
                try await page.waits(for: "the run's page", "location.pathname.startsWith('/runs/run-')")
                try await page.waits(forText: "Clicked \"Link 3\"", in: ".rec")
                try await page.waits(forText: "Live", in: ".chip.on")
                try await page.waits(for: "the live picture", "document.querySelector('.view canvas')?.width > 300")
                try await page.press("/")
                for character in "Link" { try await page.press(String(character)) }
                try await page.waits(forText: "lines", in: ".tools .count")
                try await page.press("Enter")
                try await page.waits(for: "the record", "document.querySelector('.rec.chosen') !== null")
                try await page.press("Escape")

                try await page.press("g", "w")
                try await page.waits(for: "the wall", "document.querySelector('.tile canvas')?.width > 100")
                try await page.press("g", "r")
                try await page.waits(for: "the list", "document.querySelector('.row canvas')?.width > 100")
                // The pages that were left hold no connection, of which a browser has six to a host.
                try await page.press("j", "x")
                try await page.waits(forText: "Cancel this run?", in: "dialog")
                try await page.press("Enter")
                try await page.waits(for: "the end", "document.querySelector('.row .status.cancelled') !== null")
            }
        }
    }

    @Test("Lines that are written meanwhile come live, and none becomes markup")
    func lines() async throws {
        try await PageScene.withGatewayAlone { scene in
            try await scene.add("<b>line</b> 1 \u{202E}x", seq: 1)
            try await FirefoxPage.show(scene.url("/runs/r1")) { page in
                try await page.waits(forText: "<b>line</b> 1 ‹U+202E›x", in: ".rec")
                try await scene.add("line 2", seq: 2)
                try await page.waits(forText: "line 2", in: ".rec")
                #expect(try await page.value("document.querySelectorAll('.rec .words b').length").integer == 0)
                try await scene.end(seq: 3)
                try await page.waits(forText: "Completed", in: ".banner")
            }
        }
    }
}
