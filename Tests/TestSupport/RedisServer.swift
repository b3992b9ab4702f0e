//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A real `redis-server` for a test, with its own port, socket and directory, which is removed with it.
package final class RedisServer: Sendable {
    /// The TCP port on 127.0.0.1, which stays the same across restarts.
    package let port: Int
    /// The directory of its data, socket and log.
    package let directory: TemporaryDirectory
    /// Reserves the port while the server is down; otherwise another test's server could get it and be taken for this
    /// one.
    private let reservation: ServerPort
    private let executable: String
    private let options: [String]
    private let process = Mutex<ChildProcess?>(nil)

    /// The URL of the server's TCP port, database 0.
    package var url: String { "redis://127.0.0.1:\(port)/0" }
    /// The path of its Unix domain socket.
    package var socketPath: String { directory.file("redis.sock") }
    /// The URL of its Unix domain socket.
    package var unixURL: String { "unix://\(socketPath)" }
    /// Its log so far.
    package var log: String { self.process.withLock { $0?.output } ?? "" }
    /// Its process id while it is running.
    package var pid: Int32? { process.withLock { $0?.isRunning == true ? $0?.pid : nil } }

    private init(options: [String]) throws {
        guard let executable = Executable.find(["redis-server"]) else {
            throw TestFailure("redis-server is not on PATH: install the Debian package redis-server")
        }
        reservation = try ServerPort()
        port = reservation.number
        self.executable = executable
        self.options = options
        directory = try TemporaryDirectory(prefix: "stepcast-redis")
    }

    deinit {
        process.withLock { $0 = nil }
        directory.remove()
    }

    /// Starts a server and waits until it is ready.
    /// - Parameter options: Additional options of redis-server, such as `["--appendonly", "yes"]`. They override the
    ///   defaults, which include no snapshots and no append-only file.
    /// - Throws: A ``TestFailure`` with the end of its log if it does not start.
    package static func started(options: [String] = []) async throws -> RedisServer {
        var attempt = 0
        while true {
            attempt += 1
            let server = try RedisServer(options: options)
            do {
                try await server.start()
                return server
            } catch let failure as TestFailure {
                // An option may name a port that has been taken since it was found free.
                guard attempt < 5, server.log.contains("Address already in use") else {
                    try? await server.stop()
                    throw failure
                }
            }
        }
    }

    /// Starts the server again on the same port with the same data, and waits until it is ready.
    /// - Throws: A ``TestFailure`` with the end of its log if it does not start within a minute, or is already running.
    package func start() async throws {
        guard pid == nil else { throw TestFailure("Redis on port \(self.port) runs already") }
        let output = self.directory.file("redis.log")
        try? FileManager.default.removeItem(atPath: output)
        let defaults = [
            "--port", "\(self.port)", "--bind", "127.0.0.1", "--unixsocket", socketPath, "--unixsocketperm", "700",
            "--dir", self.directory.path, "--save", "", "--appendonly", "no", "--daemonize", "no",
        ]
        let child = try ChildProcess(executable, defaults + options, outputPath: output)
        process.withLock { $0 = child }
        do {
            try await eventually("Redis to accept connections on port \(self.port)") {
                guard child.isRunning else { return true }
                // The socket is bound before the data is loaded; this line follows afterwards.
                return child.output.contains("Ready to accept connections")
            }
        } catch let failure as TestFailure {
            throw TestFailure("\(failure). Its log ends with:\n\(child.output.suffix(2000))")
        }
        guard child.isRunning else {
            throw TestFailure("redis-server has ended at once. Its log ends with:\n\(child.output.suffix(2000))")
        }
    }

    /// Kills it (SIGKILL), like a power failure, and waits for its end. Its directory is kept.
    package func kill() async throws {
        guard let child = process.withLock({ $0 }) else { return }
        try await child.killGroup()
    }

    /// Shuts it down cleanly (SIGTERM) and waits for its end. Its directory is kept.
    package func stop() async throws {
        guard let child = process.withLock({ $0 }), child.isRunning else { return }
        child.signal(SIGCONT)
        child.signal(SIGTERM)
        _ = try await child.waitForExit()
    }

    /// Shuts it down cleanly and starts it again on the same port with the same data.
    package func restart() async throws {
        try await stop()
        try await start()
    }

    /// Freezes it (SIGSTOP): connections stay open without responses.
    package func suspend() {
        process.withLock { $0 }?.signal(SIGSTOP)
    }

    /// Continues it after ``suspend()``.
    package func resume() {
        process.withLock { $0 }?.signal(SIGCONT)
    }

    /// Runs `redis-cli` against the server, as a user would in a shell.
    /// - Parameter arguments: The command and its arguments.
    /// - Returns: Its standard output without the last line break.
    /// - Throws: A ``TestFailure`` if redis-cli is missing or fails.
    @discardableResult
    package func cli(_ arguments: String...) async throws -> String { try await self.cli(arguments) }

    /// The same for a list of arguments.
    @discardableResult
    package func cli(_ arguments: [String]) async throws -> String {
        try await redisCLI(port: port, arguments, in: directory)
    }
}

/// Sends a command with redis-cli, and returns what it prints without the last line break.
func redisCLI(port: Int, _ arguments: [String], in directory: TemporaryDirectory) async throws -> String {
    guard let executable = Executable.find(["redis-cli"]) else {
        throw TestFailure("redis-cli is not on PATH: install the Debian package redis-tools")
    }
    let output = directory.file("cli-\(UInt32.random(in: .min ... .max))")
    defer { try? FileManager.default.removeItem(atPath: output) }
    let child = try ChildProcess(executable, ["-p", "\(port)"] + arguments, outputPath: output)
    let exit = try await child.waitForExit()
    guard exit == .exited(0) else {
        throw TestFailure("redis-cli \(arguments.joined(separator: " ")): \(exit): \(child.output)")
    }
    let text = child.output
    return text.hasSuffix("\n") ? String(text.dropLast()) : text
}

/// Runs a Redis while the body runs, and removes its data afterwards.
/// - Parameters:
///   - options: Additional options of redis-server.
///   - body: Uses the server. It may kill, stop, suspend and start it.
package func withRedisServer<Result>(
    options: [String] = [],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisServer) async throws -> Result
) async throws -> Result {
    let server = try await RedisServer.started(options: options)
    do {
        let result = try await body(server)
        try await server.kill()
        server.directory.remove()
        return result
    } catch {
        try? await server.kill()
        server.directory.remove()
        throw error
    }
}
