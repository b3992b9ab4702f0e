//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import TestSupport
import Testing

@Suite("A search with any filters")
struct SearchModelTests {
    /// A record as the model knows it. Whatever a record or its run need not have, some lack.
    private struct Sample {
        var requestID: Identifier
        var facts: RunFacts
        var record: LogRecord
    }

    @Test(
        "Finds in pages what a plain look at each record finds",
        arguments: TestDatabase.allCases,
        [1, 2, 3] as [UInt64]
    )
    func search(_ database: TestDatabase, _ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        let samples = Self.samples(&random)
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            for run in Set(samples.map(\.requestID)).sorted(by: { $0.rawValue < $1.rawValue }) {
                let own = samples.filter { $0.requestID == run }
                try await archive.write([ArchiveEntry(run, own.map(\.record), own[0].facts)], fence: fence)
            }
            for _ in 0..<150 {
                let (word, query) = Self.query(&random)
                let expected = samples.filter { Self.finds($0, word, query) }.map(\.record.message).sorted()
                var found: [String] = []
                var page = query
                repeat {
                    let answer = try await archive.search(page)
                    found += answer.hits.map(\.record.text)
                    page.after = answer.next
                } while page.after != nil
                #expect(found.sorted() == expected, "\(word ?? "everything") with \(query)")
            }
        }
    }

    // MARK: The model

    private static let words = ["cart", "door", "moon"]
    private static let places = ["https://a.example/x", "https://a.example/y?z=1", "https://b.example/x"]
    private static let levels: [LogLevel] = [.debug, .info, .warning, .error]
    private static let start: Int64 = 1_700_000_000_000

    private static func samples(_ random: inout SeededRandom) -> [Sample] {
        var samples: [Sample] = []
        for run in 0..<8 {
            var facts = RunFacts()
            facts.sessionID = ["s1", "s2", nil].randomElement(using: &random)?.flatMap(Identifier.init(rawValue:))
            facts.batchID = ["b1", nil].randomElement(using: &random)?.flatMap(Identifier.init(rawValue:))
            let requestID = identifier("run-\(run)")
            for number in 1...Int.random(in: 1...15, using: &random) {
                let text = words.filter { _ in Bool.random(using: &random) }.joined(separator: " ")
                let record = LogRecord(
                    message: "\(text) r\(run)n\(number)",
                    requestID: requestID,
                    timestamp: Timestamp(milliseconds: start + Int64.random(in: 0...100, using: &random)),
                    level: levels.randomElement(using: &random) ?? .info,
                    action: ["click", "type", nil].randomElement(using: &random) ?? nil,
                    url: (places + [nil]).randomElement(using: &random) ?? nil
                )
                samples.append(Sample(requestID: requestID, facts: facts, record: record))
            }
        }
        return samples
    }

    private static func query(_ random: inout SeededRandom) -> (String?, SearchQuery) {
        func some<Value>(_ value: Value, _ random: inout SeededRandom) -> Value? {
            Int.random(in: 0..<3, using: &random) == 0 ? value : nil
        }
        let word = Bool.random(using: &random) ? words.randomElement(using: &random) : nil
        var query = SearchQuery(word.flatMap(SearchText.init), limit: Int.random(in: 1...20, using: &random))
        if Bool.random(using: &random) { query.order = .rank }
        query.level = some(.warning, &random) ?? .debug
        query.action = some("click", &random)
        query.url = some(["a.example", "/x", "z="].randomElement(using: &random) ?? "", &random)
        query.runs.requestID = some(identifier("run-\(Int.random(in: 0...8, using: &random))"), &random)
        query.runs.sessionID = some(identifier("s1"), &random)
        query.runs.batchID = some(identifier("b1"), &random)
        let times = (0..<2).map { _ in start + Int64.random(in: 0...100, using: &random) }.sorted()
        query.since = some(Timestamp(milliseconds: times[0]), &random)
        query.until = some(Timestamp(milliseconds: times[1]), &random)
        return (word, query)
    }

    private static func finds(_ sample: Sample, _ word: String?, _ query: SearchQuery) -> Bool {
        let record = sample.record
        let isMeant =
            query.runs.requestID.map { $0 == sample.requestID } ?? true
            && query.runs.sessionID.map { $0 == sample.facts.sessionID } ?? true
            && query.runs.batchID.map { $0 == sample.facts.batchID } ?? true
        let isThen =
            query.since.map { $0.milliseconds <= record.timestamp.milliseconds } ?? true
            && query.until.map { record.timestamp.milliseconds < $0.milliseconds } ?? true
        return isMeant && isThen && record.level >= query.level
            && word.map { record.message.split(separator: " ").contains(Substring($0)) } ?? true
            && query.action.map { $0 == record.action } ?? true
            && query.url.map { record.url?.contains($0) ?? false } ?? true
    }
}

extension ArchiveEntry {
    /// Records of a run, as they are.
    fileprivate init(_ requestID: Identifier, _ records: [LogRecord], _ facts: RunFacts) {
        let archived = records.enumerated().map { index, record in
            ArchivedRecord(
                place: index + 1,
                generation: 0,
                id: EntryID(milliseconds: UInt64(index + 1), sequence: 0),
                time: record.timestamp,
                level: record.level,
                event: String(decoding: StreamEvent(record, channel: "c").json, as: UTF8.self)
            )
        }
        var cursor = ArchiveCursor()
        cursor.place = archived.count
        cursor.id = archived.last?.id
        self.init(.run(requestID), records: archived, cursor: cursor, facts: facts)
    }
}
