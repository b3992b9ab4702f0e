//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The changes of runs that real processes carry out.
@Suite("Changes of runs that are carried out")
struct ChangeIntegrationTests {
    @Test(
        "A run is told from the queue over its steps to its end, a batch with it, and one that waits and is cancelled"
    )
    func lives() async throws {
        try await withDemoSite { site in
            try await withServices(settings: ["AGENT_CONCURRENCY": "1"]) { _, api, gateway in
                try await gateway.withViewerOfChanges { viewer in
                    let task = "go to \(site.url("/links")) and wait 1 second"
                    let batch = #"{"batch_id":"b","tasks":[{"task":"\#(task)"},{"task":"dance"}]}"#
                    #expect(try await api.post(batch, to: "/api/agents/batch").status == 200)
                    #expect(try await api.post(#"{"task":"\#(task)","request_id":"late"}"#).status == 200)
                    _ = try await api.get("/api/agents/late", method: "DELETE")
                    try await viewer.waits(for: "the three ends") { $0.changes.count { $0.status.isFinal } == 3 }

                    let first = viewer.changes.filter { $0.requestID.rawValue == "b.1" }
                    #expect(first.map(\.status) == [.queued, .running, .running, .running, .completed])
                    #expect(first.map(\.steps) == [0, 0, 1, 2, 2])
                    #expect(first.allSatisfy { $0.batchID?.rawValue == "b" && $0.task == task })
                    let second = viewer.changes.filter { $0.requestID.rawValue == "b.2" }
                    #expect(second.last?.status == .failed)
                    #expect(second.last?.error?.isEmpty == false)
                    let late = viewer.changes.filter { $0.requestID.rawValue == "late" }
                    #expect(late.map(\.status) == [.queued, .cancelled])
                    #expect(late.last?.was == .queued)
                    // What was told last is what the run is.
                    for change in [first.last, second.last, late.last].compactMap({ $0 }) {
                        let run = try await api.run(change.requestID.rawValue)
                        #expect(run.status == change.status && run.steps == change.steps)
                        #expect(run.finishedAt == change.finishedAt)
                    }
                }
            }
        }
    }

    @Test("A run whose process is killed is told to have failed, at every gateway, once")
    func workerLost() async throws {
        try await withTemporaryDirectory { directory in
            try await withDemoSite { site in
                try await withRedisAndGateway { redis, gateway in
                    try await withHTTPClient { client in
                        func agentAPI(_ spool: String) async throws -> AgentAPIProcess {
                            try await AgentAPIProcess(
                                redis: redis,
                                directory: directory,
                                settings: ["AGENT_LEASE_SECONDS": "3", "SPOOL_DIRECTORY": directory.file(spool)],
                                client: client
                            )
                        }
                        try await withGateway(redisURL: redis.url) { other in
                            let first = try await agentAPI("first")
                            try await gateway.withViewerOfChanges(query: "?status=running") { viewer in
                                let task = "go to \(site.url("/links")) and wait 300 seconds"
                                _ = try await first.api.post(#"{"task":"\#(task)","request_id":"r"}"#)
                                try await viewer.waits(for: "the second step") { $0.changes.last?.steps == 2 }
                                kill(first.process.pid, SIGKILL)
                                let second = try await agentAPI("second")
                                try await viewer.waits(for: "the end") { $0.changes.last?.status == .failed }
                                #expect(viewer.changes.last?.error == "worker lost")
                                #expect(viewer.changes.count { $0.status.isFinal } == 1)
                                try await other.withViewerOfChanges { late in
                                    try await late.waits(for: "the end") { $0.changes.last?.status == .failed }
                                    #expect(late.changes.count { $0.status.isFinal } == 1)
                                }
                                try await other.withViewerOfChanges(query: "?from=unfinished") { late in
                                    try await late.waits(for: "the snapshot") {
                                        $0.text.contains(#""type":"snapshot","data":{"runs":0}"#)
                                    }
                                }
                                withExtendedLifetime(second) {}
                            }
                        }
                    }
                }
            }
        }
    }
}
