//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("The changes of all runs, when some are gone or Redis is")
struct ChangeOutageTests {
    @Test("A viewer behind the trimmed stream is told so once, and goes on with what comes")
    func trimmed() async throws {
        try await withRedisAndGateway { redis, gateway in
            let first = try await redis.change("r1", "queued")
            for _ in 0..<5 { try await redis.change("r1", "running") }
            try await redis.cli("XTRIM", RedisServer.changes, "MAXLEN", "2")
            try await gateway.withViewerOfChanges(lastEventID: first) { viewer in
                try await viewer.waits(for: "the gap") { viewer in
                    viewer.changeEvents.contains { if case .gap(first, _) = $0 { true } else { false } }
                }
                try await redis.change("r1", "completed")
                try await viewer.waits(forChanges: ["r1 completed"])
                let resumed = viewer.lastEventID
                try await gateway.withViewerOfChanges(lastEventID: resumed) { again in
                    try await redis.change("r2", "queued")
                    try await again.waits(forChanges: ["r2 queued"])
                    #expect(!again.text.contains(#""type":"gap""#))
                }
            }
            // From the start, nothing that is kept is missing.
            try await gateway.withViewerOfChanges { viewer in
                try await viewer.waits(for: "what is kept") { $0.changes.count == 4 }
                #expect(!viewer.text.contains(#""type":"gap""#))
            }
        }
    }

    @Test("A stream that Redis has lost is told as a gap, to who is there and who comes back")
    func lost() async throws {
        try await withRedisServer(options: ["--save", "", "--appendonly", "no"]) { redis in
            try await withGateway(redisURL: redis.url, settings: ["HEARTBEAT_SECONDS": "0.2"]) { gateway in
                try await gateway.withViewerOfChanges { viewer in
                    let seen = try await redis.change("r1", "queued")
                    try await viewer.waits(forChanges: ["r1 queued"])
                    try await redis.kill()
                    try await viewer.waits(for: "the error event") { $0.text.contains(#""type":"error""#) }
                    try await redis.start()
                    try await viewer.waits(for: "the gap") { $0.text.contains(#""type":"gap""#) }
                    try await redis.change("r2", "queued")
                    try await viewer.waits(forChanges: ["r1 queued", "r2 queued"])
                    #expect(viewer.text.ranges(of: #""type":"error""#).count == 1)
                    try await gateway.withViewerOfChanges(lastEventID: seen) { again in
                        try await again.waits(for: "the gap") { $0.text.contains(#""type":"gap""#) }
                    }
                }
            }
        }
    }

    @Test("Redis that is killed and comes back with its data: viewers stay, hear of it once, and miss nothing")
    func outage() async throws {
        let options = ["--appendonly", "yes", "--appendfsync", "always"]
        try await withRedisAndGateway(redisOptions: options, settings: ["HEARTBEAT_SECONDS": "0.2"]) { redis, gateway in
            try await gateway.withViewerOfChanges { viewer in
                try await redis.change("r1", "queued")
                try await viewer.waits(forChanges: ["r1 queued"])
                try await redis.kill()
                try await viewer.waits(for: "the error event") { $0.text.contains(#""type":"error""#) }
                try await redis.start()
                try await redis.change("r1", "running")
                try await viewer.waits(forChanges: ["r1 queued", "r1 running"])
                #expect(viewer.text.ranges(of: #""type":"error""#).count == 1)
                #expect(!viewer.text.contains(#""type":"gap""#))
            }
        }
    }

    @Test("A viewer that comes while Redis is away hears why, and is served when it is there")
    func redisComesLater() async throws {
        try await withRedisServer { redis in
            try await redis.kill()
            try await withGateway(redisURL: redis.url, settings: ["HEARTBEAT_SECONDS": "0.2"]) { gateway in
                for query in ["", "?from=now", "?from=unfinished"] {
                    try await gateway.withViewerOfChanges(query: query) { viewer in
                        try await viewer.waits(for: "the error event") { $0.text.contains(#""type":"error""#) }
                        try await viewer.waits(for: "a heartbeat") { $0.text.contains(#""type":"heartbeat""#) }
                        try await redis.start()
                        try await viewer.waits(for: "the connected event") { $0.text.contains(#""type":"connected""#) }
                        try await redis.change("r1", "queued")
                        try await viewer.waits(forChanges: ["r1 queued"])
                        try await redis.kill()
                    }
                }
            }
        }
    }
}
