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

/// Runs of every kind on the real services. Their externally visible output is compared with `Tests/Recordings`, byte
/// for byte after ``Normalization``.
@Suite("What the outside sees")
struct RecordedRunTests {
    private static let pictures = ["SCREENSHOTS": "1"]

    /// Records on separate services, and compares.
    func pin(
        _ name: String,
        names: [(String, String)] = [],
        settings: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation,
        _ record: (Recording) async throws -> [Recording.Part]
    ) async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["HEARTBEAT_SECONDS": "600"]) { gateway in
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let recording = try await record(Recording(redis: redis, gateway: gateway, api: api)).text
                    let text = Normalization(names: names).normalized(recording)
                    try RecordedFile(name: name).expect(text, sourceLocation: sourceLocation)
                }
            }
        }
    }

    @Test("The documented example")
    func documentedExample() async throws {
        try await withDemoSite { site in
            let settings = ["BROWSER_ARGS": "'--host-resolver-rules=MAP google.com 127.0.0.1:\(site.port)'"]
            try await pin("documented-example", names: [(":\(site.port)", ":<site>")], settings: settings) {
                try await $0.run(
                    "my-test-request-123",
                    [
                        "task": "Go to google.com and search for hello world", "session_id": "test-session-123",
                        "request_id": "my-test-request-123",
                    ]
                )
            }
        }
    }

    @Test("Instructions of many kinds, with screenshots and a download")
    func instructions() async throws {
        try await PageServer.with(RecordedPages.page) { site in
            let steps = [
                "Go to \(site.origin)/", #"type "Ada" into Name"#, #"type "hunter22" into Password"#,
                "check Newsletter", "select Large in Size", "click the first Keep", "read the total", "click Warn",
                #"if the page shows "Sold out", click Send"#, "click Elsewhere", "close the tab", "scroll down",
                "click Get the report", "wait 3 seconds", "click Send", "go back",
            ]
            try await pin("instructions", names: [(site.origin, "http://<site>")], settings: Self.pictures) {
                try await $0.run("r", ["task": .string(steps.joined(separator: "\n")), "request_id": "r"])
            }
        }
    }

    @Test("A step that fails, a task that is not understood, and a run that takes too long")
    func failures() async throws {
        try await PageServer.with(RecordedPages.page) { site in
            try await pin("failures", names: [(site.origin, "http://<site>")], settings: Self.pictures) { recording in
                let failed = try await recording.run(
                    "failed",
                    ["task": .string("Go to \(site.origin)/ and click Frobnicate"), "request_id": "failed"]
                )
                let notUnderstood = try await recording.run("odd", ["task": "Frobnicate the foo", "request_id": "odd"])
                let tooMany = try await recording.run(
                    "many",
                    ["task": .string("Go to \(site.origin)/ and go back"), "request_id": "many", "max_steps": 1]
                )
                // The browser is running by now, so the first step is faster.
                let late = try await recording.run(
                    "late",
                    [
                        "task": .string("Go to \(site.origin)/ and wait 100 seconds"), "request_id": "late",
                        "timeout_seconds": 6,
                    ]
                )
                return failed + notUnderstood + tooMany + late
            }
        }
    }

    @Test("Addresses that are blocked, within a page and as a page")
    func blockedAddresses() async throws {
        let page = "<!doctype html><title>Mine</title><p>here<img src=http://other.test:PORT/pixel>"
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            let port = request.headers["host"]?.split(separator: ":").last ?? ""
            try await connection.respond(
                "200 OK",
                headers: ["Content-Type": "text/html"],
                body: page.replacing("PORT", with: port)
            )
        } body: { site in
            let settings = ["BROWSER_ARGS": #""--host-resolver-rules=MAP *.test 127.0.0.1""#]
            try await pin("blocked", names: [(":\(site.port)", ":<site>")], settings: settings) { recording in
                func run(_ requestID: String, _ host: String) async throws -> [Recording.Part] {
                    try await recording.run(
                        requestID,
                        [
                            "task": .string("go to http://\(host).test:\(site.port)/"),
                            "request_id": .string(requestID),
                            "allowed_domains": ["mine.test"],
                        ]
                    )
                }
                return try await run("within", "mine") + run("page", "other")
            }
        }
    }

    @Test("Secrets that pages show")
    func secrets() async throws {
        try await PageServer.with(RecordedPages.page) { site in
            let steps = [
                "Go to \(site.origin)/login", "type <secret>x_password</secret> into Password", "click Sign in",
                #"read the text of "Your password is""#,
            ]
            try await pin("secrets", names: [(site.origin, "http://<site>")], settings: Self.pictures) {
                try await $0.run(
                    "r",
                    [
                        "task": .string(steps.joined(separator: ", then ")), "request_id": "r",
                        "sensitive_data": .object([site.origin: ["x_password": "correct horse"]]),
                    ]
                )
            }
        }
    }

    @Test("A batch, whose runs end in different ways")
    func batch() async throws {
        try await PageServer.with(RecordedPages.page) { site in
            try await pin("batch", names: [(site.origin, "http://<site>")], settings: Self.pictures) {
                try await $0.batch(
                    "b",
                    [
                        "batch_id": "b",
                        "tasks": [
                            ["task": .string("Go to \(site.origin)/saved"), "session_id": "one"],
                            ["task": "Frobnicate the foo", "session_id": "one", "request_id": "odd"],
                        ],
                    ]
                )
            }
        }
    }

    @Test("Stored records of other publishers")
    func otherPublishers() async throws {
        let key = "browser_use_logs:foreign"
        let entries: [[String]] = [
            ["1000000000000-0", "msg", "🔗 Navigated", "level", "WARNING", "timestamp", "1000000000.5", "step", "3"],
            ["1000000000001-0", "msg", #"say "hi""#, "kind", "log", "data", #"{"a":[1,null]}"#, "duration_ms", "12.6"],
            ["1000000000002-0", "message", "ERROR    [agent] broken", "agent_name", "My Agent", "url", "http://a/"],
            ["1000000000003-0", "msg", "7", "seq", "9", "kind", "log", "action", "click", "batch_id", "b"],
            ["1000000000004-0", "msg", "done", "seq", "10", "kind", "end", "data", #"{"status":"failed"}"#],
        ]
        try await pin("other-publishers") { recording in
            for entry in entries { try await recording.redis.cli(["XADD", key] + entry) }
            return try await recording.gateway.withViewer(of: "foreign") { viewer in
                try await viewer.waits(for: "the end") { $0.isOver }
                return [Recording.Part(title: "the viewer's stream of foreign", text: viewer.text)]
            }
        }
    }
}
