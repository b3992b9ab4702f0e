//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import HTTPStream

@Suite("The HTTP client")
struct HTTPClientTests {
    @Test("A request arrives as it was made, and so does the answer")
    func exchange() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.write(
                "HTTP/1.1 201 Created\r\nX-One: a\r\nx-one:  b \r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
            )
        } body: { server in
            let client = HTTPClient()
            var request = HTTPClient.Request("\(server.url)/a/b?c=d", method: "PUT", body: Array("grüße".utf8))
            request.headers = ["Content-Type": "text/plain", "X-Empty": "", "Authorization": "Bearer t"]
            let response = try await client.request(request)

            #expect(response.status == 201)
            #expect(response.text == "hello")
            #expect(response.headers["X-ONE"] == "a")
            #expect(response.headers.values(of: "x-one") == ["a", "b"])
            let seen = try #require(server.requests.first)
            #expect(seen.method == "PUT")
            #expect(seen.target == "/a/b?c=d")
            #expect(seen.body == "grüße")
            #expect(seen.headers["content-type"] == "text/plain")
            #expect(seen.headers["content-length"] == "7")
            #expect(seen.headers["authorization"] == "Bearer t")
            #expect(seen.headers["x-empty"] == "")
            #expect(seen.headers["expect"] == nil)
            await client.shutdown()
        }
    }

    @Test("Every method goes out under its name", arguments: ["GET", "DELETE", "POST", "PATCH", "OPTIONS", "PURGE"])
    func methods(method: String) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respond("200 OK", body: "done")
        } body: { server in
            let response = try await HTTPClient().request(HTTPClient.Request(server.url + "/", method: method))
            #expect(response.text == "done")
            #expect(server.requests.map(\.method) == [method])
            let length = server.requests.first?.headers["content-length"]
            #expect(length == (["POST", "PATCH"].contains(method) ? "0" : nil))
        }
    }

    @Test("A HEAD request has no body to wait for")
    func head() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            try await connection.waitForClose()
        } body: { server in
            let response = try await HTTPClient().request(HTTPClient.Request(server.url + "/", method: "HEAD"))
            #expect(response.headers["content-length"] == "1000")
            #expect(response.body.isEmpty)
        }
    }

    @Test("An error status is an answer, not an error, and redirects are not followed", arguments: [302, 404, 500])
    func statuses(status: Int) async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respond("\(status) Whatever", headers: ["Location": "/elsewhere"], body: "why")
        } body: { server in
            let response = try await HTTPClient().request(HTTPClient.Request(server.url + "/"))
            #expect(response.status == status)
            #expect(response.text == "why")
            #expect(server.requests.count == 1)
        }
    }

    @Test("Interim answers and trailers are passed over")
    func interimAnswers() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.write("HTTP/1.1 103 Early Hints\r\nX-Hint: 1\r\n\r\n")
            try await connection.write("HTTP/1.1 200 OK\r\nX-Real: 1\r\nTransfer-Encoding: chunked\r\n\r\n")
            try await connection.write("3\r\nabc\r\n0\r\nX-Trailer: 1\r\n\r\n")
            try await connection.waitForClose()
        } body: { server in
            let response = try await HTTPClient().request(HTTPClient.Request(server.url + "/"))
            #expect(response.status == 200)
            #expect(response.headers["x-hint"] == nil)
            #expect(response.headers["x-real"] == "1")
            #expect(response.headers["x-trailer"] == nil)
            #expect(response.text == "abc")
        }
    }

    @Test("A body above the limit is refused")
    func bodyLimit() async throws {
        try await ScriptedServer.with { connection in
            _ = try await connection.request()
            try await connection.respond("200 OK", body: String(repeating: "x", count: 100_001))
        } body: { server in
            let client = HTTPClient(configuration: .init(bodyLimit: 100_000))
            let error = await #expect(throws: HTTPError.self) {
                try await client.request(HTTPClient.Request(server.url + "/"))
            }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test(
        "A request that would mean something else on the wire is not sent",
        arguments: [
            HTTPClient.Request("ftp://127.0.0.1/"),
            HTTPClient.Request("http://"),
            HTTPClient.Request("http://127.0.0.1/a b"),
            HTTPClient.Request("http://127.0.0.1/\r\nX: y"),
            HTTPClient.Request("http://127.0.0.1/", method: "GET /x"),
            HTTPClient.Request("http://127.0.0.1/", method: ""),
            HTTPClient.Request("http://127.0.0.1/", headers: ["A\nB": "c"]),
            HTTPClient.Request("http://127.0.0.1/", headers: ["A": "b\r\nC: d"]),
        ]
    )
    func invalidRequests(request: HTTPClient.Request) async throws {
        let error = await #expect(throws: HTTPError.self) { try await HTTPClient().request(request) }
        #expect(error?.code == .invalidRequest)
    }

    @Test(
        "Only this machine goes without a proxy",
        arguments: [
            ("http://127.0.0.1:3000/", true), ("http://127.9.8.7", true), ("http://localhost", true),
            ("http://u:p@localhost:8000/x", true), ("http://[::1]:3000/?q", true), ("http://127.example.com/", false),
            ("http://localhost.example.com/", false), ("http://10.0.0.1/?127.0.0.1", false),
            ("http://127.0.0.1@example.com/", false),
        ]
    )
    func loopback(url: String, isLoopback: Bool) {
        #expect(HTTPClient.Request(url).isLoopback == isLoopback)
    }

    @Test("Header fields are found whatever the case of their name, and setting one replaces all of that name")
    func headerFields() {
        var headers: HTTPClient.Headers = ["Accept": "a", "ACCEPT": "b", "Other": "c"]
        #expect(headers["accept"] == "a")
        headers["Accept"] = "d"
        #expect(headers.values(of: "accept") == ["d"])
        #expect(headers.fields.count == 2)
        headers["other"] = nil
        #expect(headers.fields.map(\.name) == ["Accept"])
    }
}
