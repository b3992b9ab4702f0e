//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    @Suite("The page behind proxies")
    struct ProxyTests {
        /// Runs nginx with nothing set but where it listens and what is behind it.
        private static func withNginx<Result>(
            to port: Int,
            _ body: (String) async throws -> Result
        ) async throws -> Result {
            guard let path = Executable.find(["nginx"]) else {
                throw TestFailure("nginx is not there: install the Debian package nginx-light")
            }
            let own = try await freePort()
            let directory = try TemporaryDirectory(prefix: "stepcast-nginx")
            defer { directory.remove() }
            let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(directory.file($0));" }.joined(separator: " ")
            let configuration = """
                daemon off; master_process off; pid \(directory.file("pid")); error_log \(directory.file("error.log"));
                events {}
                http { access_log off; \(folders)
                  server { listen 127.0.0.1:\(own); location / { proxy_pass http://127.0.0.1:\(port); } } }
                """
            try configuration.write(toFile: directory.file("nginx.conf"), atomically: true, encoding: .utf8)
            let process = try ChildProcess(
                path,
                ["-p", directory.path, "-c", directory.file("nginx.conf"), "-e", directory.file("error.log")],
                outputPath: directory.file("output")
            )
            do {
                try await eventually("nginx to listen") {
                    guard process.isRunning else { throw TestFailure("nginx has ended: \(process.output)") }
                    return (try? RawSocket(port: own)) != nil
                }
                let result = try await body("http://127.0.0.1:\(own)")
                try await process.killGroup()
                return result
            } catch {
                try? await process.killGroup()
                throw error
            }
        }

        @Test("Behind nginx with its default settings a run is started, and its lines and pictures come live")
        func nginx() async throws {
            try await PageScene.whole { scene in
                try await Self.withNginx(to: scene.gateway.port) { origin in
                    try await WebPage.show("\(origin)/") { page in
                        try await page.waits(forText: "No runs yet")
                        try await page.press("n")
                        try await page.waits(for: "the form", "document.activeElement.name === 'task'")
                        try await page.type("Go to http://site.test/links and wait 120 seconds")
                        try await page.press("Control+Enter")
                        try await page.waits(for: "the run's page", "location.pathname.startsWith('/runs/run-')")
                        try await page.waits(forText: "Navigated to http://site.test/links", in: ".rec")
                        try await page.waits(forText: "Live", in: ".chip.on")
                        try await page.waits(for: "the picture", "document.querySelector('.view canvas')?.width > 300")
                        try await page.press("x")
                        try await page.waits(forText: "Cancel this run?", in: "dialog")
                        try await page.press("Enter")
                        try await page.waits(forText: "Cancelled", in: ".banner")
                        try await page.expectNoTroubles()
                        let others = page.requested.filter { !$0.hasPrefix(origin) && !$0.hasPrefix("about:") }
                        #expect(others == [])
                    }
                }
            }
        }

        @Test("Behind a proxy that cuts connections again and again each line comes once, and pictures go on")
        func cutting() async throws {
            try await PageScene.whole { scene in
                try await MutableProxy.with(to: scene.gateway.port, cuttingAfter: .seconds(2)) { proxy in
                    let url = "http://127.0.0.1:\(proxy.port)/runs/"
                    let body = #"{"task":"Go to http://site.test/links and wait 120 seconds","request_id":"r"}"#
                    #expect(try await scene.api?.post(body).status == 200)
                    try await WebPage.show("\(url)r") { page in
                        for number in 1...3 {
                            let before = proxy.connectionCount
                            try await page.waits(forText: "Live", in: ".chip.on")
                            try await eventually(timeout: .seconds(60), "connection \(number)") {
                                proxy.connectionCount > before + 2
                            }
                        }
                        try await page.waits(for: "the picture", "document.querySelector('.view canvas')?.width > 300")
                    }
                    _ = try await scene.api?.get("/api/agents/r", method: "DELETE")
                    try await WebPage.show("\(url)lines") { page in
                        for number in 1...40 {
                            try await scene.add("line \(number)", to: "lines", seq: number)
                            try await page.waits(forText: "line \(number)", in: ".rec .words")
                            if number % 10 == 0 {
                                let before = proxy.connectionCount
                                try await eventually(timeout: .seconds(60), "another connection") {
                                    proxy.connectionCount > before
                                }
                            }
                        }
                        let lines = try await page.texts(".rec .words").filter { $0.hasPrefix("line ") }
                        #expect(Set(lines).count == lines.count)
                        #expect(lines.last == "line 40")
                        #expect(try await page.count(".rec.gap") == 0)
                    }
                }
            }
        }
    }
}
