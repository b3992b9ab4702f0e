//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Hummingbird
import JSON
import NIOCore

/// Writes a run as an HTML file, part by part: no more of it is in memory than a page of the log, or a picture.
struct HTMLExportBody: Sendable {
    let run: ArchivedRun
    let access: ArchiveAccess
    let pictures: RunPictures

    /// The most of pictures that a file has, in bytes of JPEG.
    static let mostOfPictures = 96 << 20

    func write(to writer: inout any ResponseBodyWriter) async throws {
        let subject = Subject.run(run.requestID)
        // There are pictures of the latest run of this name alone.
        let newest = try await access.ask { store throws(ArchiveError) in
            try await store.page(of: subject, LogPageQuery(limit: 1)).first?.generation
        }
        var html = HTMLExport(run)
        html.begin()
        var place = 0
        var room = Self.mostOfPictures
        while place < run.records {
            let query = LogPageQuery(after: place, limit: 1000, bytes: 1 << 20)
            let records = try await access.ask { store throws(ArchiveError) in
                try await store.page(of: subject, query)
            }
            guard let last = records.last else { break }
            place = last.place
            for record in records {
                let event = (try? JSONValue(parsing: record.event.utf8)) ?? .null
                guard let step = HTMLExport.step(ofPictureIn: event) else {
                    html.add(record, event: event, picture: nil)
                    continue
                }
                var picture = HTMLExport.Picture.gone
                if record.generation == newest,
                    let bytes = try? await pictures.picture(PictureName(of: run.requestID, step: step))
                {
                    picture = bytes.readableBytes <= room ? .jpeg(Array(bytes.readableBytesView)) : .tooMuch
                    if case .jpeg = picture { room -= bytes.readableBytes }
                }
                html.add(record, event: event, picture: picture)
                try await writer.write(ByteBuffer(bytes: html.take()))
            }
            try await writer.write(ByteBuffer(bytes: html.take()))
        }
        html.end()
        try await writer.write(ByteBuffer(bytes: html.take()))
        try await writer.finish(nil)
    }
}
