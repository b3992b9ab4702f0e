//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("The live view of runs")
struct LiveViewTests {
    /// A page that looks different twenty times a second.
    private static let moving = """
        <!doctype html><title>Moving</title><p id=n style="font-size:80px">0</p>
        <script>let n = 0; setInterval(() => { document.getElementById("n").textContent = ++n }, 50);</script>
        """

    private static let still = "<!doctype html><title>Still</title><p style='font-size:80px'>Still</p>"

    /// A page that changes its address and nothing that can be seen.
    private static let pushing = """
        <!doctype html><title>Pushing</title><p style="font-size:80px">Still</p>
        <script>setTimeout(() => history.pushState(null, "", "/elsewhere"), 1500)</script>
        """

    private static let form = """
        <!doctype html><title>Form</title><label>Name <input></label><p id=at>empty</p>
        """

    private static func page(_ target: String) -> String? {
        switch target {
        case "/moving": moving
        case "/still": still
        case "/pushing": pushing
        case "/form": form
        default: nil
        }
    }

    private static func withSite<Result: Sendable>(
        redisOptions: [String] = [],
        _ body: (PageServer, RedisServer, RunningAgentAPI, RunningGateway) async throws -> Result
    ) async throws -> Result {
        try await PageServer.with(page) { site in
            let own = ["BLOCK_PRIVATE_NETWORKS": "0", "AGENT_CONCURRENCY": "2", "BROWSER_PATH": try Chromium.path]
            return try await withServices(redisOptions: redisOptions, settings: own) { redis, api, gateway in
                try await body(site, redis, api, gateway)
            }
        }
    }

