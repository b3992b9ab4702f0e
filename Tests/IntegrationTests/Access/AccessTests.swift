//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Gateway
import HTTPStream
import JSON
import ProgramSettings
import ServiceKit
import ServiceTesting
import TestSupport
import Testing

@Suite("Access by token")
struct AccessTests {
    private static let task = #"{"task":"Wait 0.1 seconds","planner":"instructions","request_id":"nightly-1"}"#

    @Test("Without a token nothing is shown or done, and the answer says how to come back")
    func noToken() async throws {
        try await withProtectedServices { _, api, gateway, _ in
            let asked = [
                ("GET", gateway.streamURL("r1")), ("GET", gateway.url("/api/agents")), ("GET", api.url("/api/agents")),
                ("POST", api.url("/api/agents")), ("DELETE", api.url("/api/agents/r1")),
                ("GET", api.url("/api/agents/r1/screenshots/1")), ("GET", gateway.batchURL("b1")),
            ]
            for (method, url) in asked {
                let answer = try await gateway.client.ask(url, nil, method: method, body: method == "POST" ? "{}" : nil)
                #expect(answer.status == 401, "\(method) \(url)")
                #expect(answer.headers["WWW-Authenticate"] == #"Bearer realm="stepcast""#)
                #expect(answer.headers["Content-Type"] == "application/problem+json")
            }
            for path in ["/healthz", "/readyz", "/"] {
                #expect(try await gateway.client.ask(gateway.url(path), nil).status == 200, "\(path)")
            }
        }
    }

    @Test("A forged, an expired and a malformed token are refused with what is wrong")
    func refused() async throws {
        try await withProtectedServices { _, api, gateway, tokens in
            let good = try await tokens.token(Grant([.view]))
            let expired = try await tokens.token(Grant([.view]), seconds: -1)
            let cases = [
                (good + "x", "invalid_token"), (expired, "expired"), ("x.y.z", "invalid_token"),
                (String(repeating: "a", count: 9000), "longer"),
            ]
            for (token, reason) in cases {
                for url in [gateway.streamURL("r1"), api.url("/api/agents")] {
                    let answer = try await gateway.client.ask(url, token)
                    #expect(answer.status == 401)
                    #expect(answer.headers["WWW-Authenticate"]?.contains(reason) == true)
                    #expect(!answer.text.contains(token))
                }
            }
            let basic = try await gateway.client.ask(
                api.url("/api/agents"),
                nil,
                headers: ["Authorization": "Basic YTpi"]
            )
            #expect(basic.status == 401)
            let twice = try await gateway.client.ask(gateway.streamURL("r1", query: "?access_token=\(good)"), good)
            #expect(twice.status == 400)
            #expect(twice.headers["WWW-Authenticate"]?.contains("invalid_request") == true)
        }
    }

