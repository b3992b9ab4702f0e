//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import ServiceTesting
import TestSupport
import Testing

/// Web pages that watch runs, in real browsers.
@Suite("Web pages that watch a run")
struct WebPageTests {
    private static let key = "browser_use_logs:my-run-1"

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The page of the README, which logs what it receives and reports each event to a server of the test.
    private static func readmePage(gateway: Int, report: String) throws -> String {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let start = try #require(readme.firstRange(of: "```js\n"))
        let end = try #require(readme[start.upperBound...].firstRange(of: "```"))
        let snippet = readme[start.upperBound..<end.lowerBound]
        #expect(snippet.contains("127.0.0.1:3000"))
        return """
            <!doctype html><script>
            const seen = [];
            const tell = text => fetch("\(report)/report", { method: "POST", mode: "no-cors", body: text });
            console.log = event => { seen.push(event.data?.message ?? event.type); tell(seen.join(" ")); };
            \(snippet.replacing("127.0.0.1:3000", with: "127.0.0.1:\(gateway)"))
            source.onerror = () => { if (source.readyState === EventSource.CLOSED) tell("refused"); };
            </script>
            """
    }

    private func waits(for text: String, at server: PageServer) async throws {
        try await eventually("the page to tell \"\(text)\"; it has reported \(server.bodies)") {
            server.bodies.contains(text)
        }
    }

    @Test("The README's page works from another port, live, and from a file")
    func readme() async throws {
        try await withRedisServer { redis in
            try await redis.cli("XADD", Self.key, "*", "msg", "one")
            try await withGateway(redisURL: redis.url) { gateway in
                try await PageServer.with {
                    $0 == "/report" ? "" : nil
                } body: { reports in
                    let page = try Self.readmePage(gateway: gateway.port, report: reports.origin)
                    try await PageServer.with {
                        $0 == "/" ? page : nil
                    } body: { pages in
                        try await WebBrowser.show("\(pages.otherOrigin)/") {
                            try await waits(for: "connected one", at: reports)
                            try await redis.cli("XADD", Self.key, "*", "msg", "two")
                            try await waits(for: "connected one two", at: reports)
                        }
                    }
                    let directory = try TemporaryDirectory()
                    defer { directory.remove() }
                    try Data(page.utf8).write(to: URL(filePath: directory.file("page.html")))
                    try await redis.cli("XADD", Self.key, "*", "msg", "three")
                    try await WebBrowser.show("file://\(directory.file("page.html"))") {
                        try await waits(for: "connected one two three", at: reports)
                    }
                }
            }
        }
    }

    @Test("A page of another machine must not read a run, unless CORS_ORIGINS lists it")
    func foreignSite() async throws {
        try await withRedisServer { redis in
            try await redis.cli("XADD", Self.key, "*", "msg", "one")
            for (origins, told) in [("", "refused"), ("http://*.example:*", "connected one")] {
                try await withGateway(redisURL: redis.url, settings: ["CORS_ORIGINS": origins]) { gateway in
                    try await PageServer.with {
                        $0 == "/report" ? "" : nil
                    } body: { reports in
                        let page = try Self.readmePage(gateway: gateway.port, report: reports.origin)
                        try await PageServer.with {
                            $0 == "/" ? page : nil
                        } body: { pages in
                            let url = pages.origin.replacing("127.0.0.1", with: "www.evil.example")
                            try await WebBrowser.show("\(url)/", hosts: ["www.evil.example": "127.0.0.1"]) {
                                try await waits(for: told, at: reports)
                                if origins.isEmpty { #expect(!reports.bodies.joined().contains("connected")) }
                            }
                        }
                    }
                }
            }
        }
    }

    @Test("The example dashboard shows a run live to the end", arguments: WebBrowser.Kind.allCases)
    func dashboard(browser: WebBrowser.Kind) async throws {
        let html = try String(contentsOf: Self.root.appending(path: "examples/dashboard/index.html"), encoding: .utf8)
        try await withRedisServer { redis in
            try await redis.cli("XADD", Self.key, "*", "msg", "📍 Step 1: <b>Navigate</b>")
            try await withGateway(redisURL: redis.url) { gateway in
                try await PageServer.with {
                    $0 == "/report" ? "" : nil
                } body: { reports in
                    let observer = """
                        <script>
                        const tell = () => fetch("\(reports.origin)/report", { method: "POST", mode: "no-cors",
                          body: [status.textContent, ...[...lines.children].map(line => line.textContent)].join("|") });
                        new MutationObserver(tell).observe(document.body,
                          { childList: true, characterData: true, subtree: true });
                        </script>
                        """
                    try await PageServer.with {
                        $0.hasPrefix("/?") ? html + observer : nil
                    } body: { pages in
                        let query = "request_id=my-run-1&gateway=http://127.0.0.1:\(gateway.port)"
                        try await WebBrowser.show("\(pages.otherOrigin)/?\(query)", in: browser) {
                            try await waits(for: "connected|📍 Step 1: <b>Navigate</b>", at: reports)
                            try await redis.cli("XADD", Self.key, "*", "msg", "done", "level", "WARNING")
                            try await waits(for: "connected|📍 Step 1: <b>Navigate</b>|done", at: reports)
                            let data = #"{"status":"completed","result":"42","steps":1}"#
                            try await redis.cli("XADD", Self.key, "*", "msg", "over", "kind", "end", "data", data)
                            try await waits(for: "completed|📍 Step 1: <b>Navigate</b>|done|42", at: reports)
                        }
                    }
                }
            }
        }
    }
}
