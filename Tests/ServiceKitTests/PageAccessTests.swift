//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServiceKit
import Testing

@Suite("Requests of web pages")
struct PageAccessTests {
    /// A request with additional headers, on a connection that ends with it.
    private func request(_ method: String, _ path: String, _ fields: [String: String] = [:]) -> String {
        var fields = fields
        if fields["Host"] == nil { fields["Host"] = "localhost" }
        let lines = fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
        return "\(method) \(path) HTTP/1.1\r\n\(lines)Connection: close\r\n\r\n"
    }

    private func json(_ fields: [String: String]) -> [String: String] {
        fields.merging(["Content-Type": "application/json", "Content-Length": "0"]) { own, _ in own }
    }

    @Test("A name that does not mean this machine is answered with 421, whatever the request")
    func foreignHost() async throws {
        try await withTestApplication { port in
            for request in [
                self.request("GET", "/runs/a", ["Host": "evil.example"]),
                self.request("POST", "/echo", json(["Host": "evil.example:8000"])),
                self.request("POST", "/echo", json(["Host": "evil.example", "Origin": "http://evil.example"])),
                self.request("GET", "/runs/b", ["Host": "127.0.0.1.evil.example"]),
            ] {
                let answer = try await rawExchange(port: port, [request])
                #expect(answer?.status == 421, "\(request)")
            }
            for host in ["localhost:1", "127.0.0.1", "[::1]:8000", "LocalHost."] {
                let answer = try await rawExchange(port: port, [self.request("GET", "/runs/a", ["Host": host])])
                #expect(answer?.status == 200, "\(host)")
            }
        }
    }

    @Test("ALLOWED_HOSTS adds names, also if all clients are served")
    func allowedHosts() async throws {
        for open in ["0", "1"] {
            try await withTestApplication(settings: ["ALLOWED_HOSTS": "dash.example.com", "AUTH_DISABLED": open]) {
                port in
                for (host, status) in [("dash.example.com:8000", 200), ("localhost", 200), ("evil.example", 421)] {
                    let answer = try await rawExchange(port: port, [request("GET", "/runs/a", ["Host": host])])
                    #expect(answer?.status == status, "\(host)")
                }
            }
        }
        try await withTestApplication(settings: ["AUTH_DISABLED": "1"]) { port in
            let answer = try await rawExchange(port: port, [request("GET", "/runs/a", ["Host": "any.example"])])
            #expect(answer?.status == 200)
        }
    }

    @Test("A page of another origin must not change anything")
    func foreignOrigin() async throws {
        try await withTestApplication(origins: .loopback) { port in
            let own = "http://localhost:\(port)"
            for (fields, status) in [
                ([:], 400), (["Origin": own], 400), (["Origin": own, "Sec-Fetch-Site": "same-origin"], 400),
                (["Sec-Fetch-Site": "none"], 400),
                (["Origin": "http://localhost:5173"], 403), (["Origin": "http://127.0.0.1:\(port)"], 403),
                (["Origin": "null"], 403), (["Origin": "http://evil.example"], 403),
                (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403),
            ] {
                let all = json(fields.merging(["Host": "localhost:\(port)"]) { own, _ in own })
                let answer = try await rawExchange(port: port, [request("POST", "/echo", all)])
                #expect(answer?.status == status, "\(fields)")
            }
        }
        try await withTestApplication(settings: ["CORS_ORIGINS": "https://dash.example.com"]) { port in
            let fields = json(["Origin": "https://dash.example.com", "Sec-Fetch-Site": "cross-site"])
            let answer = try await rawExchange(port: port, [request("POST", "/echo", fields)])
            #expect(answer?.status == 400)
            #expect(answer?.header("access-control-allow-origin") == "https://dash.example.com")
        }
    }

