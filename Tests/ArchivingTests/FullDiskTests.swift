//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import ServiceTesting
import TestSupport
import Testing

@Suite("An archive in SQLite whose disk is full")
struct FullDiskTests {
    @Test("Holds up no viewer, says so once, and gets everything when there is room again")
    func full() async throws {
        try await TestDatabase.sqlite.withPlace { place in
            try await withRedisServer { redis in
                try await withRedisClient(of: redis) { client in
                    let writer = try Writer(client, "r")
                    try await GatewayProcess.with(redisURL: redis.url, settings: place.settings) { gateway in
                        try await writer.write(1...3)
                        _ = try await place.waits(for: 3, of: writer.subject)
                        // No file may grow beyond that, as on a disk without space.
                        try await limit(gateway, to: "1048576", place)
                        for number in 4...600 {
                            // Nothing that could be compressed.
                            let noise = (0..<500).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }
                            try await writer.write("line \(number) \(noise.joined())", number)
                        }
                        try await eventually("the failures to be logged") {
                            gateway.process.output.contains("the archive cannot be written")
                        }
                        try await RunningGateway(port: gateway.port).withViewer(of: "r") { viewer in
                            try await viewer.waits(for: "all records") { $0.sequence == Array(1...600) }
                            try await writer.write(601...602)
                            try await viewer.waits(for: "live records") { $0.sequence.last == 602 }
                        }
                        try await limit(gateway, to: "unlimited", place)
                        let records = try await place.waits(for: 602, of: writer.subject)
                        #expect(records.map(\.number) == Array(1...602))
                        #expect(records.map(\.place) == Array(1...602))
                        let log = gateway.process.output
                        #expect(log.split(separator: "\n").count { $0.contains("the archive cannot be written") } == 1)
                        #expect(log.contains("the archive can be written again"))
                    }
                }
            }
        }
    }

    private func limit(_ gateway: GatewayProcess, to bytes: String, _ place: TestDatabasePlace) async throws {
        let prlimit = try ChildProcess(
            try Executable.path("prlimit"),
            ["--pid", "\(gateway.process.pid)", "--fsize=\(bytes):"],
            outputPath: place.folder.file("prlimit.log")
        )
        let exit = try await prlimit.waitForExit()
        try #require(exit == .exited(0), "\(prlimit.output)")
    }
}
