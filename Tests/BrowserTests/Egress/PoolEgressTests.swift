//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Hosts
import TestSupport
import Testing

@testable import Browser

@Suite("Restrictions of runs")
struct PoolEgressTests {
    private func withPool<Result>(
        _ configuration: BrowserConfiguration,
        _ body: (BrowserPool) async throws -> Result
    ) async throws -> Result {
        let pool = BrowserPool(configuration, logger: BrowserFixture.logger)
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    private static let rules = "--host-resolver-rules=MAP *.test 127.0.0.1"

    /// When the worker has sent a request, in milliseconds; `nil` for requests of pages.
    private static func time(of request: ScriptedRequest) -> Double? {
        let prefix = "/late?at="
        return request.target.hasPrefix(prefix) ? Double(request.target.dropFirst(prefix.count)) : nil
    }

    @Test("The next run of a session may be narrower: nothing that the last one left gets out, from no cache either")
    func narrowerRun() async throws {
        let worker = """
            self.oninstall = e => self.skipWaiting();
            self.onactivate = e => e.waitUntil(self.clients.claim());
            self.onfetch = e => e.respondWith(new Response('from the worker', {headers: {'Content-Type': 'text/html'}}));
            const late = () => 'http://other.test:PORT/late?at=' + Date.now();
            setInterval(() => fetch(late(), {mode: 'no-cors'}).catch(() => {}), 20);
            """
        let answers = [
            "/cached": SiteAnswer(headers: ["Cache-Control": "max-age=600"], body: "cached"),
            "/late": SiteAnswer(type: "text/plain", body: "late"),
        ]
        try await EgressFixture.withSite(answers) { site in
            try await EgressFixture.withSite(
                ["/sw.js": SiteAnswer(type: "text/javascript", body: worker.replacing("PORT", with: "\(site.port)"))]
            ) { home in
                var configuration = try BrowserFixture.configuration([Self.rules])
                configuration.egress = EgressPolicy()
                try await withPool(configuration) { pool in
                    let first = try await pool.newContext(session: "s")
                    let page = try await first.currentPage()
                    _ = try await page.navigate(to: "http://one.test:\(site.port)/cached")
                    _ = try await page.navigate(to: "\(home.url)/")
                    _ = try await page.evaluate(
                        "navigator.serviceWorker.register('/sw.js').then(() => 1)",
                        until: .after(.seconds(60))
                    )
                    try await eventually("the worker to send") { site.requests.contains { Self.time(of: $0) != nil } }
                    await first.close()
                    let allowed = try [DomainPattern("two.test")]
                    let second = try await pool.newContext(session: "s", allowedDomains: allowed)
                    let narrow = try await second.currentPage()
                    _ = try await narrow.navigate(to: "http://two.test:\(site.port)/two")
                    let before = site.requests.count
                    // What the worker had sent when its run ended may still be read by the site after this.
                    let start = try #require(try await narrow.evaluate("Date.now()").number)
                    for url in ["http://one.test:\(site.port)/cached", "\(home.url)/"] {
                        await #expect(throws: BrowserError.self) { try await narrow.navigate(to: url) }
                    }
                    _ = try await narrow.navigate(to: "http://two.test:\(site.port)/again")
                    // By a link the browser would take what it has.
                    _ = try await narrow.evaluate(
                        "void (location = 'http://one.test:\(site.port)/cached')",
                        until: .after(.seconds(5))
                    )
                    try await eventually("the page to be refused") {
                        second.refusals.contains { $0.target == "one.test:\(site.port)" }
                            && !narrow.url.contains("one.test")
                    }
                    #expect(!site.requests.contains { Self.time(of: $0).map { $0 > start } ?? false })
                    let others = site.requests.dropFirst(before).filter { Self.time(of: $0) == nil }
                    let targets = Set(others.map(\.target))
                    #expect(targets.isSubset(of: ["/again", "/favicon.ico"]), "\(targets)")
                    await second.close()
                }
            }
        }
    }

    @Test("A context is shut between runs, and its gate ends with it")
    func shutBetweenRuns() async throws {
        let configuration = try BrowserFixture.configuration([Self.rules])
        try await withPool(configuration) { pool in
            let context = try await pool.newContext(session: "s")
            let gate = try #require(context.shared.gate)
            #expect(gate.policy != nil)
            await context.close()
            #expect(gate.policy == nil)
            let again = try await pool.newContext(session: "s")
            #expect(again.shared.gate === gate)
            await again.close()
            await pool.close()
            // Another test's server may have got the port meanwhile; it goes with its test.
            try await eventually("nobody to listen at the gate's port") {
                (try? await PortProbe.connect(to: gate.port)) == nil
            }
        }
    }

    @Test("Where it cannot be kept to, a restriction is refused")
    func refusesWithoutGate() async throws {
        let configuration = try BrowserFixture.configuration(["--proxy-server=http://127.0.0.1:9"])
        try await withPool(configuration) { pool in
            let allowed = try [DomainPattern("one.test")]
            let error = await #expect(throws: BrowserError.self) {
                try await pool.newContext(session: "s", allowedDomains: allowed)
            }
            #expect(error?.code == .notSupported)
            // The session is free again.
            await (try pool.newContext(session: "s")).close()
        }
    }

    @Test(
        "What stands in the way of restrictions is named",
        arguments: [
            (nil, [], ["HTTP_PROXY": ""], nil), (nil, ["--lang=de"], ["NO_PROXY": "x", "PATH": "/"], nil),
            ("ws://x", [], [:], "BROWSER_CDP_URL"), (nil, ["--proxy-server=p"], [:], "--proxy-server"),
            (nil, ["--proxy-pac-url=p"], [:], "--proxy-pac-url"), (nil, [], ["https_proxy": "p"], "https_proxy"),
            (nil, [], ["ALL_PROXY": "p"], "ALL_PROXY"),
        ] as [(String?, [String], [String: String], String?)]
    )
    func namesObstacle(cdpURL: String?, arguments: [String], environment: [String: String], name: String?) {
        let configuration = BrowserConfiguration(extraArguments: arguments, cdpURL: cdpURL)
        let reason = configuration.gateObstacle(environment: environment)
        #expect((reason == nil) == (name == nil))
        #expect(name.map { reason?.contains($0) == true } ?? true)
    }
}
