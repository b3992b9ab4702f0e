//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc
import Loopback

/// A PostgreSQL that keeps the archive, and is killed again and again.
///
/// It has its own times, so that the faults of a seed are the same with it and without.
final class ArchiveServer {
    /// The setting `ARCHIVE_URL` of the gateways.
    let url: String

    /// How often it was killed.
    private(set) var kills = 0

    private let server: Server
    private let directory: TemporaryDirectory
    private var generator: SeededGenerator
    private var nextKill: Int64

    /// Makes a database and starts its server, in a directory of its own: PostgreSQL refuses to be run by root, and another
    /// user may not enter the directory of the others.
    init(generator: SeededGenerator, log: String) throws(LoadError) {
        self.generator = generator
        nextKill = Clock.now + Int64(seconds: 5)
        var system = SystemRandomNumberGenerator()
        let port = try Socket.lastingPort(using: &system)
        let owner = geteuid() == 0 ? getpwnam("postgres")?.pointee : nil
        directory = try TemporaryDirectory("stepcast-stress-pg", in: owner == nil ? nil : "/tmp")
        if let owner { chown(directory.path, owner.pw_uid, owner.pw_gid) }
        let change =
            owner.map {
                ["setpriv", "--reuid=\($0.pw_uid)", "--regid=\($0.pw_gid)", "--clear-groups", "--pdeathsig=KILL", "--"]
            } ?? []
        let data = "\(directory.path)/data"
        let initdb = try ChildProcess(
            change + [
                try Self.program("initdb"), "--pgdata", data, "--username", "stepcast", "--auth", "trust", "--encoding",
                "UTF8", "--locale", "C", "--no-sync",
            ],
            environment: [:],
            directory: directory.path,
            log: "\(log)/initdb.log"
        )
        let deadline = Clock.now + Int64(seconds: 60)
        while initdb.isRunning, Clock.now < deadline { usleep(20_000) }
        server = Server(
            name: "postgres",
            port: port,
            arguments: change + [
                try Self.program("postgres"), "-D", data, "-p", "\(port)", "-k", directory.path, "-h", "127.0.0.1",
                "-c", "dynamic_shared_memory_type=mmap", "-c", "fsync=off",
            ],
            directory: log
        )
        url = "postgres://stepcast@127.0.0.1:\(port)/postgres"
        try server.start()
    }

    /// Debian keeps them off the `PATH`, by version.
    private static func program(_ name: String) throws(LoadError) -> String {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        for version in versions.sorted().reversed() {
            let path = "/usr/lib/postgresql/\(version)/bin/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw LoadError("there is no \(name): install the Debian package postgresql")
    }

    /// Kills it when it is time, and starts it again.
    ///
    /// - Parameter breaks: Whether it may be killed.
    func tick(_ now: Int64, breaks: Bool) throws(LoadError) -> String? {
        if breaks, now >= nextKill {
            nextKill = now + generator.time(in: 4...15)
            if server.isUp {
                server.kill(for: generator.time(in: 0.2...4))
                kills += 1
            }
        }
        guard let lastWords = try server.tick(now) else { return nil }
        // What is left of the one that was killed holds its memory for a moment.
        return lastWords.contains("still in use") ? nil : lastWords
    }

    func heal() { server.heal() }

    func stop() {
        server.kill(for: 0)
        server.stop()
        directory.remove()
    }
}
