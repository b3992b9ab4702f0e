//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import AgentLogs

/// The table of a record's fields, for all forms and all combinations of fields.
@Suite("The fields of a record")
struct RecordFieldTests {
    private let requestID: Identifier
    private let id = EntryID(milliseconds: 1_695_307_200_123, sequence: 2)
    private let timestamp = Timestamp(milliseconds: 1_695_307_200_123)

    init() throws {
        requestID = try Identifier("run-1")
    }

    /// A record with every field, and for each field one that has only that.
    private func full() throws -> LogRecord {
        LogRecord(
            id: id,
            message: "m",
            agentName: "My Agent",
            requestID: requestID,
            timestamp: timestamp,
            source: "own",
            level: .error,
            seq: 1,
            batchID: try Identifier("b"),
            batchSeq: 2,
            kind: .screenshot,
            step: 3,
            action: "click",
            url: "https://example.com/",
            durationMilliseconds: 4,
            data: ["a": 1]
        )
    }

    private func bare() -> LogRecord { LogRecord(message: "", requestID: requestID, timestamp: timestamp) }

    @Test("Every property of a record is in the table, under a unique name")
    func completeness() throws {
        let properties = Mirror(reflecting: try full()).children.count
        #expect(RecordField.all.count == properties)
        let names =
            RecordField.all.flatMap { [$0.key] + ($0.alias.map { [$0] } ?? []) } + RecordField.links.map { "\($0)" }
        #expect(Set(names).count == names.count)
        let eventNames = RecordField.all.compactMap { $0.eventName.map { "\($0)" } }
        #expect(Set(eventNames).count == eventNames.count)
        #expect(Set(RecordField.payload.map(\.key)) == Set(RecordField.all.map(\.key)))
        #expect(RecordField.log.count == eventNames.count)
    }

    @Test("A field is in each form if the record has it, and is read back from there only")
    func eachField() throws {
        let full = try full()
        let members = try #require(try JSONValue(parsing: full.payload).object)
        let fields = full.fields
        let data = try #require(try JSONValue(parsing: StreamEvent.log(full, channel: "c").json)["data"])
        for (index, field) in RecordField.all.enumerated() {
            #expect(fields.contains { $0.name == field.key } == (field.form != .entryID), "\(field.name)")
            let eventName = field.eventName.map { "\($0)" }
            #expect(eventName.map { data[$0] != nil } ?? true, "\(field.name)")
            guard field.origin != .stream else { continue }

            var expected = bare()
            let value = try #require(members[field.key], "\(field.name)")
            #expect(field.take(&expected, value))
            let object = PublishedObject([(key: field.key, value: value)])
            var read = bare()
            #expect(object.read(fieldAt: index, into: &read))
            #expect(read == expected)
            #expect(field.value(read)?.text == field.value(full)?.text)
            for (place, other) in RecordField.all.enumerated() where place != index && other.origin != .stream {
                #expect(!object.read(fieldAt: place, into: &read), "\(field.name), \(other.name)")
            }
        }
        #expect(data.object?.count == RecordField.log.count)
    }

    @Test(
        "Generated records are the same when read back from an entry, a payload or an event",
        arguments: 0..<20 as Range<UInt64>
    )
    func generated(seed: UInt64) throws {
        var generator = JSONGenerator(seed: seed)
        for _ in 0..<100 {
            let record = try self.record(&generator)
            let id = try #require(record.id)
            #expect(LogRecord(id: id, fields: record.fields, requestID: requestID) == record)
            #expect(LogRecord(payload: record.payload, requestID: requestID, receivedAt: .earliest) == record)
            for event in [StreamEvent(record, channel: "c:\"1\""), .log(record, channel: "")] {
                #expect(StreamEvent(json: event.json)?.json == event.json)
            }
            guard case .log(let log, let channel) = StreamEvent(json: StreamEvent.log(record, channel: "c").json) else {
                Issue.record("no log")
                continue
            }
            #expect(channel == "c")
            for field in RecordField.log where field.form != .agentName {
                #expect(field.value(log)?.text == field.value(record)?.text)
            }
        }
    }

    private func record(_ generator: inout JSONGenerator) throws -> LogRecord {
        func chance() -> Bool { Bool.random(using: &generator.random) }
        func number(from least: Int) -> Int? {
            chance() ? [least, 7, 1000, 1 << 53].randomElement(using: &generator.random) : nil
        }
        var record = LogRecord(
            id: EntryID(milliseconds: .random(in: 0 ... .max, using: &generator.random), sequence: 3),
            message: generator.text(),
            agentName: generator.text(),
            requestID: requestID,
            timestamp: Timestamp(milliseconds: .random(in: -9_999_999...253_402_300_799_999, using: &generator.random)),
            source: generator.text(),
            level: LogLevel.allCases.randomElement(using: &generator.random) ?? .info,
            seq: number(from: 1),
            batchID: chance() ? try Identifier("b:1") : nil,
            batchSeq: number(from: 1),
            kind: [.log, .screenshot, .end, .batchEnd].randomElement(using: &generator.random) ?? .log,
            step: number(from: 1),
            durationMilliseconds: number(from: 0)
        )
        if chance() { record.action = generator.text() }
        if chance() { record.url = generator.text() }
        if chance() {
            let data = try JSONValue(lenientlyParsing: generator.value(depth: 0).utf8)
            record.data = data == .null ? nil : data
        }
        return record
    }
}
