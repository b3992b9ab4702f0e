//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Statements about pictures that are the same in both databases, with `?` for their values.
enum StoredPicture {
    /// Announces a picture. Values: log, step, time in milliseconds.
    static let announcement = """
        INSERT INTO picture (log, step, time) VALUES (?, ?, ?)
        ON CONFLICT (log, step) DO UPDATE SET time = excluded.time, bytes = NULL, data = NULL
        """

    /// Values: how many.
    static let missing = """
        SELECT l.name, p.step FROM picture p JOIN log l ON l.number = p.log
        WHERE p.data IS NULL AND l.kind = 0 ORDER BY p.time LIMIT ?
        """

    private static let isNamed = "log = (SELECT number FROM log WHERE kind = 0 AND name = ?) AND step = ?"

    /// Values: how many bytes, data, name, step.
    static let writing = "UPDATE picture SET bytes = ?, data = ? WHERE \(isNamed) AND data IS NULL"

    /// Takes an announcement back. Values: name, step.
    static let removal = "DELETE FROM picture WHERE \(isNamed) AND data IS NULL"

    /// Values: name, step.
    static let selection = "SELECT data FROM picture WHERE \(isNamed)"

    /// The bytes of all pictures.
    static let sum = "SELECT CAST(coalesce(sum(bytes), 0) AS bigint) AS bytes FROM picture"

    /// Removes the oldest pictures beyond a size. Values: the size in bytes.
    static let trimming = """
        DELETE FROM picture WHERE number IN (
            SELECT number FROM (
                SELECT number, sum(bytes) OVER (ORDER BY time DESC, number DESC) AS total
                FROM picture WHERE bytes IS NOT NULL
            ) AS sums
            WHERE total > ?
        )
        """
}

extension PictureName {
    init?(_ row: some StoredRow) {
        guard let name = row.text("name").flatMap({ Identifier(rawValue: $0) }), let step = row.integer("step") else {
            return nil
        }
        self.init(of: name, step: Int(step))
    }
}
