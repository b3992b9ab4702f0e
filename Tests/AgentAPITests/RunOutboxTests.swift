//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import Redis
import ServiceTesting
import Spool
import Synchronization
import TestSupport
import Testing

@testable import AgentAPI

/// With a real Redis and a real disk.
@Suite("An outbox")
struct RunOutboxTests {
    private struct Scene {
        let server: RedisServer
        let publisher: RecordPublisher
        let spool: Spool
        let outbox: RunOutbox
        let fences: Fences

        func write(_ seq: Int, kind: RecordKind = .log) async throws {
            var record = LogRecord(
                message: "line \(seq)",
                requestID: try Identifier("r1"),
                timestamp: .now(),
                kind: kind
            )
            record.seq = seq
            await outbox.untilSafe(outbox.write(.record(record, state: nil)))
        }
    }

    private final class Fences: Sendable {
        private let mutex = Mutex(0)
        var count: Int { mutex.withLock { $0 } }
        func add() { mutex.withLock { $0 += 1 } }
    }

    private func withScene(spoolPath: String, _ body: (Scene) async throws -> Void) async throws {
        try await withRedisServer { server in
            let logger = quietLogger("test")
            try await withRedisClient(of: server) { redis in
                let database = RunDatabase(redis: redis, prefix: "browser_use_logs", timeToLive: 60)
                let publisher = RecordPublisher(database, maximumLength: 1000, payload: .json)
                let store = RunStore(database: database)
                let spool = Spool(directory: SpoolDirectory(path: spoolPath), target: "t", logger: logger)
                let delivery = RedisDelivery(publisher: publisher, store: store, owner: spool.owner, logger: logger)
                let fences = Fences()
                let outbox = RunOutbox(delivery: delivery, spool: spool) { fences.add() }
                try await body(
                    Scene(server: server, publisher: publisher, spool: spool, outbox: outbox, fences: fences)
                )
            }
        }
    }

    @Test("Keeps on disk what a frozen Redis does not accept, and delivers it once and in order afterwards")
    func frozenRedis() async throws {
        try await withTemporaryDirectory { directory in
            try await withScene(spoolPath: directory.path) { scene in
                async let drained = scene.outbox.drain()
                for seq in 1...5 { try await scene.write(seq) }
                scene.server.suspend()
                for seq in 6...30 { try await scene.write(seq) }
                #expect(await scene.spool.tidyUp() >= 25, "all of it was on disk before it counted as said")
                scene.server.resume()
                try await scene.write(31, kind: .end)
                scene.outbox.finish()
                #expect(await drained)
                let stream = try await RunStream(scene.server, "r1")
                #expect(stream.numbers == Array(1...31))
                #expect(await scene.spool.tidyUp() == 0)
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
            }
        }
    }

    @Test("Keeps in memory what a frozen Redis does not accept if the disk fails, and loses nothing")
    func frozenRedisAndFailingDisk() async throws {
        try await withScene(spoolPath: "/dev/null/spool") { scene in
            async let drained = scene.outbox.drain()
            for seq in 1...5 { try await scene.write(seq) }
            scene.server.suspend()
            for seq in 6...10 { try await scene.write(seq) }
            scene.server.resume()
            scene.outbox.finish()
            #expect(await drained)
            #expect(try await RunStream(scene.server, "r1").numbers == Array(1...10))
        }
    }

    @Test("Stops when another process has ended the run, logs it once, and leaves nothing on disk")
    func fence() async throws {
        try await withTemporaryDirectory { directory in
            try await withScene(spoolPath: directory.path) { scene in
                async let drained = scene.outbox.drain()
                try await scene.write(1)
                // If Redis is slow, the item is only on disk by now.
                try await eventually("Redis to have it") { try await RunStream(scene.server, "r1").numbers == [1] }
                var end = LogRecord(message: "end", requestID: try Identifier("r1"), timestamp: .now(), kind: .end)
                end.seq = 2
                #expect(try await scene.publisher.publish(end, owner: "another") == .written)
                for seq in 2...20 { try await scene.write(seq) }
                scene.outbox.finish()
                _ = await drained
                #expect(scene.fences.count == 1)
                #expect(try await RunStream(scene.server, "r1").messages == ["line 1", "end"])
                #expect(await scene.spool.tidyUp() == 0)
            }
        }
    }

    @Test("Writes what is left to disk when it is cancelled, for the next start")
    func cancelled() async throws {
        try await withTemporaryDirectory { directory in
            try await withScene(spoolPath: directory.path) { scene in
                scene.server.suspend()
                for seq in 1...3 {
                    var record = LogRecord(message: "line", requestID: try Identifier("r1"), timestamp: .now())
                    record.seq = seq
                    scene.outbox.write(.record(record, state: nil))
                }
                let outbox = scene.outbox
                let isDelivered = await withTaskGroup(of: Bool.self) { group in
                    group.addTask { await outbox.drain() }
                    group.cancelAll()
                    return await group.next()
                }
                #expect(isDelivered == false)
                #expect(await scene.spool.tidyUp() == 3)
                scene.server.resume()
            }
        }
    }
}
