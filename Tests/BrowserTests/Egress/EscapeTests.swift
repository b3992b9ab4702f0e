//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import TestSupport
import Testing

@testable import Browser

extension RestrictedPageTests {
    @Suite("What pages try")
    struct EscapeTests {
        @Test("No page reaches a private address", arguments: Escape.all)
        func staysInside(escape: Escape) async throws {
            let fixture = try EgressFixture.shared
            let policy = try EgressFixture.policy()
            try await Trap.with { trap in
                try await EgressFixture.withSite(escape.answers(trap: trap)) { site in
                    try await fixture.withPage(policy) { page, context in
                        // Where the page itself leads there, that says so.
                        let navigation = try? await page.navigate(to: "\(site.url)/")
                        try await eventually("the attempt to be refused") {
                            context.refusals.contains { $0.reason.hasPrefix("private address") }
                        }
                        #expect(
                            navigation != nil || ["redirect", "meta refresh", "location", "form"].contains(escape.name)
                        )
                        #expect(context.refusals.allSatisfy { $0.target.hasSuffix(":\(trap.port)") })
                        // What is allowed still works, in the same context.
                        let other = try await context.newPage()
                        _ = try await other.navigate(to: "\(site.url)/ok")
                        let text = try await other.text()
                        #expect(text == "ok")
                    }
                }
                #expect(trap.visits == 0)
            }
        }

        @Test("Without the gate the same would reach the trap: it can be seen")
        func control() async throws {
            try await Trap.with { trap in
                let html = """
                    <img src=\(trap.url)/i.png><script>
                    const c = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.2:\(trap.packetPort)'}]});
                    c.createDataChannel('d');
                    c.createOffer().then(o => c.setLocalDescription(o));
                    </script>
                    """
                let free = try BrowserFixture.configuration([
                    "--no-proxy-server", "--allow-loopback-in-peer-connection",
                ])
                try await EgressFixture.withSite(["/": SiteAnswer(body: html)]) { site in
                    try await withBrowser(free, logger: BrowserFixture.logger) { browser in
                        let page = try await browser.newContext().newPage()
                        _ = try await page.navigate(to: "\(site.url)/")
                        try await eventually("the trap to be reached") { trap.visits > 0 && trap.packets > 0 }
                    }
                }
            }
        }

        @Test("Nothing is sent over UDP, and nothing to a server of relays")
        func webRTC() async throws {
            let fixture = try EgressFixture.shared
            let policy = try EgressFixture.policy()
            try await Trap.with { trap in
                let script = """
                    const urls = ['stun:127.0.0.2:\(trap.packetPort)', 'turn:127.0.0.2:\(trap.packetPort)', \
                    'turn:127.0.0.2:\(trap.port)?transport=tcp'];
                    const c = new RTCPeerConnection({iceServers: urls.map(urls => ({urls, username: 'u', credential: 'p'}))});
                    window.candidates = [];
                    c.onicecandidate = e => { if (e.candidate) candidates.push(e.candidate.candidate) };
                    c.createDataChannel('d');
                    c.createOffer().then(o => c.setLocalDescription(o));
                    new Promise(done => c.onicegatheringstatechange = () => c.iceGatheringState == 'complete' && done())
                    """
                try await EgressFixture.withSite([:]) { site in
                    try await fixture.withPage(policy) { page, _ in
                        _ = try await page.navigate(to: "\(site.url)/")
                        _ = try await page.evaluate(
                            "(async () => { \(script.replacing("new Promise", with: "await new Promise")); })()",
                            until: .after(.seconds(120))
                        )
                        let candidates = try await page.evaluate("candidates.join(' ')", until: .after(.seconds(5)))
                            .string
                        #expect(candidates?.contains("udp") == false || candidates == "")
                    }
                }
                #expect(trap.visits == 0)
            }
        }

        @Test("A page cannot use QUIC")
        func webTransport() async throws {
            let fixture = try EgressFixture.shared
            let policy = try EgressFixture.policy()
            try await Trap.with { trap in
                try await EgressFixture.withSite([:]) { site in
                    try await fixture.withPage(policy) { page, _ in
                        _ = try await page.navigate(to: "\(site.url)/")
                        let result = try await page.evaluate(
                            """
                            (async () => {
                                if (!window.WebTransport) return 'none';
                                try { await new WebTransport('https://127.0.0.2:\(trap.packetPort)/').ready; return 'open' } \
                            catch (e) { return 'failed' }
                            })()
                            """,
                            until: .after(.seconds(60))
                        ).string
                        #expect(result == "failed" || result == "none")
                    }
                }
                #expect(trap.visits == 0)
            }
        }

        @Test("The error of a page that is refused names the rule")
        func namesTheRule() async throws {
            let fixture = try EgressFixture.shared
            let policy = try EgressFixture.policy()
            try await Trap.with { trap in
                let redirect = SiteAnswer(status: "302 Found", headers: ["Location": "http://evil.test:\(trap.port)/"])
                try await EgressFixture.withSite(["/redirect": redirect]) { site in
                    try await fixture.withPage(policy) { page, _ in
                        for (url, words) in [
                            (trap.url, "127.0.0.2:\(trap.port) is blocked (private address)"),
                            ("http://2130706434:\(trap.port)/", "is blocked (private address)"),
                            ("http://meta.invalid/", "meta.invalid:80 is blocked (private address 169.254.169.254)"),
                            ("\(site.url)/redirect", "evil.test:\(trap.port) is blocked (private address 127.0.0.2)"),
                        ] {
                            let error = await #expect(throws: BrowserError.self) { try await page.navigate(to: url) }
                            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
                            #expect(error?.netError == "net::ERR_BLOCKED_BY_ADMINISTRATOR")
                        }
                    }
                }
                #expect(trap.visits == 0)
            }
        }
    }
}
