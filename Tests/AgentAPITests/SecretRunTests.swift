//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import HTTPStream
import JSON
import ServiceTesting
import Synchronization
import TestSupport
import Testing

/// A run with a secret, from the request to its end, on pages that show it in every way. All output of the service is
/// searched: the model's input, Redis with its channels, the spool, the log of the process, the responses.
@Suite("A run with secrets", .serialized)
struct SecretRunTests {
    private static let value = "Tr0ub4dor&3 zebra!"
    private static let reference = "<secret>x_password</secret>"

    /// Forms and parts of the value that must not be found anywhere.
    private static let forms = [
        "Tr0ub4dor", "tr0ub4dor", "TR0UB4DOR", "zebra", "ZEBRA", "VHIwdWI0ZG9y", "54723075623464", "\\u0054\\u0072",
        "&#84;", "%54%72",
    ]

    private static func login(_ target: String) -> String? {
        switch target.prefix(while: { $0 != "?" }) {
        case "/login":
            return """
                <title>Sign in</title><form action=/welcome><label>User <input name=u></label>
                <label>Password <input name=p type=password></label><button>Sign in</button></form>
                """
        case "/welcome":
            return """
                <title>Welcome</title><h1>Welcome</h1><p id=said></p><label>Now <input id=now></label>
                <a id=link>again</a> <a id=file download>Your file</a> <button id=b title=''>Go on</button><img id=i>
                <script>
                const value = new URLSearchParams(location.search).get('p');
                const byId = (id) => document.getElementById(id);
                document.title = 'You said ' + value;
                byId('said').textContent = value + ' ' + value.toUpperCase() + ' ' + encodeURIComponent(value) + ' ' +
                  btoa(value) + ' ' + btoa('ada:' + value) + ' ' + JSON.stringify(value) + ' ' +
                  [...value].map((c) => '&#' + c.charCodeAt(0) + ';').join('') + ' ' +
                  [...value].map((c) => '\\\\u00' + c.charCodeAt(0).toString(16)).join('') + ' ' +
                  [...value].map((c) => '%' + c.charCodeAt(0).toString(16)).join('') + ' ' +
                  [...value].map((c) => c.charCodeAt(0).toString(16)).join('');
                byId('now').value = value; byId('now').placeholder = value;
                byId('i').alt = value; byId('b').title = 'for ' + value;
                byId('link').href = '/welcome?again=1&p=' + encodeURIComponent(value);
                byId('link').textContent = 'Again with ' + 'x'.repeat(60) + value + value;
                byId('file').href = URL.createObjectURL(new Blob([value])); byId('file').download = value + '.txt';
                history.replaceState({}, '', location.href + '#' + value);
                byId('b').onclick = () => { alert('Is it ' + value + '?'); console.error(value); throw new Error(value); };
                </script>
                """
        default: return nil
        }
    }

    /// Whether Redis is unavailable, for the model.
    private final class Absence: Sendable {
        let hasBegun = Atomic(false)
    }

    /// The output that a test searches.
    private struct Told {
        var places: [(name: String, text: String)] = []

        func leaks() -> [String] {
            places.flatMap { place in
                SecretRunTests.forms.filter(place.text.contains).map { form in
                    let at = place.text.firstRange(of: form)?.lowerBound ?? place.text.startIndex
                    let before = place.text[..<at].suffix(80)
                    return "\(place.name): …\(before)\(place.text[at...].prefix(80))…"
                }
            }
        }
    }

