//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GRDB
import TestSupport
import Testing

@testable import Spool

@Suite("A spool's file")
struct SpoolFileTests {
    @Test("That an earlier version has left behind is read, and takes what is new")
    func earlierVersion() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory.file("old.spool")
            let queue = try DatabaseQueue(path: path)
            try await queue.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                        CREATE TABLE entry (
                            id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, record BLOB, state BLOB
                        );
                        INSERT INTO meta VALUES ('target', 'redis');
                        INSERT INTO entry (run, record, state) VALUES ('r1', x'01', x'02');
                        """
                )
            }
            try queue.close()
            let file = try SpoolFile(path: path, target: "redis", maximumBytes: 1 << 20)
            let newer = SpoolEntry(run: "r2", record: [3], recording: [4])
            _ = try await file.change(append: [newer], remove: [])
            let entries = try await file.entries(after: 0, limit: 10).map(\.entry)
            #expect(entries == [SpoolEntry(run: "r1", record: [1], state: [2]), newer])
            file.close()
        }
    }
}