    @Test("Thousands of forged tokens are refused one by one, and who has a good one is served meanwhile")
    func flood() async throws {
        try await withProtectedServices { _, api, gateway, tokens in
            let good = try await tokens.token(Grant([.view]))
            let forged = good.dropLast(4) + "AAAA"
            let request = "GET /api/agents HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(forged)\r\n\r\n"
            let last = request.replacing("\r\n\r\n", with: "\r\nConnection: close\r\n\r\n")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<20 {
                        let answer = try await gateway.client.ask(api.url("/api/agents"), good)
                        #expect(answer.status == 200)
                    }
                }
                for _ in 0..<4 {
                    let socket = try RawSocket(port: api.port)
                    try await socket.send(String(repeating: request, count: 499) + last)
                    let answers = try await socket.receiveAll()
                    #expect(answers.ranges(of: "HTTP/1.1 401 Unauthorized").count == 500)
                    #expect(!answers.contains(forged))
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("A token does what it grants: start, view and cancel are three things")
    func permissions() async throws {
        try await withProtectedServices { _, api, gateway, tokens in
            let client = gateway.client
            let run = try await tokens.token(Grant([.run], requestID: NamePattern("nightly-*")))
            let view = try await tokens.token(Grant([.view], requestID: NamePattern("nightly-*")))
            let control = try await tokens.token(Grant([.control], requestID: NamePattern("nightly-*")))
            let other = try await tokens.token(Grant(Set(Permission.allCases), requestID: NamePattern("daily-*")))

            for token in [view, control, other] {
                let answer = try await client.ask(api.url("/api/agents"), token, method: "POST", body: Self.task)
                #expect(answer.status == 403)
                #expect(answer.text.contains("does not grant run on the run nightly-1"))
                #expect(answer.headers["WWW-Authenticate"]?.contains("insufficient_scope") == true)
            }
            let started = try await client.ask(gateway.url("/api/agents"), run, method: "POST", body: Self.task)
            #expect(started.status == 200, "\(started.text)")

            for token in [run, control, other] {
                // The same for a run that is there and one that is not.
                for name in ["nightly-1", "nightly-none"] {
                    let answer = try await client.ask(api.url("/api/agents/\(name)"), token)
                    #expect(answer.status == 403)
                    #expect(try await client.ask(gateway.streamURL(name), token).status == 403)
                }
            }
            #expect(try await client.ask(api.url("/api/agents/nightly-1"), view).status == 200)
            #expect(try await client.ask(api.url("/api/agents/nightly-none"), view).status == 404)
            for token in [run, view, other] {
                #expect(try await client.ask(api.url("/api/agents/nightly-1"), token, method: "DELETE").status == 403)
            }
            let cancelled = try await client.ask(api.url("/api/agents/nightly-1"), control, method: "DELETE")
            #expect([200, 202].contains(cancelled.status))
        }
    }

    @Test("A list has the runs that its reader may view, and no trace of others")
    func lists() async throws {
        try await withProtectedServices { _, api, gateway, tokens in
            let client = gateway.client
            let all = try await tokens.token(Grant(Set(Permission.allCases)))
            for (name, batch) in [("a-1", "x"), ("b-1", "x"), ("a-2", "y"), ("c-1", nil)] {
                let batch = batch.map { #","batch_id":"\#($0)""# } ?? ""
                let body = #"{"task":"Wait 0.1 seconds","planner":"instructions","request_id":"\#(name)"\#(batch)}"#
                #expect(try await client.ask(api.url("/api/agents"), all, method: "POST", body: body).status == 200)
            }
            func names(_ token: String, _ query: String = "") async throws -> Set<String> {
                let page = try JSONValue(parsing: try await client.ask(api.url("/api/agents\(query)"), token).body)
                #expect(page["total"] == nil || token == all)
                return Set(page["runs"]?.array?.compactMap { $0["request_id"]?.string } ?? [])
            }
            #expect(try await names(all) == ["a-1", "b-1", "a-2", "c-1"])
            #expect(try await names(tokens.token(Grant([.view], requestID: NamePattern("a-*")))) == ["a-1", "a-2"])
            let byBatch = try await tokens.token(Grant([.view], batchID: NamePattern("x")))
            #expect(try await names(byBatch) == ["a-1", "b-1"])
            #expect(try await names(tokens.token(Grant([.run]))) == [])
            let named: HTTPClient.Headers = ["X-Request-Id": "1"]
            let after = try await client.ask(api.url("/api/agents?after=c-1"), byBatch, headers: named)
            let unknown = try await client.ask(api.url("/api/agents?after=nobody"), byBatch, headers: named)
            #expect(after.status == 422)
            #expect(after.text == unknown.text)

            // The grant by batch opens the streams of the batch and of its runs, whatever they are called.
            #expect(try await client.ask(gateway.streamURL("c-1"), byBatch).status == 403)
            for url in [gateway.batchURL("x"), gateway.streamURL("b-1"), gateway.url("/api/v1/stream-logs/x")] {
                try await gateway.withViewer(url: url, token: byBatch) { viewer in
                    try await viewer.waits(for: "the connection") { $0.text.contains("connected") }
                }
            }
            #expect(try await client.ask(gateway.batchURL("y"), byBatch).status == 403)
            for path in [
                "stream-view/request/c-1", "stream-view?request_id=b-1&request_id=c-1", "snapshot/request/c-1",
            ] {
                #expect(try await client.ask(gateway.url("/api/v1/\(path)"), byBatch).status == 403, "\(path)")
            }
            try await gateway.withViewer(url: gateway.url("/api/v1/stream-runs"), token: byBatch) { viewer in
                try await viewer.waits(for: "the changes of its runs") { viewer in
                    viewer.text.contains(#""a-1""#) && viewer.text.contains(#""b-1""#)
                }
                for name in ["a-2", "c-1"] { #expect(!viewer.text.contains(name)) }
            }
        }
    }

    @Test("The token that a POST answers with opens that run's stream in a URL, and nothing else")
    func viewerToken() async throws {
        try await withProtectedServices { _, api, gateway, tokens in
            let client = gateway.client
            let run = try await tokens.token(Grant([.run]))
            let answer = try await client.ask(api.url("/api/agents"), run, method: "POST", body: Self.task)
            let token = try #require(try JSONValue(parsing: answer.body)["viewer_token"]?.string)
            try await gateway.withViewer(of: "nightly-1", query: "?access_token=\(token)") { viewer in
                try await viewer.waits(for: "the end") { $0.text.contains(#""type":"end""#) }
            }
            let query = "?access_token=\(token)"
            #expect(try await client.ask(gateway.streamURL("nightly-2", query: query), nil).status == 403)
            #expect(try await client.ask(api.url("/api/agents/nightly-1\(query)"), nil).status == 400)
            // Any other token is refused in a URL, however much it grants.
            let mighty = try await tokens.token(Grant(Set(Permission.allCases)), isDated: true)
            let refused = try await client.ask(gateway.streamURL("nightly-1", query: "?access_token=\(mighty)"), nil)
            #expect(refused.status == 401)
            #expect(refused.text.contains("may not stand in a URL"))
        }
    }

    @Test("A stream ends when its token does, and goes on with a new one where it was")
    func expiry() async throws {
        try await withProtectedServices { redis, _, gateway, tokens in
            let key = "browser_use_logs:nightly-1"
            try await redis.cli("XADD", key, "1-1", "msg", "one")
            let grant = Grant([.view], requestID: NamePattern("nightly-*"))
            let url = gateway.streamURL("nightly-1")
            // The answer is whole when the token has expired.
            let answer = try await gateway.client.ask(url, try await tokens.token(grant, seconds: 3))
            #expect(answer.text.contains(#""message":"one""#))
            #expect(answer.text.contains(#"{"type":"error","code":"token_expired","message":"The token has expired.""#))
            try await redis.cli("XADD", key, "2-1", "msg", "two")
            try await gateway.withViewer(url: url, lastEventID: "1-1", token: try await tokens.token(grant)) { viewer in
                try await viewer.waits(for: "what came meanwhile") { $0.messages == ["two"] }
            }
        }
    }

    @Test("The page signs in for a cookie that scripts cannot read, which agent-api is reached with too")
    func session() async throws {
        try await withProtectedServices { _, _, gateway, tokens in
            let client = gateway.client
            let own = "http://127.0.0.1:\(gateway.port)"
            let token = try await tokens.token(Grant([.view, .run]))
            let url = gateway.url("/session")
            let signedOut = try JSONValue(parsing: try await client.ask(url, nil).body)
            #expect(signedOut == ["authentication": true, "signed_in": false])
            let wrong = try await client.ask(url, nil, method: "POST", body: #"{"token":"x.y.z"}"#)
            #expect(wrong.status == 401)
            #expect(wrong.headers["Set-Cookie"] == nil)
            let foreign = try await client.ask(
                url,
                nil,
                method: "POST",
                headers: ["Origin": "https://evil.example"],
                body: #"{"token":"\#(token)"}"#
            )
            #expect(foreign.status == 403)
            let answer = try await client.ask(url, nil, method: "POST", body: #"{"token":"\#(token)"}"#)
            let cookie = try #require(answer.headers["Set-Cookie"])
            for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Max-Age="] { #expect(cookie.contains(part)) }
            #expect(!cookie.contains("Secure"))
            let headers: HTTPClient.Headers = ["Cookie": "a=b; " + String(cookie.prefix { $0 != ";" }), "Origin": own]
            let signedIn = try JSONValue(parsing: try await client.ask(url, nil, headers: headers).body)
            #expect(signedIn["subject"]?.string == "ada")
            let list = try await client.ask(gateway.url("/api/agents"), nil, headers: headers)
            #expect(list.status == 200, "\(list.text)")
            let started = try await client.ask(
                gateway.url("/api/agents"),
                nil,
                method: "POST",
                headers: headers,
                body: Self.task
            )
            #expect(started.status == 200)
            let out = try await client.ask(url, nil, method: "DELETE")
            #expect(out.status == 204)
            #expect(out.headers["Set-Cookie"]?.contains("Max-Age=0") == true)
        }
    }

    @Test("The metadata of the protected resource names the permissions")
    func metadata() async throws {
        try await withProtectedServices { _, _, gateway, _ in
            let answer = try await gateway.client.ask(gateway.url("/.well-known/oauth-protected-resource"), nil)
            let metadata = try JSONValue(parsing: answer.body)
            #expect(metadata["resource"]?.string == "http://127.0.0.1:\(gateway.port)")
            #expect(metadata["scopes_supported"] == ["view", "run", "control", "admin"])
        }
    }

    @Test("Keys together with AUTH_DISABLED, two sources of keys and a short secret stop the start")
    func settings() {
        let long = Tokens.secret
        for (variables, reason) in [
            (["AUTH_JWT_SECRET": long, "AUTH_DISABLED": "1"], "AUTH_DISABLED"),
            (["AUTH_JWT_SECRET": "short"], "32 bytes"),
            (["AUTH_JWT_SECRET": long, "AUTH_JWKS_FILE": "/nowhere"], "AUTH_JWKS_FILE"),
            (["AUTH_JWKS_FILE": "/dev/null"], "JSON"),
        ] {
            var settings = Settings(variables)
            let error = #expect(throws: InvalidSetting.self) { try GatewayConfiguration(&settings) }
            #expect(error.map { "\($0)".contains(reason) } == true, "\(error.map { "\($0)" } ?? "")")
            #expect(error.map { "\($0)".contains("short") } != true)
        }
    }
}
