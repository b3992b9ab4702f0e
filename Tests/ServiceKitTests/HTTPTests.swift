//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServiceKit
import Testing

@Suite("Responses of both services")
struct HTTPTests {
    /// Sends a request, expects a problem with that status, and returns its members.
    private func problem(
        _ pieces: [String],
        status: Int,
        port: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let answer = try #require(try await rawExchange(port: port, pieces), sourceLocation: sourceLocation)
        #expect(answer.status == status, sourceLocation: sourceLocation)
        #expect(answer.header("content-type") == "application/problem+json", sourceLocation: sourceLocation)
        let problem = try JSONValue(parsing: answer.body.utf8)
        #expect(problem["status"]?.integer == status, sourceLocation: sourceLocation)
        #expect(problem["type"]?.string == "about:blank", sourceLocation: sourceLocation)
        #expect(problem["title"]?.string?.isEmpty == false, sourceLocation: sourceLocation)
        return problem
    }

    @Test("An unknown path is a problem 404 that names it")
    func notFound() async throws {
        try await withTestApplication { port in
            let problem = try await self.problem([get("/nowhere?x=1")], status: 404, port: port)
            #expect(problem["detail"]?.string == "No route matches GET /nowhere.")
            #expect(problem["instance"]?.string == "/nowhere")
            #expect(problem["title"]?.string == "Not Found")
            let other = try await self.problem([post("/nowhere", "{}")], status: 404, port: port)
            #expect(other["detail"]?.string == "No route matches POST /nowhere.")
        }
    }

