//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("Signing in on the page")
    struct SignInTests {
        @Test("Who is signed out is told so, signs in with a token, comes back to the same place, and signs out")
        func wholeWay() async throws {
            try await PageScene.guarded { scene, tokens in
                try await scene.add("line 1", seq: 1)
                try await scene.add("line 2", seq: 2)
                let token = try await tokens.token(Grant([.view]))
                try await WebPage.show(scene.url("/runs/r1?q=line")) { page in
                    try await page.waits(forText: "You are signed out. Your place is kept.", in: ".banner")
                    // What is not known is not claimed.
                    #expect(try await page.text(".head")?.contains("Queued") == false)
                    try await page.click(".banner button")
                    try await page.waits(for: "the form", "document.activeElement.id === 'token'")
                    try await page.waits(forText: "You will return to r1", in: "main")
                    try await page.press("Enter")
                    try await page.waits(forText: "Enter a token", in: ".trouble")
                    try await page.type("x.y.z")
                    try await page.press("Enter")
                    try await page.waits(forText: "token", in: ".trouble")
                    _ = try await page.value("document.querySelector('#token').value = ''")
                    try await page.type(token)
                    try await page.press("Enter")
                    try await page.waits(forText: "line 2", in: ".rec")
                    #expect(try await page.value("location.pathname + location.search").string == "/runs/r1?q=line")
                    #expect(try await page.value("document.cookie").string == "")
                    #expect(try await page.value("JSON.stringify({ ...localStorage, ...sessionStorage })").string?
                        .contains(token) == false)
                    // The token only views.
                    try await page.waits(
                        for: "New run to be gone",
                        "!document.querySelector('[data-needs=run]').checkVisibility()"
                    )

                    _ = try await page.value("location.href = '/sign-in'")
                    try await page.waits(forText: "You are signed in as ada until", in: "main")
                    try await page.waits(forText: "see: all runs", in: "main")
                    try await page.click(".button:not(.primary)")
                    try await page.waits(for: "the form", "document.activeElement.id === 'token'")
                    _ = try await page.value("location.href = '/'")
                    try await page.waits(forText: "You are signed out", in: ".banner")
                }
            }
        }

        @Test("Nobody is led to another site", arguments: ["//evil.example/", "https://evil.example", #"/\\evil.example"#, "javascript:alert(1)"])
        func foreignPlace(next: String) async throws {
            try await PageScene.withGatewayAlone { scene in
                let query = next.utf8.map { "%" + String(256 + Int($0), radix: 16).dropFirst() }.joined()
                try await WebPage.show(scene.url("/sign-in?next=\(query)")) { page in
                    try await page.waits(forText: "asks nobody for a token", in: "main")
                    try await page.click(".primary")
                    try await page.waits(for: "the list", "document.querySelector('.bar') !== null")
                    #expect(try await page.value("location.href").string == scene.url("/"))
                    try await page.expectNoTroubles()
                }
            }
        }

        @Test("The view has names and enough contrast", arguments: [(1280, false), (1280, true), (390, false), (390, true)])
        func faults(width: Int, isDark: Bool) async throws {
            try await PageScene.guarded { scene, _ in
                try await WebPage.show(scene.url("/sign-in"), width: width, isDark: isDark) { page in
                    try await page.waits(for: "the form", "document.activeElement.id === 'token'")
                    #expect(try await page.value(AccessibilityTests.faults).string == "")
                    try await page.expectNoTroubles()
                }
            }
        }
    }
}
