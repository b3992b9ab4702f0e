//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import FoundationEssentials
import GRDB

/// Pictures of the steps of runs.
extension SQLiteArchive {
    package func missingPictures(limit: Int) async throws(ArchiveError) -> [PictureName] {
        try await read { database in
            try Row.fetchAll(database, sql: StoredPicture.missing, arguments: [limit]).compactMap { PictureName($0) }
        }
    }

    package func write(
        _ pictures: [ArchivedPicture],
        within bytes: Int,
        fence: ArchiveFence
    ) async throws(ArchiveError) {
        try await change { database in
            let token = try Int.fetchOne(database, sql: "SELECT token FROM fence")
            guard token == fence.token else { throw ArchiveError.fenced }
            for picture in pictures {
                let name: StatementArguments = [picture.name.requestID.rawValue, picture.name.step]
                if let data = picture.data {
                    try database.execute(sql: StoredPicture.writing, arguments: [data.count, data] + name)
                } else {
                    try database.execute(sql: StoredPicture.removal, arguments: name)
                }
            }
            if try Int.fetchOne(database, sql: StoredPicture.sum) ?? 0 > bytes {
                try database.execute(sql: StoredPicture.trimming, arguments: [bytes])
            }
        }
    }

    package func picture(_ name: PictureName) async throws(ArchiveError) -> Data? {
        try await read { database in
            let arguments: StatementArguments = [name.requestID.rawValue, name.step]
            return try Row.fetchOne(database, sql: StoredPicture.selection, arguments: arguments)?["data"]
        }
    }
}
