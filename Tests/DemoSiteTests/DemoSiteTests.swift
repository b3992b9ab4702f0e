//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import DemoSite

@Suite("The demo site")
struct DemoSiteTests {
    @Test("The home page is titled Search and has a search field named q")
    func home() async throws {
        try await withDemoSite { site in
            let answer = try await HTTPExchange.get("/", port: site.port)
            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "text/html; charset=utf-8")
            #expect(answer.body.contains("<title>Search</title>"))
            #expect(answer.body.contains("name=\"q\""))
            #expect(answer.body.contains("<button class=\"primary\" type=\"submit\">Search</button>"))
        }
    }

    @Test("A search finds the same each time, with the query in its results")
    func search() async throws {
        try await withDemoSite { site in
            let first = try await HTTPExchange.get("/search?q=hello+world", port: site.port)
            let second = try await HTTPExchange.get("/search?q=hello%20world", port: site.port)
            #expect(first.status == 200)
            #expect(first.body.contains("<title>hello world - Search</title>"))
            #expect(
                first.body.contains("About \(SearchPages.count(for: "hello world")) results for <b>hello world</b>")
            )
            #expect(first.body.contains("<a href=\"/article/1?q=hello%20world\">hello world: an introduction</a>"))
            #expect(first.body == second.body)
        }
    }

    @Test(
        "A query is text and never becomes markup",
        arguments: ["%3Cscript%3Ealert(1)%3C/script%3E", "%22%20onfocus=%22x", "%27%3E%3Cb%3E", "%26lt%3B"]
    )
    func escaping(query: String) async throws {
        try await withDemoSite { site in
            let answer = try await HTTPExchange.get("/search?q=\(query)", port: site.port)
            #expect(answer.status == 200)
            for markup in ["<script>alert", "\" onfocus=\"x", "'><b>", "<b>&lt;</b>"] {
                #expect(!answer.body.contains(markup))
            }
        }
    }

    @Test("A result leads to an article about the query")
    func article() async throws {
        try await withDemoSite { site in
            let answer = try await HTTPExchange.get("/article/2?q=%C3%A9t%C3%A9", port: site.port)
            #expect(answer.status == 200)
            #expect(answer.body.contains("<h1>été: the reference</h1>"))
            #expect(answer.body.contains("href=\"/search?q=%C3%A9t%C3%A9\""))
        }
    }

    @Test("Ada signs in, sees her account and signs out")
    func account() async throws {
        try await withDemoSite { site in
            let form = "email=ada%40example.com&password=correct+horse"
            let signedIn = try await HTTPExchange.post("/login", form: form, port: site.port)
            #expect(signedIn.status == 303)
            #expect(signedIn.header("location") == "/account")
            let field = try #require(signedIn.header("set-cookie"))
            let cookie = try #require(field.split(separator: ";").first.map(String.init))
            #expect(field.contains("HttpOnly"))

            let account = try await HTTPExchange.get("/account", port: site.port, cookie: cookie)
            #expect(account.body.contains("<h1>Welcome, Ada</h1>"))

            let signedOut = try await HTTPExchange.post("/logout", form: "", port: site.port, cookie: cookie)
            #expect(signedOut.header("location") == "/login")
            let afterwards = try await HTTPExchange.get("/account", port: site.port, cookie: cookie)
            #expect(afterwards.status == 303)
        }
    }

    @Test("A wrong password is rejected and the email kept in the form")
    func wrongPassword() async throws {
        try await withDemoSite { site in
            let form = "email=ada%40example.com&password=wrong"
            let answer = try await HTTPExchange.post("/login", form: form, port: site.port)
            #expect(answer.status == 401)
            #expect(answer.body.contains("Wrong email or password"))
            #expect(answer.body.contains("value=\"ada@example.com\""))
            #expect(answer.header("set-cookie") == nil)
        }
    }

    @Test("The page that fails answers 500 and the missing page 404, both as pages")
    func failures() async throws {
        try await withDemoSite { site in
            let failed = try await HTTPExchange.get("/fails", port: site.port)
            #expect(failed.status == 500)
            #expect(failed.body.contains("Error 500"))
            let missing = try await HTTPExchange.get("/nowhere/%3Cb%3E", port: site.port)
            #expect(missing.status == 404)
            #expect(missing.body.contains("<title>Page not found</title>"))
            #expect(!missing.body.contains("/<b>"))
        }
    }

    @Test("The dropped connection ends without a byte")
    func drops() async throws {
        try await withDemoSite { site in
            let answer = try await HTTPExchange.get("/drops", port: site.port)
            #expect(answer.head.isEmpty)
            // The site keeps running.
            #expect(try await HTTPExchange.get("/", port: site.port).status == 200)
        }
    }

    @Test("The slow response takes the requested time")
    func slow() async throws {
        try await withDemoSite { site in
            let start = ContinuousClock.now
            let answer = try await HTTPExchange.get("/slow?ms=300", port: site.port)
            #expect(answer.status == 200)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
        }
    }

    @Test("Every page of the index answers, with everything filled in", arguments: IndexPage.pages.map(\.path))
    func index(path: String) async throws {
        if path == "/drops" { return }
        try await withDemoSite { site in
            let answer = try await HTTPExchange.get(path, port: site.port)
            let expected = path == "/fails" ? 500 : path == "/nowhere" ? 404 : 200
            #expect(answer.status == expected)
            #expect(answer.body.contains("<h1>"))
            #expect(!answer.body.contains("{{"))
        }
    }

    @Test("A shutdown does not wait for a slow answer")
    func shutdown() async throws {
        let slow = try await withDemoSite { site in
            let slow = Task { try await HTTPExchange.get("/slow?ms=30000", port: site.port) }
            // The site serves others meanwhile, so the slow request has been accepted by the time this one is done.
            _ = try await HTTPExchange.get("/", port: site.port)
            return slow
        }
        // If it had been waited for, there would be a response.
        let answer = try? await slow.value
        #expect(answer?.status != 200)
    }
}

@Suite("Form fields")
struct FormFieldsTests {
    @Test("Plus is a space, percent-encoding is UTF-8, and broken encoding stays as it is")
    func decoding() {
        let fields = FormFields(encoded: "a=1+2&b=%C3%A4%2B&c&d=%zz%4&a=second")
        #expect(fields["a"] == "1 2")
        #expect(fields["b"] == "ä+")
        #expect(fields["c"] == "")
        #expect(fields["d"] == "%zz%4")
        #expect(fields["e"] == nil)
    }
}
