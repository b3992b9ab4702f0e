//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Browser

@Suite("Configuration, addresses and keys")
struct ConfigurationTests {
    @Test(
        "A line of arguments is split as a shell would",
        arguments: [
            ("", []), ("  --a   --b=1 ", ["--a", "--b=1"]),
            ("\"--rules=MAP google.com 127.0.0.1:80\" --x", ["--rules=MAP google.com 127.0.0.1:80", "--x"]),
            ("--rules='MAP a b'", ["--rules=MAP a b"]), ("--a=\\\"x\\ y", ["--a=\"x y"]), ("''", [""]),
            ("'a\\b'", ["a\\b"]),
        ] as [(String, [String])]
    )
    func splitsArguments(line: String, arguments: [String]) throws {
        #expect(try BrowserConfiguration.splitArguments(line) == arguments)
    }

    @Test("A quote that is not closed is refused")
    func refusesOpenQuotes() {
        #expect(throws: BrowserError.self) { try BrowserConfiguration.splitArguments("--a \"b") }
    }

    @Test("Lists of features are joined, all else is appended")
    func mergesArguments() {
        let merged = LaunchArguments.merge(
            ["--disable-features=A,B", "--x"],
            ["--disable-features=C", "--x=1", "--enable-features=D"]
        )
        #expect(merged == ["--disable-features=A,B,C", "--x", "--x=1", "--enable-features=D"])
    }

    @Test("Only root goes without the sandbox, and only a headless browser is told so")
    func dependsOnUser() {
        let asRoot = LaunchArguments.make(BrowserConfiguration(), profile: "/p", isRoot: true)
        let asUser = LaunchArguments.make(BrowserConfiguration(headless: false), profile: "/p", isRoot: false)
        #expect(asRoot.contains("--no-sandbox") && asRoot.contains("--headless=new"))
        #expect(!asUser.contains("--no-sandbox") && !asUser.contains("--headless=new"))
        #expect(asUser.contains("--user-data-dir=/p") && asUser.contains("--remote-debugging-pipe"))
    }

    @Test("The browser does not get the service's secrets")
    func filtersEnvironment() {
        let environment = [
            "PATH": "/bin", "LC_ALL": "C", "https_proxy": "p", "OPENAI_API_KEY": "s", "REDIS_URL": "s", "HOME": "/h",
        ]
        #expect(
            LaunchArguments.environment(from: environment).keys.sorted() == ["HOME", "LC_ALL", "PATH", "https_proxy"]
        )
    }

    @Test(
        "An address is tried over the likelier protocol first",
        arguments: [
            ("google.com", ["https://google.com", "http://google.com"]),
            ("Example.org/a?b#c", ["https://Example.org/a?b#c", "http://Example.org/a?b#c"]),
            ("localhost", ["http://localhost", "https://localhost"]),
            ("127.0.0.1/x", ["http://127.0.0.1/x", "https://127.0.0.1/x"]),
            ("[::1]:80", ["http://[::1]:80", "https://[::1]:80"]),
            ("example.com:8080", ["http://example.com:8080", "https://example.com:8080"]),
            ("http://intranet/", ["http://intranet/"]), ("HTTPS://a.b", ["https://a.b"]),
            ("bücher.example", ["https://bücher.example", "http://bücher.example"]),
        ]
    )
    func triesAddresses(text: String, candidates: [String]) throws {
        #expect(try Address(text).candidates == candidates)
        #expect(Address.isLikely(text))
    }

    @Test(
        "What is no address is refused",
        arguments: [
            "", "google", "hello world", "file:///etc/passwd", "javascript:alert(1)", "chrome://crash", "http://",
            "a..b", ".com", "a.b:99999", "a.b:x",
            "http://a b/", "data:text/html,x", "ftp://a.b/",
        ]
    )
    func refusesAddresses(text: String) {
        let error = #expect(throws: BrowserError.self) { try Address(text) }
        #expect(error?.code == .invalidAddress)
    }

    @Test("Only where nobody speaks the protocol the other one is tried")
    func fallsBack() {
        func error(_ name: String) -> BrowserError { BrowserError(.navigationFailed, "", netError: name) }
        #expect(Address.shouldTryNext(after: error("net::ERR_SSL_PROTOCOL_ERROR")))
        #expect(Address.shouldTryNext(after: error("net::ERR_CONNECTION_REFUSED")))
        #expect(!Address.shouldTryNext(after: error("net::ERR_CERT_DATE_INVALID")))
        #expect(!Address.shouldTryNext(after: error("net::ERR_NAME_NOT_RESOLVED")))
        #expect(!Address.shouldTryNext(after: BrowserError(.timedOut, "")))
    }

    @Test(
        "Keys are known as people write them",
        arguments: [
            ("Enter", "Enter", "\r"), ("return", "Enter", "\r"), ("ESC", "Escape", nil), ("page down", "PageDown", nil),
            ("Arrow-Left", "ArrowLeft", nil),
            ("x", "x", "x"), ("Ctrl+A", "A", nil), ("Shift+Tab", "Tab", nil), ("F5", "F5", nil), ("space", " ", " "),
        ] as [(String, String, String?)]
    )
    func knowsKeys(name: String, key: String, text: String?) throws {
        let stroke = try KeyStroke(name)
        #expect(stroke.key == key)
        #expect(stroke.text == text)
        #expect(Page.knowsKey(name))
    }

    @Test("Other words are no keys", arguments: ["Sign in", "", "Hyper+X", "F13", "Save"])
    func refusesKeys(name: String) {
        #expect(!Page.knowsKey(name))
    }
}