    @Test(
        "Is never revealed, though the pages show it in every way and the model repeats it",
        arguments: [true, false]
    )
    func toldToNobody(_ isRedisAway: Bool) async throws {
        let absence = Absence()
        try await PageServer.with(Self.login) { site in
            try await ScriptedModelServer.with { turn in
                // The remaining records must be written while Redis is unavailable, however late that is.
                if isRedisAway, turn.number == 3 {
                    try await eventually("Redis to go away") { absence.hasBegun.load(ordering: .acquiring) }
                }
                return try Self.decide(turn, site.origin)
            } body: { model in
                try await withRedisServer { redis in
                    let directory = try TemporaryDirectory(prefix: "stepcast-secrets")
                    defer { directory.remove() }
                    let settings = [
                        "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-scripted", "OPENAI_MODEL": "scripted",
                        "MODEL_VISION": "always", "SCREENSHOTS": "1", "BROWSER_PATH": try Chromium.path,
                    ]
                    let client = HTTPClient()
                    let service = try await AgentAPIProcess(
                        redis: redis,
                        directory: directory,
                        settings: settings,
                        client: client
                    )
                    let channel = try ChildProcess(
                        try Executable.path("redis-cli"),
                        ["-p", "\(redis.port)", "PSUBSCRIBE", "browser_use_logs*"],
                        outputPath: directory.file("channel.log")
                    )
                    try await eventually("the subscription") { channel.output.contains("psubscribe") ? () : nil }
                    let task = JSONValue.string("Sign in at \(site.origin)/login with the password \(Self.value)").text
                    let secrets = #"{"\#(site.origin)":{"x_password":\#(JSONValue.string(Self.value).text)}}"#
                    let body = #"{"task":\#(task),"request_id":"r","sensitive_data":\#(secrets)}"#
                    let answer = try await service.api.post(body)
                    #expect(answer.status == 200, "\(answer.text)")
                    if isRedisAway {
                        try await eventually("the run to begin") { channel.output.contains("Step 1") ? () : nil }
                        redis.suspend()
                        absence.hasBegun.store(true, ordering: .releasing)
                        try await eventually("something in the spool") {
                            let files = Self.files(in: directory.file("spool"))
                            return files.contains { $0.text.contains("Step") } ? () : nil
                        }
                    }
                    let spool = Self.files(in: directory.file("spool"))
                    redis.resume()
                    let run = try await service.api.finishedRun("r")
                    #expect(run.status == .completed, "\(service.process.output.suffix(3000)) \(run.error ?? "")")
                    #expect(run.result == "It is \(Self.reference), \(Self.reference).")
                    #expect(site.targets.contains { $0.contains("p=Tr0ub4dor%263+zebra%21") }, "\(site.targets)")
                    let stream = try await RunStream(redis, "r")
                    #expect(stream.isWholeAndEnded)
                    #expect(stream.messages.contains { $0.contains("Typed \"\(Self.reference)\"") })
                    // There is no screenshot of the page that shows it, but one of the page before.
                    #expect(model.turns.map { $0.messages.last?.images ?? 0 }.prefix(3) == [1, 1, 0])
                    #expect(
                        stream.entries.filter { $0["kind"] == "screenshot" }.compactMap { $0["step"] }.allSatisfy {
                            $0 <= "1"
                        }
                    )

                    var told = Told()
                    told.places += model.turns.map { ("the model, turn \($0.number)", $0.body.text) }
                    told.places += spool.map { ("the spool", $0.text) }
                    told.places += Self.files(in: directory.file("spool")).map { ("the spool", $0.text) }
                    for key in try await redis.keys()
                    where try await redis.cli("TYPE", key) != "hash" || !key.contains("screen") {
                        told.places.append(("the key \(key)", try await redis.content(of: key)))
                    }
                    for path in ["/api/agents/r", "/api/agents"] {
                        told.places.append((path, try await service.api.get(path).text))
                    }
                    told.places.append(("POST", answer.text))
                    // Everything published before this message arrives before it.
                    try await redis.cli("PUBLISH", "browser_use_logs:test", "all is said")
                    try await eventually("the last message") { channel.output.contains("all is said") }
                    channel.signal(SIGTERM)
                    told.places.append(("the channel", channel.output))
                    #expect(channel.output.contains("Typed"))
                    service.process.signal(SIGTERM)
                    _ = try await service.process.waitForExit()
                    #expect(service.process.output.contains("run ended"))
                    told.places.append(("the log", service.process.output))
                    #expect(told.leaks() == [])
                    await client.shutdown()
                }
            }
        }
    }

    /// The decisions of a model that has learnt the value and repeats it.
    private static func decide(_ turn: ModelTurn, _ origin: String) throws -> ModelReply {
        switch turn.number {
        case 1: return .navigate("\(origin)/login")
        case 2:
            return .decide(
                try turn.input("User", "ada"),
                try turn.input("Password", Self.reference),
                try turn.click("Sign in")
            )
        case 3:
            return .decide(
                try turn.click("Go on"),
                evaluation: "Success, it was \(Self.value)",
                goal: "Say \(Self.value)"
            )
        case 4: return .decide(try turn.click("Your file"), ["wait": ["seconds": 1]])
        case 5: return .decide(["find_text": ["text": .string(Self.value)]], ["extract": ["query": "What is it?"]])
        case 6: return .answer("I think it is \(Self.value)")
        case 7: return .answer(#"{"answer":\#(JSONValue.string("It is \(Self.value)").text)}"#)
        default: return .done("It is \(Self.value), \(Self.value).")
        }
    }

    private static func files(in directory: String) -> [(name: String, text: String)] {
        let names = FileManager.default.subpaths(atPath: directory) ?? []
        return names.compactMap { name in
            (try? Data(contentsOf: URL(filePath: "\(directory)/\(name)"))).map {
                (name, String(decoding: $0, as: UTF8.self))
            }
        }
    }

    @Test("Types values without a domain on those of allowed_domains, also by instructions in words")
    func allowedDomains() async throws {
        try await PageServer.with(Self.login) { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url, settings: ["BROWSER_PATH": try Chromium.path]) { api in
                    for (id, domain, isTyped) in [("a", site.origin, true), ("b", "127.0.0.1", false)] {
                        let task =
                            "Go to \(site.origin)/login, type ada into User, type \(Self.reference) into Password, "
                            + "click Sign in"
                        let body: JSONValue = [
                            "task": .string(task), "request_id": .string(id), "planner": "instructions",
                            "allowed_domains": [.string(domain)], "sensitive_data": ["x_password": .string(Self.value)],
                        ]
                        let answer = try await api.post(body.text)
                        #expect(answer.status == 200, "\(answer.text)")
                        let run = try await api.finishedRun(id)
                        #expect((run.status == .completed) == isTyped, "\(run.error ?? "")")
                        // A pattern without a scheme allows the page, but the secret only over https.
                        if !isTyped { #expect(run.error?.contains("x_password is for https://127.0.0.1") == true) }
                        #expect(site.targets.count { $0.contains("p=Tr0ub4dor%263+zebra%21") } == 1)
                    }
                    for form in Self.forms { #expect(try await redis.keys(showing: form) == []) }
                }
            }
        }
    }

    @Test("Fails with a reason if the values are lost before it starts")
    func lost() async throws {
        try await PageServer.with { _ in
            "<h1>Here</h1>"
        } body: { site in
            try await withRedisServer { redis in
                let settings = ["AGENT_CONCURRENCY": "1", "BROWSER_PATH": try Chromium.path]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let task = #""task":"go to \#(site.origin)/ and wait 300 seconds","session_id":"s""#
                    #expect(try await api.post(#"{"request_id":"first",\#(task)}"#).status == 200)
                    let secrets = #"{"https://example.com":{"x_password":"hunter2!"}}"#
                    let answer = try await api.post(#"{"request_id":"r",\#(task),"sensitive_data":\#(secrets)}"#)
                    #expect(answer.status == 200)
                    #expect(try await redis.keys(showing: "hunter2!") == ["{browser_use_logs:r}:secrets"])
                    #expect(try await redis.cli("DEL", "{browser_use_logs:r}:secrets") == "1")
                    #expect(try await api.get("/api/agents/first", method: "DELETE").status == 202)
                    let run = try await api.finishedRun("r")
                    #expect(run.status == .failed)
                    #expect(run.error?.contains("sensitive_data are no longer available") == true)
                }
            }
        }
    }
}

extension RedisServer {
    /// The whole content of a key, as text.
    func content(of key: String) async throws -> String {
        switch try await cli("TYPE", key) {
        case "string": try await cli("GET", key)
        case "hash": try await cli("HGETALL", key)
        case "list": try await cli("LRANGE", key, "0", "-1")
        case "stream": try await cli("XRANGE", key, "-", "+")
        case "zset": try await cli("ZRANGE", key, "0", "-1")
        default: try await cli("SMEMBERS", key)
        }
    }
}
