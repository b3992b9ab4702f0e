//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird

/// A search engine that always finds the same results, with the words of the query.
enum SearchPages {
    /// Longer queries are cut, so that a request cannot create a page of arbitrary size.
    static let longestQuery = 200

    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("/") { _, _ in Self.home }
        router.get("search") { request, _ in Self.results(for: Self.query(of: request)) }
        router.get("article/:number") { request, context in
            Self.article(context.parameters.get("number", as: Int.self) ?? 1, about: Self.query(of: request))
        }
    }

    private static func query(of request: Request) -> String {
        let text = FormFields(queryOf: request)["q"] ?? ""
        return String(text.prefix(Self.longestQuery)).trimmed()
    }

    private static func form(_ query: String, autofocus: Bool) -> String {
        Embedded.searchFormHTML.filled([
            "query": query, "longest": "\(longestQuery)", "autofocus": autofocus ? " autofocus" : "",
        ])
    }

    static let home = Page(
        title: "Search",
        content: Embedded.searchHomeHTML.filled(["form": form("", autofocus: true)])
    )

    private static let subjects: [(title: String, text: String)] = [
        ("an introduction", "What it is, where it comes from, and how to take the first steps."),
        ("the reference", "Every detail in one place, from the first option to the last."),
        ("questions and answers", "What people ask most often, and what has worked for them."),
        ("a short history", "How it began, who took part, and why it is still with us."),
        ("examples to try", "Ten small examples, each of which can be run in a minute."),
    ]

    private static func results(for query: String) -> Page {
        if query.isEmpty { return Self.home }
        let parameter = percentEncode(query)
        let items = Self.subjects.enumerated().map { index, subject in
            Embedded.searchResultHTML.filled([
                "number": "\(index + 1)", "parameter": parameter, "query": query, "title": subject.title,
                "text": subject.text,
            ])
        }
        return Page(
            title: "\(query) - Search",
            content: Embedded.searchResultsHTML.filled([
                "form": form(query, autofocus: false), "count": "\(count(for: query))", "query": query,
                "items": items.joined(),
            ])
        )
    }

    /// A plausible number of results that is always the same for the same query.
    static func count(for query: String) -> Int {
        let hash = query.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return 1000 + Int(hash % 900) * 1000
    }

    private static func article(_ number: Int, about query: String) -> Page {
        let subject = Self.subjects[max(0, min(Self.subjects.count - 1, number - 1))]
        let topic = query.isEmpty ? "Nothing in particular" : query
        return Page(
            title: "\(topic): \(subject.title)",
            content: Embedded.articleHTML.filled([
                "topic": topic, "title": subject.title, "text": subject.text, "number": "\(number)",
                "query": percentEncode(query),
            ])
        )
    }
}

/// The text as a value in a query: everything but the unreserved characters of RFC 3986 section 2.3 is encoded.
func percentEncode(_ text: String) -> String {
    var encoded = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            encoded.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            let digits = String(byte, radix: 16, uppercase: true)
            encoded += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
        }
    }
    return encoded
}

extension String {
    func trimmed() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
