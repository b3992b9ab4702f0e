//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import Postgres

/// An archive in a PostgreSQL database, for gateways on more than one machine.
///
/// One process writes at a time, as in SQLite: each transaction that changes something first locks the row with the token
/// of the archiver, and so sees it. Numbers of records are therefore in the order of their commits.
package final class PostgresArchive: ArchiveStore {
    private let writer: PostgresPool
    private let readers: PostgresPool

    /// Finds the words of what is written, and of what is read.
    let words: (writing: SearchWords, reading: SearchWords)

    /// How long something may take.
    package struct Patience: Sendable {
        /// A page of a log, a cursor.
        package var reading = Duration.seconds(5)

        /// A search.
        package var searching = Duration.seconds(15)

        /// A transaction of the archiver, or a part of a removal.
        package var writing = Duration.seconds(20)

        package init() {}
    }

    private let patience: Patience

    /// How much longer than the server this process waits before it gives the connection up.
    private static let grace = Duration.seconds(2)

    /// An archive at an address. It is connected to, and its tables are made, when it is first used.
    package init(_ address: PostgresAddress, patience: Patience = Patience()) throws(ArchiveError) {
        self.patience = patience
        do {
            words = (try SearchWords(), try SearchWords())
        } catch {
            throw .unavailable("the index for words cannot be made: \(error)")
        }
        let reconnection = PostgresReconnection()
        func pool(_ connections: Int) -> PostgresPool {
            PostgresPool(
                address,
                limits: PostgresPool.Limits(connections: connections),
                reconnection: reconnection,
                prepare: Self.prepare
            )
        }
        (writer, readers) = (pool(1), pool(4))
    }

    /// What a new connection must know.
    private static let prepare: @Sendable (PostgresConnection) throws -> Void = { connection in
        try connection.run([
            PostgresStatement(
                """
                SELECT set_config('search_path', '\(PostgresSchema.name)', false),
                    set_config('jit', 'off', false),
                    -- What is joined here is joined by keys, a few rows at a time.
                    set_config('enable_mergejoin', 'off', false), set_config('enable_hashjoin', 'off', false),
                    set_config('lock_timeout', '5s', false),
                    -- A process that is stopped in the middle of a transaction holds up others no longer than this.
                    set_config('idle_in_transaction_session_timeout', '10s', false),
                    set_config('statement_timeout', '60s', false)
                """
            ),
            // Where the server has it (from 14), it ends what nobody waits for any more.
            PostgresStatement(
                """
                SELECT set_config(name, '1s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'
                """
            ),
        ])
        try PostgresSchema.migrate(connection)
    }

    package func close() async {
        await readers.close()
        await writer.close()
    }

    // MARK: Access

    func read<Value: Sendable>(
        for time: Duration? = nil,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(ArchiveError) -> Value {
        let time = time ?? patience.reading
        @Sendable func ask() async throws -> Value {
            try await readers.use(for: time + Self.grace, isCancellable: true) { connection in
                try Self.transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", time, connection, body)
            }
        }
        do {
            do {
                return try await ask()
            } catch let error as PostgresError where error.kind == .unreachable || Self.isRemoved(error) {
                // A server that was restarted has closed the connections. A new one makes tables that were removed.
                return try await ask()
            }
        } catch {
            throw ArchiveError(postgres: error)
        }
    }

    /// A search, which may take longer than a page of a log.
    func find<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws(ArchiveError) -> Value { try await read(for: patience.searching, body) }

    /// A transaction. It is not given up when the task is cancelled: what was taken from a queue must be written.
    ///
    /// - Parameter body: Is given the token of the latest archiver.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection, Int) throws -> Value
    ) async throws(ArchiveError) -> Value {
        let time = patience.writing
        do {
            return try await writer.use(for: time + Self.grace, isCancellable: false) { connection in
                try Self.transaction("BEGIN", time, connection) { connection in
                    let fence = try connection.run("SELECT token FROM archive FOR UPDATE")
                    return try body(connection, Int(fence.first?.integer("token") ?? 0))
                }
            }
        } catch {
            throw ArchiveError(postgres: error)
        }
    }

    private static func transaction<Value>(
        _ begin: String,
        _ time: Duration,
        _ connection: PostgresConnection,
        _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        do {
            connection.hold(PostgresStatement(begin))
            connection.hold(limit(time))
            let value = try body(connection)
            try connection.run("COMMIT")
            return value
        } catch let error as PostgresError where isRemoved(error) {
            connection.close()
            throw error
        }
    }

    /// Whether the tables are gone: undefined_table.
    private static func isRemoved(_ error: PostgresError) -> Bool { error.kind == .refused(code: "42P01") }

    private static func limit(_ time: Duration) -> PostgresStatement {
        let milliseconds = Int64(time / .milliseconds(1))
        return PostgresStatement(
            "SELECT set_config('statement_timeout', $1, true)",
            [.text("\(milliseconds)ms")]
        )
    }

    /// Bytes that a record takes besides its event and its words: its other columns and its places in the indices.
    static let overhead = 420

    package func size() async throws(ArchiveError) -> ArchiveSize { try await read { try Self.size($0) } }

    static func size(_ connection: PostgresConnection) throws -> ArchiveSize {
        let sums = try connection.run(
            """
            SELECT coalesce(sum(place), 0)::bigint AS records,
                (coalesce(sum(bytes), 0) + (SELECT coalesce(sum(bytes), 0) FROM picture))::bigint AS bytes
            FROM log
            """
        )
        guard let row = sums.first else { return ArchiveSize(records: 0, bytes: 0) }
        return ArchiveSize(records: Int(row.integer("records") ?? 0), bytes: Int(row.integer("bytes") ?? 0))
    }
}

extension ArchiveError {
    init(postgres error: any Error) {
        switch error {
        case let error as ArchiveError: self = error
        case let error as PostgresError:
            switch error.kind {
            // data_corrupted and index_corrupted.
            case .refused(code: "XX001"), .refused(code: "XX002"): self = .corrupt(error.description)
            default: self = .unavailable(error.description)
            }
        default: self = .unavailable("\(error)")
        }
    }
}

extension PostgresRow: StoredRow {}

extension PostgresStatement {
    /// A statement whose parameters are all written `?`, in the order of the values.
    init(positional sql: String, _ values: [StoredValue]) {
        self.init(
            positional: sql,
            of: values.map { value in
                switch value {
                case .integer(let number): .integer(number)
                case .text(let text): .text(text.storable)
                }
            }
        )
    }

    init(positional sql: String, of values: [PostgresValue]) {
        var text = ""
        var count = 0
        for piece in sql.split(separator: "?", omittingEmptySubsequences: false) {
            if count > 0 { text += "$\(count)" }
            text += piece
            count += 1
        }
        self.init(text, values)
    }
}

extension Subject {
    /// The values of `kind` and `name`.
    var columns: [PostgresValue] { [.integer(Int64(archiveKind)), .text(identifier.rawValue)] }
}
