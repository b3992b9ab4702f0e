//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Archive
import Hummingbird
import NIOCore
import ServiceKit

/// `POST /api/v1/logs/import`: takes the export of a run into the archive.
struct ImportRoute: Sendable {
    let access: ArchiveAccess

    /// The longest line, in bytes.
    private static let longestLine = 32 << 20

    /// How many records, and about how many bytes, are written in one transaction.
    private static let part = (records: 1000, bytes: 4 << 20)

    func add(to routes: RouteGroup) {
        let description = RouteDescription(
            "Takes the export of a run into the archive",
            answers: [
                .json(
                    201,
                    "It is there.",
                    APISchema.object(["request_id": APISchema.identifier, "records": APISchema.count])
                )
            ],
            problems: [400, 404, 409, 413, 415, 422]
        )
        routes.post("/api/v1/logs/import", description) { request, context in
            try context.require(.admin)
            return try await take(request)
        }
    }

    private func take(_ request: Request) async throws -> Response {
        // No page can send this type unasked.
        let type = request.headers[.contentType] ?? ""
        guard type.lowercased().prefix(while: { $0 != ";" }) == "application/x-ndjson" else {
            throw Problem(
                .unsupportedMediaType,
                "The body must be application/x-ndjson, and its Content-Type must say so."
            )
        }
        var reader = ImportReader()
        var log: ArchiveImport?
        do {
            var records: [ArchivedRecord] = []
            var bytes = 0
            var rest = ByteBuffer()
            func take(_ line: ByteBufferView) async throws {
                if let record = try reader.take(line) {
                    records.append(record)
                    bytes += record.event.utf8.count
                } else if log == nil, let requestID = reader.requestID {
                    log = try await begin(requestID)
                }
                guard records.count >= Self.part.records || bytes >= Self.part.bytes else { return }
                try await write(records, to: log)
                (records, bytes) = ([], 0)
            }
            for try await chunk in request.body {
                rest.writeImmutableBuffer(chunk)
                while let end = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
                    let length = end - rest.readerIndex
                    if let line = rest.readSlice(length: length) { try await take(line.readableBytesView) }
                    rest.moveReaderIndex(forwardBy: 1)
                }
                rest.discardReadBytes()
                guard rest.readableBytes <= Self.longestLine else {
                    throw Problem(.contentTooLarge, "A line is longer than \(Self.longestLine >> 20) MiB.")
                }
            }
            if rest.readableBytes > 0 { try await take(rest.readableBytesView) }
            guard let begun = log, let requestID = reader.requestID else {
                throw Problem(.badRequest, "The body is empty; it must be the export of a run.")
            }
            try await write(records, to: begun)
            let facts = reader.facts
            let isNew = try await access.ask { store throws(ArchiveError) in try await store.finish(begun, facts: facts)
            }
            guard isNew else { throw Self.exists(requestID) }
            log = nil
            var writer = JSONWriter()
            writer.field("request_id", requestID.rawValue)
            writer.field("records", reader.count)
            var response = ArchiveJSON.response(writer.finish())
            response.status = .created
            return response
        } catch {
            if let log { try? await access.ask { store throws(ArchiveError) in try await store.abandon(log) } }
            throw error
        }
    }

    private func begin(_ requestID: Identifier) async throws -> ArchiveImport {
        let run = try await access.ask { store throws(ArchiveError) in try await store.run(requestID) }
        if run != nil { throw Self.exists(requestID) }
        return try await access.ask { store throws(ArchiveError) in try await store.beginImport(of: requestID) }
    }

    private func write(_ records: [ArchivedRecord], to log: ArchiveImport?) async throws {
        guard let log, !records.isEmpty else { return }
        try await access.ask { store throws(ArchiveError) in try await store.add(records, to: log) }
    }

    private static func exists(_ requestID: Identifier) -> Problem {
        Problem(.conflict, "The archive has the run \(requestID) already.")
    }
}
