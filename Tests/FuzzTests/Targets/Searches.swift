//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@testable import Archive

extension FuzzTarget {
    /// What people search for, in both databases' notations.
    static let searches = FuzzTarget(name: "searches") { input throws(BrokenPromise) in
        let text = input.text
        if let address = ArchiveAddress(text) { _ = "\(address)" }
        guard let search = SearchText(text) else { return }
        try promise((1...SearchText.limits.terms).contains(search.terms.count), "there are \(search.terms.count) terms")
        guard let words else { throw BrokenPromise(description: "SQLite does not start") }
        do {
            _ = try words.query(search)
            _ = try words.snippets(search, in: [#"{"type":"log","data":{"msg":"Clicked add to cart"}}"#])
        } catch {
            throw BrokenPromise(description: "a database takes no query for \(search): \(error)")
        }
    }

    private static let words = try? SearchWords()
}
