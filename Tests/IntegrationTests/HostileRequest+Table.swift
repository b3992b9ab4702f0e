//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension HostileRequest {
    static let table = [lines, methods, targets, fields, lengths, bodies, slow]

    private static let lines = Section(
        "Versions and first lines",
        [
            .init("HTTP/1.0", [.text("GET /healthz HTTP/1.0\r\n\r\n")], "200"),
            .init(
                "HTTP/1.0 that asks to be kept open",
                [.text("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")],
                "200"
            ),
            .init("no version", [.text("GET /healthz\r\n\r\n")], "400"),
            .init("HTTP/1.2", [.text("GET /healthz HTTP/1.2\r\nHost: localhost\r\nConnection: close\r\n\r\n")], "400"),
            .init("HTTP/2.0", [.text("GET /healthz HTTP/2.0\r\nHost: localhost\r\nConnection: close\r\n\r\n")], "400"),
            .init("the preface of HTTP/2", [.text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")], "400"),
            .init("TLS", [.text("\u{16}\u{3}\u{1}\u{2}\0\u{1}\0")], "400"),
            .init("bytes that are nothing", [.text("\0\u{1}\u{2}\r\n\r\n")], "400"),
            .init(
                "empty lines before the request",
                [.text("\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "200"
            ),
            .init(
                "a space before the method",
                [.text(" GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init("lines that end with LF alone", [.text("GET /healthz HTTP/1.1\nHost: localhost\n\n")], "400"),
            .init("lines that end with CR alone", [.text("GET /healthz HTTP/1.1\rHost: localhost\r\r")], "400"),
        ]
    )

    private static let methods = Section(
        "Methods",
        [
            .init(
                "a method of lower case",
                [.text("get /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "a method that nobody knows",
                [.text("FOO /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init("TRACE", [.text("TRACE /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")], "405"),
            .init(
                "PROPFIND",
                [.text("PROPFIND /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "405"
            ),
            .init(
                "DELETE of what cannot be deleted",
                [.text("DELETE /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "405"
            ),
            .init(
                "CONNECT to another host",
                [.text("CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "CONNECT with a path",
                [.text("CONNECT /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "405"
            ),
            .init("OPTIONS *", [.text("OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")], "204"),
            .init("GET *", [.text("GET * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")], "400"),
            .init(
                "HEAD of what there is not, then GET",
                [
                    .text(
                        "HEAD /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    )
                ],
                "404 200"
            ),
            .init(
                "an upgrade to WebSocket",
                [
                    .text(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n"
                    )
                ],
                "200"
            ),
            .init(
                "an upgrade to HTTP/2",
                [
                    .text(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"
                    )
                ],
                "200"
            ),
        ]
    )

    private static let targets = Section(
        "Targets",
        [
            .init(
                "absolute form",
                [.text("GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "200"
            ),
            .init(
                "absolute form of another host than Host",
                [.text("GET http://evil.example/api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "absolute form of another scheme",
                [.text("GET ftp://localhost/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "a percent sign without digits",
                [.text("GET /api/agents/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "a percent sign at the end",
                [.text("GET /api/agents/% HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "..",
                [.text("GET /api/v1/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "404"
            ),
            .init(
                ".. in place of an identifier",
                [.text("GET /api/agents/.. HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "422"
            ),
            .init(
                ".. percent-encoded",
                [.text("GET /api/agents/%2e%2E HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "422"
            ),
            .init(
                ". in place of a stream",
                [.text("GET /api/v1/stream-logs/request/. HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "404",
                "422"
            ),
            .init(
                "a slash percent-encoded",
                [.text("GET /api/agents/a%2f..%2fb HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "422"
            ),
            .init(
                "NUL percent-encoded",
                [.text("GET /api/agents/a%00 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "422"
            ),
            .init("NUL", [.text("GET /heal\0thz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")], "400"),
            .init(
                "a line break percent-encoded",
                [.text("GET /api/agents/a%0d%0aX:%20y HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "422"
            ),
            .init(
                "bytes outside of ASCII",
                [.text("GET /healthz?é HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "a backslash",
                [.text("GET /api\\agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "a fragment",
                [.text("GET /healthz#x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "a space within",
                [.text("GET /health z HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")],
                "400"
            ),
            .init(
                "9,000 bytes",
                [.text("GET /"), .repeated(9000, "a"), .text(" HTTP/1.1\r\nHost: localhost\r\n\r\n")],
                "414"
            ),
            .init(
                "200,000 bytes",
                [.text("GET /"), .repeated(200000, "a"), .text(" HTTP/1.1\r\nHost: localhost\r\n\r\n")],
                "431"
            ),
        ]
    )

    private static let fields = Section(
        "Fields",
        [
            .init("no Host", [.text("GET /healthz HTTP/1.1\r\n\r\n")], "400"),
            .init("two Hosts", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n")], "400"),
            .init("a Host with a space", [.text("GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n")], "400"),
            .init("a Host with a path", [.text("GET /healthz HTTP/1.1\r\nHost: localhost/x\r\n\r\n")], "400"),
            .init("a Host with a user", [.text("GET /healthz HTTP/1.1\r\nHost: a@localhost\r\n\r\n")], "400"),
            .init(
                "a foreign Host",
                [.text("GET /api/agents HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")],
                "421"
            ),
            .init(
                "a foreign Host for a stream",
                [
                    .text(
                        "GET /api/v1/stream-logs/request/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                    )
                ],
                "404",
                "421"
            ),
            .init(
                "a foreign Host that begins like ours",
                [
                    .text(
                        "GET /api/v1/stream-logs/x HTTP/1.1\r\nHost: localhost.evil.example\r\nConnection: close\r\n\r\n"
                    )
                ],
                "404",
                "421"
            ),
            .init(
                "a field that goes on in the next line",
                [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n")],
                "400"
            ),
            .init("NUL in a value", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n")], "400"),
            .init("NUL in a name", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX\0: a\r\n\r\n")], "400"),
            .init("CR in a value", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n")], "400"),
            .init("a space in a name", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX Y: a\r\n\r\n")], "400"),
            .init("a space behind a name", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX : a\r\n\r\n")], "400"),
            .init("no name", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\n: a\r\n\r\n")], "400"),
            .init("no colon", [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\ngarbage\r\n\r\n")], "400"),
            .init(
                "70,000 bytes",
                [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: "), .repeated(70000, "a"), .text("\r\n\r\n")],
                "431"
            ),
            .init(
                "300 fields",
                [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\n"), .repeated(300, "X: a\r\n"), .text("\r\n")],
                "431"
            ),
            .init(
                "an expectation that nobody knows",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\nContent-Length: 2\r\n\r\n{}"
                    )
                ],
                "417"
            ),
        ]
    )

    private static let lengths = Section(
        "Lengths, and requests inside of requests",
        [
            .init(
                "Content-Length, then Transfer-Encoding",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "Transfer-Encoding, then Content-Length",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "two Content-Lengths",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "the same Content-Length twice",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a list of Content-Lengths",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5, 5\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a Content-Length with a sign",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: +5\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a negative Content-Length",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a hexadecimal Content-Length",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x5\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a Content-Length beyond all numbers",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999999999999999\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "Transfer-Encoding: identity",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "Transfer-Encoding: gzip, chunked",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "Transfer-Encoding: xchunked",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "chunked twice",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a space before the colon of Transfer-Encoding",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a vertical tab before chunked",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding:\u{B}chunked\r\n\r\n0\r\n\r\nGET /api/v1/hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "Transfer-Encoding with HTTP/1.0",
                [.text("POST /api/agents HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")],
                "400"
            ),
            .init(
                "a GET with a body that looks like a request",
                [
                    .text(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 29\r\n\r\nGET /hidden HTTP/1.1\r\nX: ab\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    )
                ],
                "200 200"
            ),
            .init(
                "three requests at once, the last one broken",
                [
                    .text(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\nBROKEN\r\n\r\n"
                    )
                ],
                "200 404 400"
            ),
            .init(
                "a request behind the last one",
                [
                    .text(
                        "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    )
                ],
                "200"
            ),
        ]
    )

    private static let bodies = Section(
        "Bodies",
        [
            .init(
                "no media type",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
                    )
                ],
                "415"
            ),
            .init(
                "the media type of a form",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}"
                    )
                ],
                "415"
            ),
            .init(
                "a page of another origin",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nOrigin: http://evil.example\r\nContent-Length: 2\r\n\r\n{}"
                    )
                ],
                "403"
            ),
            .init(
                "no body",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 0\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "what is no JSON",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello"
                    )
                ],
                "400"
            ),
            .init(
                "100,000 brackets",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
                    ), .repeated(100000, "["),
                ],
                "400"
            ),
            .init(
                "20 MB announced",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\nx"
                    )
                ],
                "413"
            ),
            .init(
                "a size of a chunk that is none",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a negative size of a chunk",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a size of a chunk beyond all numbers",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "a chunk that is longer than it says",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}XX0\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "an extension of a chunk",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2;a=b\r\n{}\r\n0\r\n\r\n"
                    )
                ],
                "422"
            ),
            .init(
                "a trailer with fields of a head",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nContent-Length: 5\r\nHost: evil.example\r\n\r\n"
                    )
                ],
                "400"
            ),
            .init(
                "half a body, then the end",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
                    ), .end,
                ],
                "400"
            ),
        ]
    )

    private static let slow = Section(
        "Slow ones",
        [
            .init("nothing", [.text("")], "closed"),
            .init("half of a head", [.text("GET /healthz HT")], "408"),
            .init(
                "a head whose last field never ends",
                [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a")],
                "408"
            ),
            .init(
                "half of a body",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"
                    )
                ],
                "408"
            ),
            .init(
                "half of a chunk",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"
                    )
                ],
                "408"
            ),
            .init(
                "a body that is asked for and never sent",
                [
                    .text(
                        "POST /api/agents HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
                    )
                ],
                "100 408"
            ),
            .init(
                "no request behind the first one",
                [.text("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")],
                "200"
            ),
        ]
    )
}
