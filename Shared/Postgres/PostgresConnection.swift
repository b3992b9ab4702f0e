//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CLibpq

/// A connection to a database, for one thread at a time, which waits while the server works. ``PostgresPool`` gives each
/// connection a thread of its own.
///
/// All that it does ends by a deadline, also where the server does not answer at all. A connection that was late or
/// interrupted is closed: what the server still does for it cannot be told apart from what is asked next.
package final class PostgresConnection {
    private let address: PostgresAddress
    private let interrupt: Interrupt
    private let connection: OpaquePointer

    /// When it must have done what it does.
    var deadline: ContinuousClock.Instant

    /// Goes with the next statements, so that it costs no way of its own.
    private var held: [PostgresStatement] = []

    /// How long making a connection takes at most, where the URL does not say.
    private static let patience = 5

    /// Connects.
    ///
    /// - Throws: ``PostgresError``.
    init(_ address: PostgresAddress, interrupt: Interrupt) throws(PostgresError) {
        self.address = address
        self.interrupt = interrupt
        deadline = .now + .seconds(address.patience.map { max($0, 1) } ?? Self.patience)
        // The URL comes first: what stands behind it counts.
        var options = [("dbname", address.url), ("client_encoding", "UTF8"), ("fallback_application_name", "stepcast")]
        if let password = address.password { options.append(("password", password)) }
        guard let connection = Self.start(options) else {
            throw PostgresError(.unreachable, address, "there is no memory for a connection")
        }
        self.connection = connection
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            if state == PGRES_POLLING_FAILED || PQstatus(connection) == CONNECTION_BAD { throw lost() }
            try wait(reading: state == PGRES_POLLING_READING, writing: state == PGRES_POLLING_WRITING)
            state = PQconnectPoll(connection)
        }
        PQsetnonblocking(connection, 1)
        // Notices are nobody's business here, and would go to the standard error output.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    private var isClosed = false

    deinit { close() }

    private static func start(_ options: [(String, String)]) -> OpaquePointer? {
        var names: [UnsafePointer<CChar>?] = []
        var values: [UnsafePointer<CChar>?] = []
        func add(_ rest: ArraySlice<(String, String)>) -> OpaquePointer? {
            guard let (name, value) = rest.first else {
                return PQconnectStartParams(names + [nil], values + [nil], 1)
            }
            return name.withCString { name in
                value.withCString { value in
                    names.append(name)
                    values.append(value)
                    return add(rest.dropFirst())
                }
            }
        }
        return add(options[...])
    }

    /// Closes it. A pool makes another one.
    package func close() {
        if !isClosed { PQfinish(connection) }
        isClosed = true
    }

    /// Whether it can be used for something new. What the server has said in the meantime, that it ends for example, is
    /// heard.
    var isUsable: Bool {
        if isClosed { return false }
        if Interrupt.isReadable(PQsocket(connection)), PQconsumeInput(connection) == 0 { return false }
        return PQstatus(connection) == CONNECTION_OK && PQtransactionStatus(connection) == PQTRANS_IDLE
    }

    /// The version of the server, 150004 for 15.4.
    package var serverVersion: Int { Int(PQserverVersion(connection)) }

    // MARK: Statements

    /// Has a statement carried out in front of the next ones, in the same message to the server.
    package func hold(_ statement: PostgresStatement) { held.append(statement) }

    /// Carries out one statement.
    ///
    /// - Throws: ``PostgresError``.
    @discardableResult
    package func run(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresError) -> PostgresRows {
        try run([PostgresStatement(sql, values)])[0]
    }

    /// Carries out statements one after the other, without waiting for the answer to one before the next is sent. Where
    /// one fails, those behind it are not carried out.
    ///
    /// - Returns: What each has given.
    /// - Throws: ``PostgresError``.
    @discardableResult
    package func run(_ statements: [PostgresStatement]) throws(PostgresError) -> [PostgresRows] {
        let all = held + statements
        let skipped = held.count
        held = []
        guard !isClosed, PQenterPipelineMode(connection) == 1 else { throw lost() }
        for statement in all {
            let bound = BoundValues(statement.values)
            let sent = bound.withPointers { pointers in
                PQsendQueryParams(
                    connection,
                    statement.sql,
                    Int32(statement.values.count),
                    bound.types,
                    pointers,
                    bound.lengths,
                    bound.formats,
                    1
                )
            }
            guard sent == 1 else { throw lost() }
        }
        guard PQpipelineSync(connection) == 1 else { throw lost() }
        var answers: [PostgresRows] = []
        var failure: PostgresError?
        for index in all.indices {
            while let result = try next() {
                switch PQresultStatus(result) {
                case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                    let rows = PostgresRows(result)
                    if index >= skipped { answers.append(rows) }
                case PGRES_PIPELINE_ABORTED: PQclear(result)
                default: failure = failure ?? refusal(result)
                }
            }
        }
        if let result = try next() { PQclear(result) }
        guard PQexitPipelineMode(connection) == 1 else { throw lost() }
        if let failure { throw failure }
        return answers
    }

    /// Carries out statements without parameters, separated by semicolons.
    ///
    /// - Throws: ``PostgresError``.
    package func runScript(_ sql: String) throws(PostgresError) {
        guard !isClosed, PQsendQuery(connection, sql) == 1 else { throw lost() }
        try finish()
    }

    /// Writes rows by `COPY … FROM STDIN (FORMAT binary)`.
    ///
    /// - Throws: ``PostgresError``.
    package func copy(_ sql: String, _ rows: CopyRows) throws(PostgresError) {
        guard !isClosed, PQsendQuery(connection, sql) == 1 else { throw lost() }
        guard let begun = try next() else { throw lost() }
        guard PQresultStatus(begun) == PGRES_COPY_IN else {
            let failure = refusal(begun)
            try finish()
            throw failure
        }
        PQclear(begun)
        let bytes = rows.finished
        var offset = 0
        while offset < bytes.count {
            let count = min(bytes.count - offset, 256 << 10)
            let taken = bytes.withUnsafeBytes { buffer in
                PQputCopyData(
                    connection,
                    buffer.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) },
                    Int32(count)
                )
            }
            if taken < 0 { throw lost() }
            if taken == 0 { try wait(reading: false, writing: true) } else { offset += count }
        }
        while true {
            let taken = PQputCopyEnd(connection, nil)
            if taken < 0 { throw lost() }
            if taken > 0 { break }
            try wait(reading: false, writing: true)
        }
        try finish()
    }

    /// Ends a transaction that went wrong.
    ///
    /// - Returns: Whether the connection can be used again.
    func recover() -> Bool {
        held = []
        if isClosed || PQstatus(connection) != CONNECTION_OK { return false }
        switch PQtransactionStatus(connection) {
        case PQTRANS_IDLE: return true
        case PQTRANS_INTRANS, PQTRANS_INERROR:
            deadline = .now + .seconds(1)
            return (try? run("ROLLBACK")) != nil
        default: return false
        }
    }

    // MARK: Answers

    /// Takes what a command gives up to its end.
    private func finish() throws(PostgresError) {
        var failure: PostgresError?
        while let result = try next() {
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: PQclear(result)
            default: failure = failure ?? refusal(result)
            }
        }
        if let failure { throw failure }
    }

    /// The next answer; `nil` at the end of what belongs to one statement.
    private func next() throws(PostgresError) -> OpaquePointer? {
        while true {
            let unsent = PQflush(connection)
            if unsent < 0 { throw lost() }
            if unsent == 0, PQisBusy(connection) == 0 { break }
            try wait(reading: true, writing: unsent > 0)
            guard PQconsumeInput(connection) == 1 else { throw lost() }
        }
        let result = PQgetResult(connection)
        if result == nil, PQstatus(connection) == CONNECTION_BAD { throw lost() }
        return result
    }

    private func wait(reading: Bool, writing: Bool) throws(PostgresError) {
        switch interrupt.wait(for: PQsocket(connection), reading: reading, writing: writing, until: deadline) {
        case .ready: return
        case .interrupted:
            close()
            throw PostgresError(.cancelled, address, "the request was given up")
        case .late:
            close()
            throw PostgresError(.late, address, "the server has not answered in time")
        }
    }

    private func refusal(_ result: OpaquePointer) -> PostgresError {
        defer { PQclear(result) }
        let code = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
        let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
        let cause = message ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "an unknown error"
        // Class 57P: the server ends, or ends this connection. Class 08: the connection is broken.
        let isGone = PQstatus(connection) == CONNECTION_BAD || code.hasPrefix("57P") || code.hasPrefix("08")
        return PostgresError(isGone ? .unreachable : .refused(code: code), address, cause)
    }

    private func lost() -> PostgresError {
        let cause = isClosed ? "the connection is closed" : PQerrorMessage(connection).map { String(cString: $0) } ?? ""
        return PostgresError(.unreachable, address, cause.isEmpty ? "the connection was lost" : cause)
    }
}
