//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GRDB

/// The tables of an archive in SQLite, and how older ones become the latest.
enum SQLiteSchema {
    /// Marks the file as an archive of ours: "Step" in ASCII.
    static let applicationID = 0x5374_6570

    /// What each version adds to the one before. Steps are never changed once they are released.
    private static let steps = [
        """
        CREATE TABLE fence (number INTEGER PRIMARY KEY CHECK (number = 1), token INTEGER NOT NULL);
        INSERT INTO fence VALUES (1, 0);

        -- kind: 0 a run, 1 a batch; with 2 added while it is being removed. Times are in milliseconds since 1970.
        CREATE TABLE log (
            number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, name TEXT NOT NULL,
            generation INTEGER NOT NULL, generation_place INTEGER NOT NULL, place INTEGER NOT NULL,
            id BLOB, seq INTEGER, is_over INTEGER NOT NULL,
            first_time INTEGER, last_time INTEGER, archived_at INTEGER NOT NULL, began INTEGER NOT NULL,
            session TEXT, batch TEXT, task TEXT, status TEXT, steps INTEGER, result TEXT, error TEXT,
            created INTEGER, started INTEGER, finished INTEGER,
            UNIQUE (kind, name)
        );
        CREATE INDEX log_began ON log (kind, began, number);
        CREATE INDEX log_archived ON log (archived_at);

        CREATE TABLE record (
            number INTEGER PRIMARY KEY, log INTEGER NOT NULL REFERENCES log, place INTEGER NOT NULL,
            generation INTEGER NOT NULL, id BLOB, seq INTEGER, time INTEGER NOT NULL, level INTEGER NOT NULL,
            kind INTEGER NOT NULL, event TEXT NOT NULL
        );
        CREATE UNIQUE INDEX record_place ON record (log, place);
        CREATE UNIQUE INDEX record_id ON record (log, generation, id) WHERE id IS NOT NULL;
        CREATE INDEX record_time ON record (time, number);

        -- The index takes its texts from the events, which have them already.
        CREATE VIEW record_text AS SELECT
            number,
            CASE WHEN json_valid(event) THEN json_extract(event, '$.data.message') END AS message,
            CASE WHEN json_valid(event) THEN json_extract(event, '$.data.url') END AS url,
            CASE WHEN json_valid(event) THEN json_extract(event, '$.data.action') END AS action,
            CASE WHEN json_valid(event) THEN json_extract(event, '$.data.result') END AS result,
            CASE WHEN json_valid(event) THEN json_extract(event, '$.data.error') END AS error
        FROM record;
        CREATE VIRTUAL TABLE record_search USING fts5(
            message, url, action, result, error,
            content='record_text', content_rowid='number', tokenize="unicode61 remove_diacritics 2"
        );
        """,
        """
        -- Pictures of steps. Those without data are announced and not here yet.
        CREATE TABLE picture (
            number INTEGER PRIMARY KEY, log INTEGER NOT NULL REFERENCES log, step INTEGER NOT NULL,
            time INTEGER NOT NULL, bytes INTEGER, data BLOB,
            UNIQUE (log, step)
        );
        CREATE INDEX picture_time ON picture (time, bytes);
        CREATE INDEX picture_missing ON picture (time) WHERE data IS NULL;
        """,
    ]

    /// The version that this program writes.
    static var version: Int { steps.count }

    /// Makes the file the latest version.
    ///
    /// - Throws: ``ArchiveError`` or a `DatabaseError`.
    static func migrate(_ database: Database) throws {
        // Nothing is locked for a file that needs nothing.
        let (version, owner) = try versions(of: database)
        if version == steps.count, owner == applicationID { return }
        try database.inTransaction(.immediate) {
            let (version, owner) = try versions(of: database)
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            guard owner == applicationID || tables == 0 else {
                throw ArchiveError.corrupt("it is a database of another program")
            }
            guard version <= steps.count else { throw ArchiveError.newer(version: version, known: steps.count) }
            for step in steps[version...] { try database.execute(sql: step) }
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(steps.count)")
            return .commit
        }
    }

    private static func versions(of database: Database) throws -> (version: Int, owner: Int) {
        (
            try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0,
            try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        )
    }
}
