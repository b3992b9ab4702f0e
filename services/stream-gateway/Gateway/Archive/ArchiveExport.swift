//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import JSON

/// The lines of an export: first what is known of the run, then its records.
enum ArchiveExport {
    static let version = 1

    static func head(_ run: ArchivedRun) -> [UInt8] {
        var writer = JSONWriter()
        writer.field("stepcast_export", version)
        writer.field("run", raw: String(decoding: ArchiveJSON.run(run), as: UTF8.self))
        return writer.finish() + [UInt8(ascii: "\n")]
    }

    static func line(_ record: ArchivedRecord) -> [UInt8] {
        var writer = JSONWriter()
        writer.field("place", record.place)
        writer.field("generation", record.generation)
        if let id = record.id { writer.field("id", id.description) }
        if let number = record.number { writer.field("number", number) }
        writer.field("time", record.time.iso8601)
        writer.field("level", record.level.rawValue)
        writer.field("event", raw: record.event)
        return writer.finish() + [UInt8(ascii: "\n")]
    }
}