    @Test("Pages of allowed origins may read every answer, errors too; others may not")
    func reading() async throws {
        try await withTestApplication(origins: .loopback) { port in
            for (path, status) in [("/runs/a", 200), ("/problem", 422), ("/nowhere", 404), ("/echo", 405)] {
                let fields = ["Origin": "http://localhost:5173"]
                let answer = try #require(try await rawExchange(port: port, [self.request("GET", path, fields)]))
                #expect(answer.status == status)
                #expect(answer.header("access-control-allow-origin") == "http://localhost:5173")
                #expect(answer.header("access-control-allow-credentials") == nil)
                #expect(answer.header("vary") == "Origin")
                #expect(answer.header("x-content-type-options") == "nosniff")
            }
            let foreign = self.request("GET", "/runs/a", ["Origin": "https://evil.example"])
            let answer = try #require(try await rawExchange(port: port, [foreign]))
            #expect(answer.status == 200)
            #expect(answer.header("access-control-allow-origin") == nil)
            #expect(answer.header("vary") == "Origin")
        }
        try await withTestApplication { port in
            let request = self.request("GET", "/runs/a", ["Origin": "http://localhost:5173"])
            let answer = try #require(try await rawExchange(port: port, [request]))
            #expect(answer.header("access-control-allow-origin") == nil)
        }
    }

    @Test("* is never sent with cookies, and names are")
    func credentials() async throws {
        try await withTestApplication(settings: ["CORS_ORIGINS": "*,https://dash.example.com"]) { port in
            for (origin, allowed, credentials) in [
                ("https://any.example", "*", nil), ("https://dash.example.com", "https://dash.example.com", "true"),
            ] {
                let request = self.request("GET", "/runs/a", ["Origin": origin])
                let answer = try #require(try await rawExchange(port: port, [request]))
                #expect(answer.header("access-control-allow-origin") == allowed)
                #expect(answer.header("access-control-allow-credentials") == credentials)
            }
        }
    }

    @Test("A preflight request is answered with what is allowed")
    func preflight() async throws {
        let fields = [
            "Origin": "http://localhost:5173", "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "last-event-id", "Access-Control-Request-Private-Network": "true",
        ]
        try await withTestApplication(origins: .loopback) { port in
            let answer = try #require(try await rawExchange(port: port, [request("OPTIONS", "/runs/a", fields)]))
            #expect(answer.status == 204)
            #expect(answer.header("access-control-allow-origin") == "http://localhost:5173")
            #expect(answer.header("access-control-allow-methods") == "GET, HEAD")
            #expect(
                answer.header("access-control-allow-headers")
                    == "Last-Event-ID, Cache-Control, Authorization, Content-Type"
            )
            #expect(answer.header("access-control-max-age") == "600")
            #expect(answer.header("access-control-allow-private-network") == "true")
            let foreign = fields.merging(["Origin": "https://evil.example"]) { $1 }
            let other = try #require(try await rawExchange(port: port, [request("OPTIONS", "/runs/a", foreign)]))
            #expect(other.header("access-control-allow-methods") == nil)
            #expect(other.header("access-control-allow-origin") == nil)
        }
        try await withTestApplication(settings: ["CORS_ORIGINS": "http://localhost:*"]) { port in
            let answer = try #require(try await rawExchange(port: port, [request("OPTIONS", "/echo", fields)]))
            #expect(answer.header("access-control-allow-methods") == "OPTIONS, POST")
        }
    }

    @Test(
        "A wrong method is a 405 that lists the allowed ones, OPTIONS lists them too, and HEAD works wherever GET does"
    )
    func methods() async throws {
        try await withTestApplication { port in
            for (method, path, status, allowed) in [
                ("DELETE", "/healthz", 405, "GET, HEAD, OPTIONS"), ("PROPFIND", "/echo", 405, "OPTIONS, POST"),
                ("POST", "/runs/a", 405, "GET, HEAD, OPTIONS"), ("OPTIONS", "/runs/a", 204, "GET, HEAD, OPTIONS"),
                ("OPTIONS", "/nowhere", 404, nil), ("HEAD", "/healthz", 200, nil), ("HEAD", "/readyz", 200, nil),
                ("HEAD", "/runs/a", 200, nil), ("HEAD", "/nowhere", 404, nil), ("HEAD", "/problem", 422, nil),
                ("HEAD", "/echo", 405, "OPTIONS, POST"),
            ] {
                let answer = try #require(RawAnswer(head: try await rawSession(port: port, request(method, path))))
                #expect(answer.status == status, "\(method) \(path)")
                #expect(answer.header("allow") == allowed, "\(method) \(path)")
                if method == "HEAD" { #expect(answer.body == "", "\(path)") }
            }
        }
    }
}