    private static func start(_ api: RunningAgentAPI, _ run: String, _ task: String, _ more: String = "") async throws {
        let answer = try await api.post(#"{"task":"\#(task)","request_id":"\#(run)"\#(more)}"#)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private static func cancel(_ api: RunningAgentAPI, _ runs: String...) async throws {
        for run in runs { _ = try await api.get("/api/agents/\(run)", method: "DELETE") }
        for run in runs { _ = try await api.finishedRun(run) }
    }

    private static let isJPEG: @Sendable ([UInt8]) -> Bool = { $0.starts(with: [0xFF, 0xD8, 0xFF]) }

    @Test("A run is pictured while somebody watches and no longer, and the stream ends with the run")
    func watched() async throws {
        try await Self.withSite { site, redis, api, gateway in
            try await Self.start(api, "r", "go to \(site.origin)/moving and wait 300 seconds")
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r?fps=10") { viewer in
                let parts = try await viewer.waits(for: "pictures") { $0.count >= 5 ? $0 : nil }
                for part in parts {
                    #expect(part.run == "r")
                    #expect(part.state == "shown")
                    #expect(Self.isJPEG(part.jpeg))
                    #expect(part.fields["stepcast-window"] == "1280x800")
                }
                _ = try await viewer.waits(for: "the address") { parts in
                    parts.last?.fields["stepcast-page"] == "\(site.origin)/moving" ? true : nil
                }
                #expect(Set(parts.compactMap { $0.fields["etag"] }).count >= 4)
            }
            // With the last viewer the demand goes, and so do the pictures.
            try await eventually(timeout: .seconds(30), "nobody to watch") {
                try await redis.cli("EXISTS", "{browser_use_logs:r}:watched") == "0"
            }
            try await eventually(timeout: .seconds(30), "no subscription to be left") {
                try await redis.cli("PUBSUB", "NUMSUB", "{browser_use_logs:r}:frames").hasSuffix("\n0")
            }
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r") { viewer in
                _ = try await viewer.waits(for: "a picture") { $0.isEmpty ? nil : true }
                try await Self.cancel(api, "r")
                try await eventually(timeout: .seconds(30), "the stream to end") { viewer.hasEnded }
            }
            let answer = try await gateway.client.request(.init(gateway.url("/api/v1/stream-view/request/r")))
            #expect(answer.status == 410)
            #expect(answer.text.contains("The run r has ended"))
        }
    }

    @Test("Several runs share a connection, each part names its run, and a run that is not there yet is waited for")
    func severalRuns() async throws {
        try await Self.withSite { site, _, api, gateway in
            try await Self.start(api, "a", "go to \(site.origin)/moving and wait 300 seconds")
            let path = "/api/v1/stream-view?request_id=a&request_id=b&request_id=a&fps=4&width=320"
            try await PictureViewer.watch(gateway, path) { viewer in
                _ = try await viewer.waits(for: "pictures of a") { $0.contains { $0.run == "a" } ? true : nil }
                #expect(viewer.parts(of: "b").isEmpty)
                try await Self.start(api, "b", "go to \(site.origin)/still and wait 300 seconds")
                _ = try await viewer.waits(for: "pictures of both") { parts in
                    let runs = parts.filter { $0.fields["stepcast-page"]?.hasPrefix(site.origin) == true }.map(\.run)
                    return Set(runs) == ["a", "b"] ? true : nil
                }
                try await Self.cancel(api, "a")
                #expect(!viewer.hasEnded)
                try await Self.cancel(api, "b")
                try await eventually(timeout: .seconds(30), "the stream to end") { viewer.hasEnded }
            }
        }
    }

    @Test("A viewer that does not read delays nobody, and gets the latest picture when it reads again")
    func slowViewer() async throws {
        try await Self.withSite { site, _, api, gateway in
            try await Self.start(api, "r", "go to \(site.origin)/moving and wait 300 seconds")
            let slow = try RawSocket(port: gateway.port, receiveBuffer: 4096)
            try await slow.send("GET /api/v1/stream-view/request/r?fps=15 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r?fps=15") { viewer in
                _ = try await viewer.waits(for: "pictures") { $0.count > 30 ? true : nil }
                // What waits in its socket is old; behind it there is no queue.
                let bytes = try await slow.take(atLeast: 200_000)
                #expect(String(decoding: bytes.prefix(16), as: UTF8.self) == "HTTP/1.1 200 OK\r")
                let seen = viewer.parts.count
                _ = try await viewer.waits(for: "more pictures") { $0.count > seen + 5 ? true : nil }
            }
            slow.reset()
            try await Self.cancel(api, "r")
        }
    }

    @Test("Two gateways show the same run, one of them from its latest picture on, also where the page stands still")
    func twoGateways() async throws {
        try await Self.withSite { site, redis, api, gateway in
            try await Self.start(api, "r", "go to \(site.origin)/still and wait 300 seconds")
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r") { first in
                _ = try await first.waits(for: "the page") { parts in
                    parts.last?.fields["stepcast-page"] == "\(site.origin)/still" ? true : nil
                }
                try await withGateway(redisURL: redis.url) { other in
                    try await PictureViewer.watch(other, "/api/v1/stream-view/request/r") { second in
                        let part = try await second.waits(for: "a picture") { $0.first }
                        #expect(part.fields["stepcast-page"] == "\(site.origin)/still")
                    }
                }
            }
            try await Self.cancel(api, "r")
        }
    }

    @Test("A page that changes its address alone is shown at the new one")
    func address() async throws {
        try await Self.withSite { site, _, api, gateway in
            try await Self.start(api, "r", "go to \(site.origin)/pushing and wait 300 seconds")
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r") { viewer in
                for path in ["/pushing", "/elsewhere"] {
                    _ = try await viewer.waits(for: path) { parts in
                        parts.last?.fields["stepcast-page"] == site.origin + path ? true : nil
                    }
                }
            }
            try await Self.cancel(api, "r")
        }
    }

    @Test("While Redis is away the connection stays, and pictures come again when it is back")
    func redisAway() async throws {
        try await Self.withSite(redisOptions: ["--appendonly", "yes", "--appendfsync", "always"]) {
            site,
            redis,
            api,
            gateway in
            try await Self.start(api, "r", "go to \(site.origin)/moving and wait 300 seconds")
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r") { viewer in
                _ = try await viewer.waits(for: "pictures") { $0.count >= 3 ? true : nil }
                try await redis.kill()
                try await redis.start()
                let seen = viewer.parts.count
                _ = try await viewer.waits(for: "pictures after the restart") { $0.count > seen + 3 ? true : nil }
                #expect(!viewer.hasEnded)
            }
            try await Self.cancel(api, "r")
        }
    }

    @Test("A page that shows a secret is not pictured, and is again when it no longer does")
    func secrets() async throws {
        try await Self.withSite { site, _, api, gateway in
            let task =
                "go to \(site.origin)/form and wait 4 seconds and type <secret>x_name</secret> into Name and "
                + "wait 5 seconds and clear Name and wait 300 seconds"
            let secrets = #","sensitive_data":{"\#(site.origin)":{"x_name":"correct horse"}}"#
            try await Self.start(api, "r", task, secrets)
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r?fps=10") { viewer in
                _ = try await viewer.waits(for: "a picture of the empty form") { parts in
                    parts.contains { $0.state == "shown" && $0.fields["stepcast-page"]?.hasSuffix("/form") == true }
                        ? true : nil
                }
                let withheld = try await viewer.waits(for: "no picture of the secret") { parts in
                    parts.firstIndex { $0.state == "withheld" }
                }
                #expect(Self.isJPEG(viewer.parts[withheld].jpeg))
                _ = try await viewer.waits(for: "a picture of the cleared form") { parts in
                    parts[withheld...].contains { $0.state == "shown" } ? true : nil
                }
            }
            try await Self.cancel(api, "r")
        }
    }

    @Test("A single picture has an entity tag, and is not sent again to those who have it")
    func snapshot() async throws {
        try await Self.withSite { site, redis, api, gateway in
            let url = gateway.url("/api/v1/snapshot/request/r")
            let none = try await gateway.client.request(.init(url))
            #expect(none.status == 404)
            #expect(none.text.contains("There is no picture of the run r yet"))
            try await Self.start(api, "r", "go to \(site.origin)/still and wait 300 seconds")
            let first = try await eventually(timeout: .seconds(60), "a picture of the page") {
                let answer = try await gateway.client.request(.init(url))
                return answer.headers["stepcast-page"] == "\(site.origin)/still" ? answer : nil
            }
            #expect(first.headers["content-type"] == "image/jpeg")
            #expect(Self.isJPEG(first.body))
            let tag = try #require(first.headers["etag"])
            let again = try await gateway.client.request(.init(url, headers: ["If-None-Match": tag]))
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            try await Self.cancel(api, "r")
            try await eventually(timeout: .seconds(30), "the run to be let go of") {
                try await gateway.client.request(.init(url)).status == 410
            }
        }
    }

    @Test(
        "What is asked for otherwise than allowed is refused by name",
        arguments: [
            ("stream-view/request/r?fps=0", "fps"), ("stream-view/request/r?fps=16", "fps"),
            ("stream-view/request/r?fps=-1", "fps"), ("stream-view/request/r?fps=1e9", "fps"),
            ("stream-view/request/r?fps=99999999999999999999", "fps"), ("stream-view/request/r?fps=", "fps"),
            ("stream-view/request/r?fps=4.5", "fps"), ("stream-view/request/r?width=99999", "width"),
            ("stream-view/request/r?width=NaN", "width"), ("stream-view", "request_id"),
            ("stream-view?request_id=a%2Fb", "request_id"), ("stream-view?request_id=", "request_id"),
            ("snapshot/request/r?width=1", "width"),
        ]
    )
    func hostileQueries(path: String, field: String) async throws {
        try await withRedisAndGateway { _, gateway in
            let answer = try await gateway.client.request(.init(gateway.url("/api/v1/\(path)")))
            #expect(answer.status == 422)
            #expect(answer.text.contains("\"field\":\"\(field)\""), "\(answer.text)")
        }
    }

    @Test("More runs than a connection may have, and more viewers than there are places for, are refused")
    func bounds() async throws {
        try await withRedisAndGateway(settings: ["MAX_VIEWERS": "1"]) { _, gateway in
            let many = (1...51).map { "request_id=r\($0)" }.joined(separator: "&")
            let answer = try await gateway.client.request(.init(gateway.url("/api/v1/stream-view?\(many)")))
            #expect(answer.status == 422)
            #expect(answer.text.contains("from 1 to 50 times"))
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r") { _ in
                let other = try await gateway.client.request(.init(gateway.url("/api/v1/stream-view/request/r")))
                #expect(other.status == 429)
                #expect(other.headers["retry-after"] == "5")
            }
            try await eventually("the place to be free") {
                let head = HTTPClient.Request(gateway.url("/api/v1/stream-view/request/r"), method: "HEAD")
                let answer = try await gateway.client.request(head)
                return answer.status == 200
                    && answer.headers["content-type"]?.hasPrefix("multipart/x-mixed-replace; boundary=") == true
            }
        }
    }

    @Test("No more runs are watched at a time than MAX_WATCHED_RUNS")
    func watchedRuns() async throws {
        try await withRedisAndGateway(settings: ["MAX_WATCHED_RUNS": "1"]) { _, gateway in
            try await PictureViewer.watch(gateway, "/api/v1/stream-view/request/r") { _ in
                let other = try await gateway.client.request(.init(gateway.url("/api/v1/stream-view/request/s")))
                #expect(other.status == 429)
                #expect(other.text.contains("shows live at a time is reached: 1."), "\(other.text)")
            }
        }
    }
}
