//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GRDB
import Postgres
import TestSupport

/// Keeps the database of an archive locked for writing.
final class DatabaseLock {
    private let queue: DatabaseQueue?
    private let pool: PostgresPool?

    init(_ place: TestDatabasePlace) async throws {
        guard place.server != nil else {
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            configuration.busyMode = .timeout(10)
            let queue = try DatabaseQueue(path: place.path, configuration: configuration)
            try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            (self.queue, pool) = (queue, nil)
            return
        }
        guard let address = PostgresAddress(place.url) else { throw TestFailure("\(place.url) is no address") }
        let limits = PostgresPool.Limits(connections: 1)
        let pool = PostgresPool(address, limits: limits, reconnection: PostgresReconnection()) { _ in }
        try await pool.use(for: .seconds(10), isCancellable: false) { connection in
            // Without an end: the transaction lasts as long as the connection.
            try connection.run("BEGIN")
            try connection.run("SELECT token FROM stepcast.archive FOR UPDATE")
        }
        (queue, self.pool) = (nil, pool)
    }

    func release() async throws {
        try await queue?.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try queue?.close()
        await pool?.close()
    }
}
