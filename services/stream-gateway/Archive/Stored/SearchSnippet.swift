//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The text around a match, as SQLite's FTS5 chooses it. Two characters that have no meaning stand around what matches.
enum SearchSnippet {
    /// Characters for private use.
    private static let marks = (begin: 0xE000, end: 0xE001)

    /// The call for the index of that name.
    static func sql(_ table: String) -> String {
        "snippet(\(table), -1, char(\(marks.begin)), char(\(marks.end)), '…', 24)"
    }

    static func parts(of text: String) -> [SearchHit.Part] {
        var parts: [SearchHit.Part] = []
        var isMatch = false
        for piece in text.unicodeScalars.split(
            omittingEmptySubsequences: false,
            whereSeparator: { [marks.begin, marks.end].contains(Int($0.value)) }
        ) {
            if !piece.isEmpty { parts.append(SearchHit.Part(String(piece), isMatch: isMatch)) }
            isMatch.toggle()
        }
        return parts
    }
}

extension SearchText {
    /// The search as FTS5 understands it. Each term is quoted, so that nothing in it is an operator.
    var fts5: String {
        terms.map { "\"\($0.words.replacing("\"", with: "\"\""))\"\($0.isPrefix ? "*" : "")" }.joined(
            separator: " AND "
        )
    }
}

/// How an event is searched, the same in every database.
enum SearchedEvent {
    /// The texts of an event that are searched.
    static let columns = ["message", "url", "action", "result", "error"]

    /// How words are told apart.
    static let tokenizer = "unicode61 remove_diacritics 2"

    /// One of the texts of an event.
    static func text(_ column: String, of event: String) -> String { "json_extract(\(event), '$.data.\(column)')" }
}
