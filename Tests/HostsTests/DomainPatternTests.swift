//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import Testing

@Suite("Domain patterns")
struct DomainPatternTests {
    @Test(
        "A pattern matches the intended addresses",
        arguments: [
            ("example.com", "https://example.com/path?q#f"),
            ("example.com", "http://example.com"),
            ("example.com", "https://www.example.com/"),
            ("example.com", "wss://example.com/socket"),
            ("example.com", "https://EXAMPLE.com./"),
            ("EXAMPLE.com.", "https://example.com/"),
            ("example.com", "https://user:secret@example.com/"),
            ("example.com", "https://example.com:8443/"),
            ("example.com:8443", "https://example.com:8443/"),
            ("example.com:443", "https://example.com/"),
            ("example.com:*", "https://example.com:1/"),
            ("*.example.com", "https://example.com/"),
            ("*.example.com", "https://a.b.example.com/"),
            ("https://example.com", "https://example.com/"),
            ("https://*.example.com", "https://a.example.com/"),
            ("http*://example.com", "http://example.com/"),
            ("http*://example.com/*", "https://example.com/"),
            ("  example.com/ ", "https://example.com/"),
            ("localhost:8080", "http://localhost:8080/"),
            ("*.localhost", "http://app.localhost/"),
            ("127.0.0.1", "http://127.0.0.1:9/"),
            ("[::1]:80", "http://[::1]/"),
            ("[0:0:0:0:0:0:0:1]", "http://[::1]/"),
            ("[::ffff:127.0.0.1]", "http://[::ffff:7f00:1]/"),
            ("xn--mnchen-3ya.de", "https://xn--mnchen-3ya.de/"),
            ("my_host.example.com", "https://my_host.example.com/"),
        ]
    )
    func matches(pattern: String, url: String) throws {
        #expect(try DomainPattern(pattern).matches(url: url))
    }

    @Test(
        "A pattern matches nothing that only looks like it",
        arguments: [
            ("example.com", "https://example.com.evil.test/"),
            ("example.com", "https://evilexample.com/"),
            ("example.com", "https://app.example.com/"),
            ("example.com", "https://www.app.example.com/"),
            ("example.com", "https://example.com@evil.test/"),
            ("example.com", "https://evil.test/example.com"),
            ("example.com", "https://evil.test/?https://example.com"),
            ("example.com", "https://evil.test#@example.com/"),
            ("example.com", "https://evil.test\\@example.com/"),
            ("example.com", "https://example.com%2eevil.test/"),
            ("example.com", "https://example.com..evil.test/"),
            ("example.com", "ftp://example.com/"),
            ("example.com", "file://example.com/"),
            ("example.com", "data:text/html,https://example.com/"),
            ("example.com", "blob:https://example.com/0-0"),
            ("example.com", "javascript://example.com/%0aalert()"),
            ("example.com", "about:blank"),
            ("example.com", "null"),
            ("example.com", ""),
            ("example.com:8443", "https://example.com/"),
            ("example.com:443", "https://example.com:4430/"),
            ("example.com", "https://example.com:99999/"),
            ("example.com", "https://example.com:+443/"),
            ("app.example.com", "https://www.app.example.com/"),
            ("*.example.com", "https://evilexample.com/"),
            ("*.example.com", "https://example.com.evil.test/"),
            ("https://example.com", "http://example.com/"),
            ("https://example.com", "https://www.example.com/"),
            ("http://example.com", "https://example.com/"),
            ("http://example.com", "wss://example.com/"),
            ("127.0.0.1", "http://127.0.0.10/"),
            ("127.0.0.1", "http://127.1/"),
            ("127.0.0.1", "http://[::ffff:7f00:1]/"),
            ("10.0.0.1", "http://www.10.0.0.1/"),
        ]
    )
    func doesNotMatch(pattern: String, url: String) throws {
        #expect(try !DomainPattern(pattern).matches(url: url))
    }

    @Test("With https as the default, a pattern without a scheme means https only")
    func httpsByDefault() throws {
        let pattern = try DomainPattern("example.com", schemesByDefault: .https)
        #expect(pattern.matches(url: "https://example.com/"))
        #expect(!pattern.matches(url: "http://example.com/"))
        #expect(try DomainPattern("http*://example.com", schemesByDefault: .https).matches(url: "http://example.com/"))
    }

    @Test(
        "An invalid pattern is rejected with the reason",
        arguments: [
            ("", "is empty"),
            ("   ", "is empty"),
            ("*", "allows every host"),
            ("*.", "allows every host"),
            ("https://*", "allows every host"),
            ("*.*", "allows every host"),
            ("*.com", "whole top-level domain"),
            ("exa*mple.com", "has a *"),
            ("example.*", "has a *"),
            ("*example.com", "has a *"),
            ("*.*.example.com", "has a *"),
            ("example.com/path", "has a path"),
            ("https://example.com/a/*", "has a path"),
            ("example.com?q", "has a path"),
            ("user@example.com", "has a user name"),
            ("ftp://example.com", "scheme \"ftp\""),
            ("chrome-extension://abc", "scheme \"chrome-extension\""),
            ("file:///etc", "scheme \"file\""),
            ("https://", "names no host"),
            (":80", "names no host"),
            ("example.com:0", "1 to 65535"),
            ("example.com:65536", "1 to 65535"),
            ("example.com:http", "1 to 65535"),
            ("example.com:", "1 to 65535"),
            ("::1", "without brackets"),
            ("fe80::1", "without brackets"),
            ("[::1", "bracket"),
            ("[::g]", "not a host name"),
            ("127.1", "IPv4"),
            ("256.0.0.1", "IPv4"),
            ("0x7f000001", "not a host name"),
            ("*.127.0.0.1", "IP address"),
            ("münchen.de", "ASCII"),
            ("exam ple.com", "not a host name"),
            ("a..b", "not a host name"),
            ("example.com,evil.test", "not a host name"),
        ]
    )
    func refuses(text: String, reason: String) throws {
        let error = #expect(throws: InvalidDomainPattern.self) { try DomainPattern(text) }
        #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.description.contains("*.example.com") == true)
    }
}
