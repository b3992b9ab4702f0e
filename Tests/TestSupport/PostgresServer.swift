//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A real PostgreSQL for a test, from Debian's package, with its own port, socket and directory, which is removed with it.
package final class PostgresServer: Sendable {
    /// The TCP port on 127.0.0.1, which stays the same across restarts.
    package let port: Int

    /// The directory of its data, socket and log.
    package let directory: TemporaryDirectory

    /// Who its databases belong to.
    package static let user = "stepcast"
    package static let password = "a-secret-of-the-tests"

    private let reservation: ServerPort
    private let options: [String]
    private let process = Mutex<ChildProcess?>(nil)
    private let lastDatabase = Mutex(0)

    /// The options of all: nothing is written through to the disk, since only processes are killed here.
    private static let standard = [
        "fsync=off", "full_page_writes=off", "max_connections=300", "shared_buffers=64MB",
        "dynamic_shared_memory_type=mmap", "logging_collector=off", "log_checkpoints=off",
    ]

    private init(options: [String]) throws {
        reservation = try ServerPort()
        port = reservation.number
        self.options = options
        // The temporary files of root's tests may be in a folder that nobody else can enter.
        let user = try PostgresPrograms.user()
        directory = try TemporaryDirectory(prefix: "stepcast-pg", in: user == nil ? nil : "/tmp")
        if let user { chown(directory.path, user.id, user.group) }
    }

    deinit {
        process.withLock { $0 = nil }
        directory.remove()
    }

    /// Makes a server and waits until it is ready.
    ///
    /// - Parameter options: Settings of `postgresql.conf`, such as `"ssl=on"`. They override the defaults.
    /// - Throws: A ``TestFailure`` with the end of its log if it does not start.
    package static func started(options: [String] = []) async throws -> PostgresServer {
        let server = try PostgresServer(options: options)
        try await server.create()
        try await server.start()
        return server
    }

    /// The same, over TLS for those who ask for it.
    package static func started(certificate: TestCertificate) async throws -> PostgresServer {
        let server = try PostgresServer(options: ["ssl=on", "ssl_cert_file=server.crt", "ssl_key_file=server.key"])
        try await server.create()
        // The server takes a key that is its own and that nobody else can read.
        for (file, name) in [(certificate.certificateFile, "server.crt"), (certificate.keyFile, "server.key")] {
            let path = "\(server.data)/\(name)"
            try FileManager.default.copyItem(atPath: file, toPath: path)
            chmod(path, 0o600)
            if let user = try PostgresPrograms.user() { chown(path, user.id, user.group) }
        }
        try await server.start()
        return server
    }

    private static let common = Common()

    private actor Common {
        private var server: Task<PostgresServer, any Error>?

        func get() async throws -> PostgresServer {
            let starting = server ?? Task { try await PostgresServer.started() }
            server = starting
            return try await starting.value
        }
    }

    /// The one that the tests of this process share, each with a database of its own. It ends with the process.
    package static func shared() async throws -> PostgresServer { try await common.get() }

    private var data: String { directory.file("data") }

    private func create() async throws {
        let passwordFile = directory.file("password")
        try Self.password.write(toFile: passwordFile, atomically: false, encoding: .utf8)
        if let user = try PostgresPrograms.user() { chown(passwordFile, user.id, user.group) }
        let command = try PostgresPrograms.command(
            "initdb",
            [
                "--pgdata", data, "--username", Self.user, "--pwfile", passwordFile, "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C", "--no-sync",
            ]
        )
        let child = try ChildProcess(command.program, command.arguments, outputPath: directory.file("initdb.log"))
        guard try await child.waitForExit() == .exited(0) else { throw TestFailure("initdb failed: \(child.output)") }
    }

    /// Starts it again on the same port with the same data, and waits until it is ready.
    ///
    /// - Parameter largestFile: The bytes beyond which none of its files grows, as on a disk that is full; `nil` for no
    ///   bound.
    package func start(largestFile: Int? = nil) async throws {
        let output = directory.file("postgres.log")
        var command = try PostgresPrograms.command(
            "postgres",
            ["-D", data, "-p", "\(port)", "-k", directory.path, "-h", "127.0.0.1"]
                + (Self.standard + options).flatMap { ["-c", $0] }
        )
        if let largestFile {
            let limit = ["--fsize=\(largestFile):", "--", command.program]
            command = (try Executable.path("prlimit"), limit + command.arguments)
        }
        // What is left of the one before may hold its memory for a moment.
        for attempt in 1... {
            try? FileManager.default.removeItem(atPath: output)
            let child = try ChildProcess(
                command.program,
                command.arguments,
                outputPath: output,
                ending: Ending(signal: SIGQUIT, directory: directory.path)
            )
            process.withLock { $0 = child }
            try await eventually("PostgreSQL to accept connections on port \(port)") {
                !child.isRunning || child.output.contains("ready to accept connections")
            }
            if child.isRunning { return }
            guard attempt < 20, child.output.contains("still in use") || child.output.contains("lock file") else {
                throw TestFailure("postgres has ended at once. Its log ends with:\n\(child.output.suffix(2000))")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Kills all of its processes (SIGKILL), like a power failure, and waits for its end. Its directory is kept.
    package func kill() async throws {
        guard let child = process.withLock({ $0 }), child.isRunning else { return }
        let children = Self.children(of: child.pid)
        child.signal(SIGKILL)
        for pid in children { Glibc.kill(pid, SIGKILL) }
        _ = try await child.waitForExit()
        try await eventually("the server's processes to end") { children.allSatisfy { Glibc.kill($0, 0) != 0 } }
    }

    /// Ends it at once, in order (SIGINT), and waits for its end. Its directory is kept.
    package func stop() async throws {
        guard let child = process.withLock({ $0 }), child.isRunning else { return }
        resume()
        child.signal(SIGINT)
        _ = try await child.waitForExit()
    }

    /// Simulates the death of the test process.
    func loseParent() { process.withLock { $0 }?.loseParent() }

    /// Freezes all of its processes (SIGSTOP): connections stay open without answers.
    package func suspend() { signalAll(SIGSTOP) }

    /// Continues it after ``suspend()``.
    package func resume() { signalAll(SIGCONT) }

    private func signalAll(_ signal: Int32) {
        guard let child = process.withLock({ $0 }), child.isRunning else { return }
        child.signal(signal)
        for pid in Self.children(of: child.pid) { Glibc.kill(pid, signal) }
    }

    private static func children(of parent: pid_t) -> [pid_t] {
        let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
        return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
    }

    // MARK: Databases

    /// The URL of a database.
    package func url(of database: String, password: String = PostgresServer.password) -> String {
        "postgres://\(Self.user):\(password)@127.0.0.1:\(port)/\(database)"
    }

    /// Makes an empty database.
    ///
    /// - Returns: Its name.
    package func createDatabase() async throws -> String {
        let number = lastDatabase.withLock { number in
            number += 1
            return number
        }
        try await psql("CREATE DATABASE test_\(number)")
        return "test_\(number)"
    }

    /// Removes a database, whoever uses it.
    package func drop(_ database: String) async throws {
        try await psql("DROP DATABASE IF EXISTS \(database) WITH (FORCE)")
    }

    /// Runs `psql`, as a user would in a shell.
    ///
    /// - Returns: Its output: a line for each row, with `|` between columns.
    /// - Throws: A ``TestFailure`` with what it says if it fails.
    @discardableResult
    package func psql(_ sql: String, in database: String = "postgres") async throws -> String {
        let output = directory.file("psql-\(UInt32.random(in: .min ... .max))")
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try ChildProcess(
            try PostgresPrograms.path("psql"),
            ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--command", sql]
                + [url(of: database)],
            outputPath: output
        )
        guard try await child.waitForExit() == .exited(0) else { throw TestFailure("psql: \(sql): \(child.output)") }
        let text = child.output
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
