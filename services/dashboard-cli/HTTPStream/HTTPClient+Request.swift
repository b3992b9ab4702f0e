//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension HTTPClient {
    /// What to ask a server, and how long to wait for which part of the answer.
    package struct Request: Sendable {
        /// An absolute `http` or `https` URL. Redirects are not followed.
        package var url: String
        /// The method, `GET` by default.
        package var method: String
        /// Header fields. `Host`, `User-Agent`, `Accept` and `Content-Length` are filled in where they are missing.
        package var headers: Headers
        /// The body; `nil` is none (an empty one for `POST`, `PUT` and `PATCH`).
        package var body: [UInt8]?
        /// How long resolving, connecting and the TLS handshake may take together.
        package var connectTimeout: Duration
        /// How long the head of the answer may take from the start of the request; `nil` waits for ever.
        package var headTimeout: Duration?
        /// How long the body may be silent before the connection counts as dead; `nil` waits for ever. Time in which
        /// the consumer does not read does not count.
        package var idleTimeout: Duration?
        /// How long the whole exchange may take; `nil` is no limit.
        package var timeout: Duration?
        /// The path of a Unix domain socket to connect to in place of the URL's host.
        package var unixSocket: String?
        /// A PEM file of certificate authorities to trust in place of the system's.
        package var certificateAuthorities: String?

        /// A request with the defaults for a short exchange: 10 s to connect, 30 s to the head, 60 s of silence.
        package init(
            _ url: String,
            method: String = "GET",
            headers: Headers = [:],
            body: [UInt8]? = nil,
            connectTimeout: Duration = .seconds(10),
            headTimeout: Duration? = .seconds(30),
            idleTimeout: Duration? = .seconds(60),
            timeout: Duration? = nil
        ) {
            self.url = url
            self.method = method
            self.headers = headers
            self.body = body
            self.connectTimeout = connectTimeout
            self.headTimeout = headTimeout
            self.idleTimeout = idleTimeout
            self.timeout = timeout
        }
    }
}

extension HTTPClient.Request {
    /// Refuses what would change the meaning of the request on the wire: line breaks in a header, a method that is not
    /// a token, a URL that is not one.
    func validate() throws(HTTPError) {
        guard Self.hasHTTPScheme(url), url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw HTTPError(
                .invalidRequest,
                "not a URL that starts with http:// or https:// and has no spaces: \(url.debugDescription)"
            )
        }
        guard Self.isToken(method) else {
            throw HTTPError(.invalidRequest, "not a method: \(method.debugDescription)")
        }
        for field in headers.fields {
            guard Self.isToken(field.name) else {
                throw HTTPError(.invalidRequest, "not a header name: \(field.name.debugDescription)")
            }
            guard field.value.utf8.allSatisfy({ ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }) else {
                throw HTTPError(.invalidRequest, "a control character in the value of the header \(field.name)")
            }
        }
    }

    private static func hasHTTPScheme(_ url: String) -> Bool {
        let lower = url.prefix(8).lowercased()
        return (lower.hasPrefix("http://") && url.utf8.count > 7) || (lower == "https://" && url.utf8.count > 8)
    }

    /// RFC 9110 section 5.6.2.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default:
                    "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Whether the request stays on this machine, where a proxy from the environment has no business.
    var isLoopback: Bool {
        guard let start = url.firstIndex(of: ":") else { return false }
        let authority = url[start...].dropFirst(3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = authority.split(separator: "@").last ?? authority
        if host.hasPrefix("[::1]") { return true }
        let name = host.prefix { $0 != ":" }
        // 127.0.0.1, and not 127.example.com.
        return name == "localhost" || name.hasPrefix("127.") && name.utf8.allSatisfy { (0x2E...0x39).contains($0) }
    }
}
