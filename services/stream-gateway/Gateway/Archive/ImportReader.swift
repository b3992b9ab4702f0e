//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import HTTPTypes
import JSON
import NIOCore
import ServiceKit

/// Reads the lines of an export. A pure state machine.
struct ImportReader {
    /// The run, once its line was read.
    private(set) var requestID: Identifier?
    private(set) var facts = RunFacts()

    /// How many records there were.
    private(set) var count = 0

    private var line = 0
    private var place = 0
    private var generation = 0
    private var lastID: EntryID?

    /// Reads a line.
    ///
    /// - Returns: The record; `nil` for the first line and for an empty one.
    /// - Throws: `Problem` 422 that names the line.
    mutating func take(_ text: ByteBufferView) throws -> ArchivedRecord? {
        line += 1
        if text.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return nil }
        guard let value = try? JSONValue(parsingDocument: text), value.object != nil else {
            throw wrong("is no JSON object")
        }
        guard requestID != nil else {
            try takeHead(value)
            return nil
        }
        return try record(value, String(decoding: text, as: UTF8.self))
    }

    private mutating func takeHead(_ value: JSONValue) throws {
        guard value["stepcast_export"]?.integer == ArchiveExport.version, let run = value["run"] else {
            throw wrong("must be {\"stepcast_export\":\(ArchiveExport.version),\"run\":{…}}")
        }
        func name(_ key: String) -> Identifier? { run[key]?.string.flatMap(Identifier.init(rawValue:)) }
        func time(_ key: String) -> Timestamp? { run[key]?.string.flatMap(Timestamp.init(iso8601:)) }
        guard let requestID = name("request_id") else { throw wrong("has no valid request_id of the run") }
        self.requestID = requestID
        facts.sessionID = name("session_id")
        facts.batchID = name("batch_id")
        facts.task = run["task"]?.string
        facts.status = run["status"]?.string.flatMap(RunStatus.init(rawValue:))
        facts.steps = run["steps"]?.integer
        facts.result = run["result"]?.string
        facts.error = run["error"]?.string
        facts.createdAt = time("created_at")
        facts.startedAt = time("started_at")
        facts.finishedAt = time("finished_at")
    }

    private mutating func record(_ value: JSONValue, _ text: String) throws -> ArchivedRecord {
        guard let place = value["place"]?.integer, place > self.place else {
            throw wrong("must have a place that is greater than \(self.place)")
        }
        self.place = place
        guard let generation = value["generation"]?.integer, generation >= self.generation, generation < 1 << 31 else {
            throw wrong("must have a generation of \(self.generation) or more")
        }
        if generation > self.generation { lastID = nil }
        self.generation = generation
        var id: EntryID?
        if let named = value["id"] {
            guard let parsed = named.string.flatMap({ EntryID($0) }), parsed > lastID ?? .zero else {
                throw wrong("must have an id that is greater than the one before")
            }
            id = parsed
            lastID = parsed
        }
        guard let time = value["time"]?.string.flatMap(Timestamp.init(iso8601:)) else {
            throw wrong("has no valid time")
        }
        guard let level = value["level"]?.string.flatMap(LogLevel.init(rawValue:)) else {
            throw wrong("has no valid level")
        }
        // Byte for byte as it was exported: the event comes last.
        guard let type = value["event"]?["type"]?.string, let start = text.firstRange(of: ",\"event\":"),
            let end = text.lastIndex(of: "}"), start.upperBound < end
        else { throw wrong("has no event") }
        let event = String(text[start.upperBound..<end])
        guard (try? JSONValue(parsingDocument: event.utf8)) == value["event"] else {
            throw wrong("must end with its event")
        }
        count += 1
        return ArchivedRecord(
            place: count,
            generation: generation,
            id: id,
            number: value["number"]?.integer,
            time: time,
            level: level,
            kind: type == "gap" ? .gap : type == "end" ? .end : .record,
            event: event
        )
    }

    private func wrong(_ what: String) -> Problem {
        Problem(
            .unprocessableContent,
            "The body is not the export of a run.",
            errors: [.init(field: "line \(line)", message: what)]
        )
    }
}
