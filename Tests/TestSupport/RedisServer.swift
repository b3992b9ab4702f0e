//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// A real `redis-server` for a test: on a port and a socket of its own, with a directory of its own, and gone with it.
package final class RedisServer: Sendable {
    /// The TCP port on 127.0.0.1, the same for the server's whole life.
    package let port: Int
    /// Where its data, its socket and its log are.
    package let directory: TemporaryDirectory
    /// Keeps the port while the server is away: another test's server would get it, and be taken for this one.
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
    /// What it has written to its log.
    package var log: String { self.process.withLock { $0?.output } ?? "" }
    /// Its process id while it runs.
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

    /// Starts a server and waits until it answers.
    /// - Parameter options: Further options of redis-server, for example `["--appendonly", "yes"]`. A later one wins
    ///   over the defaults, among them no snapshots and no append-only file.
    /// - Throws: A ``TestFailure`` with the end of its log when it does not come up.
    package static func started(options: [String] = []) async throws -> RedisServer {
        var attempt = 0
        while true {
            attempt += 1
            let server = try RedisServer(options: options)
            do {
                try await server.start()
                return server
            } catch let failure as TestFailure {
                // An option may name a port that somebody else has taken since it was found free.
                guard attempt < 5, server.log.contains("Address already in use") else {
                    try? await server.stop()
                    throw failure
                }
            }
        }
    }

    /// Starts the server, again on the same port and with the same data, and waits until it answers.
    /// - Throws: A ``TestFailure`` with the end of its log when it does not come up within a minute or runs already.
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
                // The socket is bound before the data is loaded; only then comes this line.
                return child.output.contains("Ready to accept connections")
            }
        } catch let failure as TestFailure {
            throw TestFailure("\(failure). Its log ends with:\n\(child.output.suffix(2000))")
        }
        guard child.isRunning else {
            throw TestFailure("redis-server has ended at once. Its log ends with:\n\(child.output.suffix(2000))")
        }
    }

    /// Kills it at once (SIGKILL), as a power failure would, and waits for its end. Its directory stays.
    package func kill() async throws {
        guard let child = process.withLock({ $0 }) else { return }
        try await child.killGroup()
    }

    /// Lets it shut down cleanly (SIGTERM) and waits for its end. Its directory stays.
    package func stop() async throws {
        guard let child = process.withLock({ $0 }), child.isRunning else { return }
        child.signal(SIGCONT)
        child.signal(SIGTERM)
        _ = try await child.waitForExit()
    }

    /// Shuts it down cleanly and starts it again on the same port and with the same data.
    package func restart() async throws {
        try await stop()
        try await start()
    }

    /// Freezes it (SIGSTOP): connections stay open, and nothing answers.
    package func suspend() {
        process.withLock { $0 }?.signal(SIGSTOP)
    }

    /// Lets it go on after ``suspend()``.
    package func resume() {
        process.withLock { $0 }?.signal(SIGCONT)
    }

    /// Runs `redis-cli` against the server, as its user would in a shell.
    /// - Parameter arguments: The command and its arguments.
    /// - Returns: Its standard output without the last line's end.
    /// - Throws: A ``TestFailure`` when redis-cli is missing or reports a failure.
    @discardableResult
    package func cli(_ arguments: String...) async throws -> String { try await self.cli(arguments) }

    /// The same for a list of arguments.
    @discardableResult
    package func cli(_ arguments: [String]) async throws -> String {
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
}

/// Gives a running Redis to the body, and ends it and removes its data afterwards.
/// - Parameters:
///   - options: Further options of redis-server.
///   - body: What to do with it. It may kill, stop, suspend and start the server.
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
