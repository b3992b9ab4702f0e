//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import FoundationEssentials
import Postgres

/// Pictures of the steps of runs.
extension PostgresArchive {
    package func missingPictures(limit: Int) async throws(ArchiveError) -> [PictureName] {
        try await read { connection in
            let rows = try connection.run([
                PostgresStatement(positional: StoredPicture.missing, of: [.integer(Int64(limit))])
            ])
            return rows[0].map { PictureName($0) }.compactMap(\.self)
        }
    }

    package func write(
        _ pictures: [ArchivedPicture],
        within bytes: Int,
        fence: ArchiveFence
    ) async throws(ArchiveError) {
        try await change { connection, token in
            guard token == fence.token else { throw ArchiveError.fenced }
            let changes = pictures.map { picture in
                let name: [PostgresValue] = [
                    .text(picture.name.requestID.rawValue), .integer(Int64(picture.name.step)),
                ]
                guard let data = picture.data else {
                    return PostgresStatement(positional: StoredPicture.removal, of: name)
                }
                return PostgresStatement(
                    positional: StoredPicture.writing,
                    of: [.integer(Int64(data.count)), .bytes(data)] + name
                )
            }
            if !changes.isEmpty { try connection.run(changes) }
            let sum = try connection.run([PostgresStatement(StoredPicture.sum)])[0].first?.integer("bytes")
            if sum ?? 0 > Int64(bytes) {
                try connection.run([
                    PostgresStatement(positional: StoredPicture.trimming, of: [.integer(Int64(bytes))])
                ])
            }
        }
    }

    package func picture(_ name: PictureName) async throws(ArchiveError) -> Data? {
        try await read { connection in
            let name: [PostgresValue] = [.text(name.requestID.rawValue), .integer(Int64(name.step))]
            return try connection.run([PostgresStatement(positional: StoredPicture.selection, of: name)])[0]
                .first?.data("data")
        }
    }
}
