//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Postgres
import TestSupport

/// Runs a body with connections to a database.
func withPool<Result>(
    _ url: String,
    connections: Int = 2,
    patience: Duration = .seconds(30),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgresPool) async throws -> Result
) async throws -> Result {
    guard let address = PostgresAddress(url) else { throw TestFailure("\(url) is no address") }
    let limits = PostgresPool.Limits(connections: connections, patience: patience)
    let pool = PostgresPool(address, limits: limits, reconnection: PostgresReconnection()) { _ in }
    do {
        let result = try await body(pool)
        await pool.close()
        return result
    } catch {
        await pool.close()
        throw error
    }
}

/// The same with a new database.
func withPool<Result>(
    connections: Int = 2,
    patience: Duration = .seconds(30),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (PostgresPool, TestDatabasePlace) async throws -> Result
) async throws -> Result {
    try await TestDatabase.postgres.withPlace { place in
        try await withPool(place.url, connections: connections, patience: patience) { try await body($0, place) }
    }
}

extension PostgresPool {
    func use<Value: Sendable>(
        for time: Duration = .seconds(60),
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value { try await use(for: time, isCancellable: true, body) }
}

extension PostgresPool {
    /// Asks the server for something simple.
    func ask(for time: Duration = .seconds(60)) async throws {
        _ = try await use(for: time) { try $0.run("SELECT 1").count }
    }
}
