//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import GRDB
import Postgres

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// What is searched in events for, worked out by SQLite in memory: its functions for JSON take the texts from an event,
/// and its FTS5 tells words apart and shows what is around a match. So an archive in PostgreSQL finds and shows the same
/// as one in SQLite.
final class SearchWords: Sendable {
    private let queue: DatabaseQueue

    init() throws {
        queue = try DatabaseQueue()
        let columns = SearchedEvent.columns.joined(separator: ", ")
        try queue.inDatabase { database in
            try database.execute(
                sql: "CREATE VIRTUAL TABLE hit USING fts5(\(columns), tokenize='\(SearchedEvent.tokenizer)')"
            )
        }
    }

    /// An event as it is searched.
    struct Event {
        var action: String?
        var url: String?

        /// The words, as `tsvector` is sent.
        var words: [UInt8]
    }

    private static let texts = SearchedEvent.columns.map { "CAST(\(SearchedEvent.text($0, of: "event")) AS BLOB)" }
        .joined(separator: ", ")

    /// Reads events, one after the other.
    ///
    /// - Parameter body: Is given each, in order.
    func read(_ events: some Sequence<String>, _ body: (Event) throws -> Void) throws {
        try queue.inDatabase { database in
            let tokenizer = try Self.tokenizer(database)
            let statement = try database.cachedStatement(
                sql: "SELECT \(Self.texts) FROM (SELECT ?1 AS event) WHERE json_valid(event)"
            )
            for event in events {
                var vector = WordVector()
                var result = Event(words: [])
                if let row = try Row.fetchOne(statement, arguments: [event]) {
                    for (index, column) in SearchedEvent.columns.enumerated() {
                        try row.withUnsafeData(atIndex: index) { data in
                            guard let data, !data.isEmpty else { return }
                            switch column {
                            case "action": result.action = String(decoding: data, as: UTF8.self)
                            case "url": result.url = String(decoding: data, as: UTF8.self)
                            default: break
                            }
                            vector.beginText()
                            Self.words(of: data, .document, tokenizer) { vector.add($0) }
                        }
                    }
                }
                result.words = vector.encoded
                try body(result)
            }
        }
    }

    /// A search as `tsquery`; `nil` for one that nothing can match.
    func query(_ text: SearchText) throws -> String? {
        try queue.inDatabase { database in
            let tokenizer = try Self.tokenizer(database)
            var terms: [String] = []
            for term in text.terms {
                var words: [String] = []
                Self.words(of: Data(term.words.utf8), .query, tokenizer) { word in
                    let word = String(decoding: WordVector.shortened(word), as: UTF8.self)
                    words.append("'\(word.replacing("\\", with: "\\\\").replacing("'", with: "''"))'")
                }
                if words.isEmpty { return nil }
                terms.append("(\(words.joined(separator: " <-> "))\(term.isPrefix ? ":*" : ""))")
            }
            return terms.joined(separator: " & ")
        }
    }

    /// What is around a match in each of some events.
    func snippets(_ text: SearchText, in events: [String]) throws -> [[SearchHit.Part]] {
        try queue.inDatabase { database in
            var snippets = Array(repeating: [SearchHit.Part](), count: events.count)
            try database.inTransaction {
                let names = SearchedEvent.columns.joined(separator: ", ")
                let texts = SearchedEvent.columns.map { SearchedEvent.text($0, of: "event") }.joined(separator: ", ")
                let insertion = try database.cachedStatement(
                    sql: """
                        INSERT INTO hit (rowid, \(names)) SELECT ?1, \(texts) FROM (SELECT ?2 AS event)
                        WHERE json_valid(event)
                        """
                )
                for (index, event) in events.enumerated() { try insertion.execute(arguments: [index, event]) }
                let rows = try Row.fetchCursor(
                    database,
                    sql: "SELECT rowid, \(SearchSnippet.sql("hit")) AS snippet FROM hit WHERE hit MATCH ?",
                    arguments: [text.fts5]
                )
                while let row = try rows.next() {
                    let snippet: String? = row["snippet"]
                    snippets[row["rowid"]] = SearchSnippet.parts(of: snippet ?? "")
                }
                return .rollback
            }
            return snippets
        }
    }

    // MARK: Words

    private static func tokenizer(_ database: Database) throws -> any FTS5Tokenizer {
        let components = SearchedEvent.tokenizer.split(separator: " ").map(String.init)
        return try database.makeTokenizer(FTS5TokenizerDescriptor(components: components))
    }

    /// What the tokenizer calls for each word.
    private final class Receiver {
        let body: (UnsafeRawBufferPointer) -> Void

        init(_ body: @escaping (UnsafeRawBufferPointer) -> Void) { self.body = body }
    }

    private static func words(
        of text: Data,
        _ purpose: FTS5Tokenization,
        _ tokenizer: any FTS5Tokenizer,
        _ body: (UnsafeRawBufferPointer) -> Void
    ) {
        withoutActuallyEscaping(body) { body in
            let receiver = Receiver(body)
            withExtendedLifetime(receiver) {
                text.withUnsafeBytes { bytes in
                    _ = tokenizer.tokenize(
                        context: Unmanaged.passUnretained(receiver).toOpaque(),
                        tokenization: purpose,
                        pText: bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                        nText: Int32(clamping: bytes.count),
                        tokenCallback: { context, _, word, count, _, _ in
                            guard let context else { return 0 }
                            Unmanaged<Receiver>.fromOpaque(context).takeUnretainedValue()
                                .body(UnsafeRawBufferPointer(start: word, count: Int(count)))
                            return 0
                        }
                    )
                }
            }
        }
    }
}
