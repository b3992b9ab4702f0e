//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Hosts
import TestSupport
import Testing

@testable import Browser

extension RestrictedPageTests {
    @Suite("Allowed domains")
    struct AllowedDomainTests {
        private func policy(_ patterns: String...) throws -> EgressPolicy {
            EgressPolicy(allowedDomains: try patterns.map { try DomainPattern($0) })
        }

        @Test("A page of an allowed domain works, and what it wants from others is left out")
        func leavesOutOthers() async throws {
            let fixture = try EgressFixture.shared
            let policy = try policy("example.test", "*.shop.test")
            let body = """
                <p id=status>waiting</p><script>
                const tries = ['http://example.test:PORT/a', 'http://www.example.test:PORT/a', 'http://a.shop.test:PORT/a', \
                'http://shop.test:PORT/a', 'http://sub.example.test:PORT/a', 'http://notexample.test:PORT/a', \
                'http://example.test.evil.test:PORT/a', 'http://127.0.0.1:PORT/a'];
                const port = location.port;
                Promise.all(tries.map(t => fetch(t.replace('PORT', port), {mode: 'no-cors'}).then(() => 1, () => 0)))
                    .then(r => document.getElementById('status').textContent = r.join(''))
                </script>
                """
            try await EgressFixture.withSite(["/page": SiteAnswer(body: body)]) { site in
                try await fixture.withPage(policy) { page, context in
                    _ = try await page.navigate(to: "http://example.test:\(site.port)/page")
                    try await page.waitForStatus("11110000")
                    let refused = Set(context.refusals.map(\.target))
                    #expect(
                        refused
                            == Set(
                                [
                                    "sub.example.test", "notexample.test", "example.test.evil.test", "127.0.0.1",
                                ]
                                .map { "\($0):\(site.port)" }
                            )
                    )
                    #expect(context.refusals.allSatisfy { $0.reason == "not an allowed domain" })
                }
                let hosts = Set(site.requests.compactMap { $0.headers["host"]?.prefix { $0 != ":" } })
                #expect(hosts == ["example.test", "www.example.test", "a.shop.test", "shop.test"])
            }
        }

        @Test(
            "The host is what counts, however it is written",
            arguments: [
                ("http://EXAMPLE.test:PORT/", true), ("http://example.test.:PORT/", true),
                ("http://user:pw@example.test:PORT/", true), ("http://example.test:PORT@evil.test:PORT/", false),
                ("http://evil.test:PORT/?http://example.test", false), ("http://evil.test:PORT\\@example.test/", false),
                ("http://example%2etest:PORT/", true), ("http://bücher.test:PORT/", true),
                ("http://xn--bcher-kva.test:PORT/", true), ("http://büchér.test:PORT/", false),
                ("http:example.test:PORT/", true), ("http:\\\\evil.test:PORT\\", false),
            ]
        )
        func spelling(url: String, isAllowed: Bool) async throws {
            let fixture = try EgressFixture.shared
            let policy = try policy("example.test", "xn--bcher-kva.test")
            try await EgressFixture.withSite([:]) { site in
                try await fixture.withPage(policy) { page, _ in
                    let url = url.replacing("PORT", with: "\(site.port)")
                    do {
                        _ = try await page.navigate(to: url)
                        #expect(isAllowed)
                    } catch let error as BrowserError {
                        #expect(!isAllowed, "\(error)")
                        #expect(error.message.contains("is blocked (not an allowed domain)"), "\(error)")
                    }
                }
                #expect(site.requests.isEmpty == !isAllowed)
            }
        }

