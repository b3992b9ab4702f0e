//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import ServiceKit

@Suite("Patterns of origins and hosts")
struct OriginPolicyTests {
    @Test(
        "An origin is allowed as it is written",
        arguments: [
            ("https://dash.example.com", "https://dash.example.com", true),
            ("https://dash.example.com", "HTTPS://Dash.Example.com:443", true),
            ("https://dash.example.com", "http://dash.example.com", false),
            ("https://dash.example.com", "https://dash.example.com:8443", false),
            ("https://dash.example.com", "https://dash.example.com.evil.example", false),
            ("https://dash.example.com", "https://evil.example", false),
            ("https://dash.example.com", "null", false),
            ("https://*.example.com", "https://a.b.example.com", true),
            ("https://*.example.com", "https://example.com", false),
            ("https://*.example.com", "https://evilexample.com", false),
            ("http://localhost:*", "http://localhost:5173", true),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "http://localhost.evil.example:5173", false),
            ("http://[::1]:3000", "http://[::1]:3000", true),
            ("null", "null", true),
            (" http://a.example , http://b.example,", "http://b.example", true),
        ]
    )
    func origins(list: String, origin: String, isAllowed: Bool) throws {
        let permission = try OriginPolicy(list).permission(of: origin)
        #expect(permission == (isAllowed ? .named : .none))
    }

    @Test("* allows any origin without cookies; an origin that is also listed has them")
    func any() throws {
        let policy = try OriginPolicy("*,https://dash.example.com")
        #expect(policy.permission(of: "https://evil.example") == .anyone)
        #expect(policy.permission(of: "https://dash.example.com") == .named)
    }

    @Test(
        "By default pages of this machine and files are allowed",
        arguments: [
            ("http://localhost:3001", true), ("http://127.0.0.1:5173", true), ("http://[::1]", true),
            ("https://localhost", true), ("null", true), ("http://evil.example", false),
            ("http://127.0.0.1.evil.example", false), ("http://10.0.0.1", false), ("chrome-extension://abc", false),
        ]
    )
    func loopback(origin: String, isAllowed: Bool) {
        #expect((OriginPolicy.loopback.permission(of: origin) != .none) == isAllowed)
        #expect(OriginPolicy.none.permission(of: origin) == .none)
    }

    @Test(
        "An invalid pattern is rejected, and so is one that looks like more than it is",
        arguments: [
            "dash.example.com", "https://", "https://dash.example.com/", "https://*", "https://a.*.com",
            "ftp://a.example",
            "http://localhost:99999", "https://user@a.example",
        ]
    )
    func refused(list: String) {
        #expect(throws: InvalidPattern.self) { try OriginPolicy(list) }
    }

    @Test("A policy is described as it is written")
    func description() throws {
        let list = "https://dash.example.com,https://*.example.com:8443,http://localhost:*,null,*"
        #expect(try OriginPolicy(list).description == list)
        #expect(try HostPolicy("Dash.example.com,*.example.com,*").description == "dash.example.com,*.example.com,*")
    }

    @Test(
        "Names that mean this machine are always allowed, others if they are listed",
        arguments: [
            ("localhost", true), ("LOCALHOST:8000", true), ("localhost.", true), ("app.localhost", true),
            ("127.0.0.1:3000", true), ("127.1.2.3", true), ("[::1]:3000", true),
            ("dash.example.com", true), ("a.b.example.org:81", true), ("example.org", false),
            ("evil.example", false), ("localhost.evil.example", false), ("127.0.0.1.evil.example", false),
            ("127.0.0", false), ("0.0.0.0", false), ("10.0.0.1", false), ("127.0.0.256", false),
        ]
    )
    func hosts(name: String, isAllowed: Bool) throws {
        let host = try #require(HostField(field: name))
        #expect(try HostPolicy("dash.example.com, *.example.org").allows(host) == isAllowed)
    }

    @Test(
        "Text that is not a host is rejected",
        arguments: ["", ":80", "a b", "a/b", "a@b", "[::1", "[]", "[::1]x", "a:b", "a:99999", "é"]
    )
    func noHost(name: String) {
        #expect(HostField(field: name) == nil)
    }
}