    @Test("A problem is these bytes, including its fields and headers")
    func problemBytes() async throws {
        try await withTestApplication { port in
            let request = get("/problem").replacing("Host:", with: "X-Request-Id: mine\r\nHost:")
            let answer = try #require(try await rawExchange(port: port, [request]))
            #expect(
                answer.body
                    == #"{"type":"about:blank","title":"Unprocessable Content","status":422,"#
                    + #""detail":"Two fields are wrong.","instance":"/problem","http_request_id":"mine","#
                    + #""errors":[{"field":"task","message":"is \"missing\""},{"field":"planner","message":"no"}]}"#
            )
            #expect(answer.header("retry-after") == "7")
        }
    }

    @Test("An unexpected error is a problem 500 without its details")
    func unforeseen() async throws {
        try await withTestApplication { port in
            let problem = try await self.problem([get("/crash")], status: 500, port: port)
            #expect(problem["detail"]?.string == "An internal error occurred. The service's log has the details.")
            #expect(!problem.text.contains("hunter2"))
        }
    }

    @Test("JSON is accepted with any JSON media type")
    func json() async throws {
        try await withTestApplication { port in
            for type in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
                let answer = try #require(
                    try await rawExchange(port: port, [post("/echo", #"{"b":1,"a":[]}"#, type: type)])
                )
                #expect(answer.status == 200, "\(type)")
                #expect(answer.body == #"{"a":[],"b":1}"#)
                #expect(answer.header("content-type") == "application/json; charset=utf-8")
                #expect(answer.header("cache-control") == "no-store")
            }
        }
    }

    @Test("A chunked body is accepted too")
    func chunked() async throws {
        try await withTestApplication { port in
            let head =
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            let answer = try await rawExchange(port: port, [head, "3\r\n[1,\r\n", "2\r\n2]\r\n", "0\r\n\r\n"])
            #expect(answer?.body == "[1,2]")
        }
    }

    @Test(
        "Invalid JSON is a problem 400",
        arguments: [
            ("", "The body is empty; it must be a JSON object."),
            ("{", "The body is not valid JSON at byte 1: expected a name in quotes."),
            ("task=x", "The body is not valid JSON at byte 0: expected a value."),
            (#"{"task":"a",}"#, "The body is not valid JSON at byte 12: expected a name in quotes."),
        ]
    )
    func badJSON(body: String, detail: String) async throws {
        try await withTestApplication { port in
            let problem = try await self.problem([post("/echo", body)], status: 400, port: port)
            #expect(problem["detail"]?.string == detail)
        }
    }

    @Test("Nesting deeper than any stack is a problem 400")
    func deepNesting() async throws {
        try await withTestApplication { port in
            _ = try await problem([post("/echo", String(repeating: "[", count: 100_000))], status: 400, port: port)
        }
    }

    @Test(
        "Another media type is a problem 415",
        arguments: [
            "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "multipart/form-data; boundary=x",
        ]
    )
    func mediaType(type: String) async throws {
        try await withTestApplication { port in
            let problem = try await self.problem([post("/echo", "{}", type: type)], status: 415, port: port)
            #expect(problem["detail"]?.string == "The body must be application/json, not \(type).")
        }
    }

    @Test("A body without a media type is a problem 415, as a page of any origin could send it")
    func noMediaType() async throws {
        try await withTestApplication { port in
            let problem = try await self.problem([post("/echo", "{}", type: nil)], status: 415, port: port)
            #expect(
                problem["detail"]?.string == "The body must be application/json, and its Content-Type must say so."
            )
        }
    }

    @Test("A body announced as over 1 MiB is a problem 413 before it is sent")
    func declaredTooLarge() async throws {
        try await withTestApplication { port in
            let head =
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 2097152\r\n\r\n"
            let problem = try await self.problem([head], status: 413, port: port)
            #expect(problem["detail"]?.string == "The body is larger than 1 MiB (1048576 bytes).")
        }
    }

    @Test("A body of 2 MiB that is sent whole is a problem 413 as well")
    func sentTooLarge() async throws {
        try await withTestApplication { port in
            let body = "\"" + String(repeating: "x", count: 2 << 20) + "\""
            _ = try await problem([post("/echo", body)], status: 413, port: port)
        }
    }

    @Test("A chunked body is a problem 413 once it is over 1 MiB")
    func chunkedTooLarge() async throws {
        try await withTestApplication { port in
            let head =
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
            let piece = "10000\r\n" + String(repeating: " ", count: 0x10000) + "\r\n"
            let pieces = [head] + Array(repeating: piece, count: 32) + ["0\r\n\r\n"]
            let problem = try await self.problem(pieces, status: 413, port: port)
            #expect(problem["detail"]?.string == "The body is larger than 1 MiB (1048576 bytes).")
        }
    }

    @Test("A body of exactly 1 MiB is accepted, one byte more is not")
    func limit() async throws {
        try await withTestApplication { port in
            let body = "\"" + String(repeating: "x", count: (1 << 20) - 2) + "\""
            #expect(try await rawExchange(port: port, [post("/echo", body)])?.status == 200)
            _ = try await problem([post("/echo", body + " ")], status: 413, port: port)
        }
    }

    @Test("An identifier of the path may be percent-encoded")
    func identifier() async throws {
        try await withTestApplication { port in
            for path in ["a:b.c-1_", "a%3Ab.c-1_"] {
                let answer = try await rawExchange(port: port, [get("/runs/\(path)")])
                #expect(answer?.body == "a:b.c-1_")
            }
        }
    }

    @Test(
        "An identifier that breaks the rule is a problem 422 that names it and the rule",
        arguments: [
            ("a%0Ab", "has a line break at position 2"), ("a%20b", "has a space at position 2"),
            ("%C3%A9", "has a character outside of ASCII at position 1"),
            ("a%2Fb", "has the character / at position 2"),
            ("..", "is .., which cannot be part of an address"), ("%2e", "is ., which cannot be part of an address"),
            ("a%00", "has a control character at position 2"),
            (String(repeating: "x", count: 129), "has 129 characters"),
        ]
    )
    func badIdentifier(path: String, reason: String) async throws {
        try await withTestApplication { port in
            let problem = try await self.problem([get("/runs/\(path)")], status: 422, port: port)
            let message = "\(reason); allowed are 1 to 128 characters of A-Z a-z 0-9 . _ : -"
            let expected = JSONValue.array([.object(["field": .string("request_id"), "message": .string(message)])])
            #expect(problem["errors"] == expected)
        }
    }

    @Test("/healthz says ok; /readyz says why not")
    func health() async throws {
        let notReady: HealthRoutes.Check = { "Redis is away: connection refused." }
        try await withTestApplication(readiness: notReady) { port in
            #expect(try await rawExchange(port: port, [get("/healthz")])?.body == #"{"status":"ok"}"#)
            let problem = try await self.problem([get("/readyz")], status: 503, port: port)
            #expect(problem["detail"]?.string == "Redis is away: connection refused.")
        }
        try await withTestApplication { port in
            let answer = try #require(try await rawExchange(port: port, [get("/readyz")]))
            #expect(answer.status == 200)
            #expect(answer.body == #"{"status":"ready"}"#)
        }
    }
}