        @Test("Where only https is allowed, nothing is sent in the clear")
        func httpsOnly() async throws {
            let fixture = try EgressFixture.shared
            let policy = try policy("https://secure.test", "http://plain.test")
            try await EgressFixture.withSite([:]) { site in
                try await fixture.withPage(policy) { page, context in
                    let early = await #expect(throws: BrowserError.self) {
                        try await page.navigate(to: "http://secure.test:\(site.port)/")
                    }
                    #expect(early?.message.contains("allowed over https only") == true)
                    _ = try await page.navigate(to: "http://plain.test:\(site.port)/")
                    _ = try await page.evaluate(
                        "fetch('http://secure.test:\(site.port)/f', {mode: 'no-cors'}).catch(() => 0)",
                        until: .after(.seconds(60))
                    )
                    #expect(context.refusals.map(\.reason).contains("allowed over https only"))
                }
                #expect(site.requests.allSatisfy { $0.headers["host"]?.hasPrefix("plain.test") == true })
            }
        }

        @Test("Contexts with different policies do not get in each other's way")
        func sideBySide() async throws {
            let fixture = try EgressFixture.shared
            let (one, two) = (try policy("one.test"), try policy("two.test"))
            try await EgressFixture.withSite([:]) { site in
                try await withThrowingDiscardingTaskGroup { group in
                    for (policy, own, other) in [(one, "one", "two"), (two, "two", "one")] {
                        group.addTask {
                            try await fixture.withPage(policy) { page, context in
                                for _ in 0..<3 {
                                    _ = try await page.navigate(to: "http://\(own).test:\(site.port)/\(own)")
                                    await #expect(throws: BrowserError.self) {
                                        try await page.navigate(to: "http://\(other).test:\(site.port)/never")
                                    }
                                }
                                #expect(context.refusals.map(\.target) == ["\(other).test:\(site.port)"])
                            }
                        }
                    }
                }
                #expect(!site.requests.contains { $0.target == "/never" })
                #expect(
                    site.requests.contains { $0.target == "/one" } && site.requests.contains { $0.target == "/two" }
                )
            }
        }

        @Test(
            "Only pages of the web are opened",
            arguments: [
                "file:///etc/passwd", "chrome://version", "view-source:http://one.test/", "javascript:1",
                "data:text/html,x", "blob:http://one.test/x", "filesystem:http://one.test/x", "devtools://devtools",
                "about:version", " file:///etc/passwd", "chrome-error://chromewebdata/x", "ftp://one.test/",
            ]
        )
        func otherSchemes(url: String) async throws {
            let fixture = try EgressFixture.shared
            try await fixture.withPage(EgressPolicy()) { page, _ in
                let error = await #expect(throws: BrowserError.self) { try await page.navigate(to: url) }
                #expect(error?.message.contains("only http and https pages are allowed") == true)
                #expect(page.url == "about:blank")
            }
        }

        @Test("A page that gets to another scheme by itself is left, and that is told")
        func leavesOtherSchemes() async throws {
            let fixture = try EgressFixture.shared
            let script =
                "<a id=a>x</a><script>a.href = URL.createObjectURL(new Blob(['<p>blob</p>'], {type: 'text/html'}))</script>"
            let answers = [
                "/same": SiteAnswer(body: script + "<script>setTimeout(() => location = a.href, 50)</script>"),
                "/popup": SiteAnswer(body: script + "<script>window.open(a.href)</script>"),
            ]
            for path in ["/same", "/popup"] {
                try await EgressFixture.withSite(answers) { site in
                    try await fixture.withPage(EgressPolicy()) { page, context in
                        _ = try? await page.navigate(to: site.url + path)
                        try await eventually("the page to be left") {
                            context.refusals.contains { $0.reason == "only http and https pages are allowed" }
                                && !context.openPages.contains { $0.url.hasPrefix("blob:") }
                        }
                        #expect(context.refusals.first?.target.hasPrefix("blob:http://127.0.0.1") == true)
                    }
                }
            }
        }

        @Test("A page of the web cannot show files of this machine")
        func files() async throws {
            let fixture = try EgressFixture.shared
            let body = """
                <iframe src=file:///etc/passwd></iframe><p id=status>waiting</p><script>
                fetch('file:///etc/passwd').then(r => r.text(), () => 'no').then(t => {
                    const w = window.open('file:///etc/passwd');
                    document.getElementById('status').textContent = t;
                })
                </script>
                """
            try await EgressFixture.withSite(["/": SiteAnswer(body: body)]) { site in
                try await fixture.withPage(EgressPolicy()) { page, context in
                    _ = try await page.navigate(to: "\(site.url)/")
                    try await page.waitForStatus("no")
                    let frame = try await page.evaluate(
                        "document.querySelector('iframe').contentDocument?.body?.textContent ?? ''",
                        until: .after(.seconds(5))
                    )
                    #expect(frame.string == "")
                    #expect(!context.openPages.contains { $0.url.hasPrefix("file:") })
                }
            }
        }
    }
}
