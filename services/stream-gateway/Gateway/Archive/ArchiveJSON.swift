//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import ServiceKit

/// How what the archive has is written in answers.
enum ArchiveJSON {
    static func response(_ body: [UInt8]) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    /// The value of a list of objects.
    static func list(_ objects: [[UInt8]]) -> String {
        "[\(objects.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ","))]"
    }

    static func record(_ record: ArchivedRecord) -> [UInt8] {
        var writer = JSONWriter()
        write(record, to: &writer)
        return writer.finish()
    }

    private static func write(_ record: ArchivedRecord, to writer: inout JSONWriter) {
        writer.field("place", record.place)
        if let id = record.id { writer.field("id", id.description) }
        writer.field("event", raw: record.event)
    }

    static func hit(_ hit: SearchHit) -> [UInt8] {
        var writer = JSONWriter()
        writer.field("request_id", hit.requestID.rawValue)
        write(hit.record, to: &writer)
        if !hit.snippet.isEmpty {
            let parts = hit.snippet.map { part in
                var writer = JSONWriter()
                writer.field("text", part.text)
                if part.isMatch { writer.field("match", JSONValue.bool(true)) }
                return writer.finish()
            }
            writer.field("snippet", raw: list(parts))
        }
        let place = hit.record.id.map { "#r\($0)" } ?? ""
        writer.field("link", "/runs/\(hit.requestID)\(place)")
        return writer.finish()
    }

    static func run(_ run: ArchivedRun) -> [UInt8] {
        var writer = JSONWriter()
        let facts = run.facts
        writer.field("request_id", run.requestID.rawValue)
        if let sessionID = facts.sessionID { writer.field("session_id", sessionID.rawValue) }
        if let batchID = facts.batchID { writer.field("batch_id", batchID.rawValue) }
        if let task = facts.task { writer.field("task", task) }
        if let status = facts.status { writer.field("status", status.rawValue) }
        if let steps = facts.steps { writer.field("steps", steps) }
        if let result = facts.result { writer.field("result", result) }
        if let error = facts.error { writer.field("error", error) }
        if let time = facts.createdAt { writer.field("created_at", time.iso8601) }
        if let time = facts.startedAt { writer.field("started_at", time.iso8601) }
        if let time = facts.finishedAt { writer.field("finished_at", time.iso8601) }
        writer.field("records", run.records)
        writer.field("first_record_at", run.firstTime.iso8601)
        writer.field("last_record_at", run.lastTime.iso8601)
        writer.field("ended", JSONValue.bool(run.isOver))
        return writer.finish()
    }

    // MARK: Schemas

    private static let event: JSONValue = ["type": "object", "required": ["type"]]

    static let recordSchema = APISchema.object(
        ["place": APISchema.count, "event": event],
        optional: ["id": APISchema.text]
    )

    static let hitSchema = APISchema.object(
        ["request_id": APISchema.identifier, "place": APISchema.count, "event": event, "link": APISchema.text],
        optional: [
            "id": APISchema.text,
            "snippet": APISchema.array(
                of: APISchema.object(["text": APISchema.text], optional: ["match": ["type": "boolean"]])
            ),
        ]
    )

    static let runSchema = APISchema.object(
        [
            "request_id": APISchema.identifier, "records": APISchema.count, "first_record_at": APISchema.time,
            "last_record_at": APISchema.time, "ended": ["type": "boolean"],
        ],
        optional: [
            "session_id": APISchema.identifier, "batch_id": APISchema.identifier, "task": APISchema.text,
            "status": APISchema.status, "steps": APISchema.count, "result": APISchema.text, "error": APISchema.text,
            "created_at": APISchema.time, "started_at": APISchema.time, "finished_at": APISchema.time,
        ]
    )
}
