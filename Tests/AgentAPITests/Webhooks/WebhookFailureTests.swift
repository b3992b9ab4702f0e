//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// Webhooks while processes are killed, with the real program.
@Suite("Webhooks under failure")
struct WebhookFailureTests {
    @Test("All arrive, once for each id, though the receiver is away and agent-api is killed between end and delivery")
    func killed() async throws {
        try await withSurroundings { redis, _, directory, client in
            try await WebhookReceiver.with(.answer("503 Service Unavailable")) { receiver in
                let first = try await AgentAPIProcess(redis: redis, directory: directory, client: client)
                let tasks = (1...12).map { _ in #"{"task":"dance"}"# }.joined(separator: ",")
                let body = #"{"batch_id":"nightly","webhook":{"url":"\#(receiver.url)"},"tasks":[\#(tasks)]}"#
                #expect(try await first.api.post(body, to: "/api/agents/batch").status == 200)
                _ = try await first.api.finishedBatch("nightly")
                // Some attempts have failed, some are under way, some have not begun.
                receiver.set { _ in .hang }
                try await receiver.untilRequests(3)
                try await first.process.killGroup()
                receiver.set { _ in .answer("200 OK") }
                let before = receiver.requests.count
                let second = try await AgentAPIProcess(redis: redis, directory: directory, client: client)
                try await eventually(timeout: .seconds(90), "all deliveries to be done") {
                    try await redis.cli("ZCARD", "{browser_use_logs}:webhooks") == "0"
                }
                let accepted = receiver.requests.dropFirst(before)
                let runs = try accepted.compactMap { try $0.payload("request_id") }
                #expect(Set(runs) == Set((1...12).map { "nightly.\($0)" }))
                #expect(accepted.count == 12)
                // One id for each run, in all attempts.
                let pairs = try receiver.requests.map { "\($0.webhookID) \(try $0.payload("request_id") ?? "")" }
                #expect(Set(pairs).count == 12)
                _ = second
            }
        }
    }

    @Test("All arrive, once for each id, though the receiver is away for a while, and agent-api and Redis are killed")
    func everythingKilled() async throws {
        let options = ["--appendonly", "yes", "--appendfsync", "always"]
        try await withSurroundings(redisOptions: options) { redis, _, directory, client in
            try await WebhookReceiver.with(.answer("502 Bad Gateway")) { receiver in
                let first = try await AgentAPIProcess(redis: redis, directory: directory, client: client)
                let tasks = (1...20).map { _ in #"{"task":"dance"}"# }.joined(separator: ",")
                let body = #"{"batch_id":"nightly","webhook":{"url":"\#(receiver.url)"},"tasks":[\#(tasks)]}"#
                #expect(try await first.api.post(body, to: "/api/agents/batch").status == 200)
                try await eventually("half of the runs to end") {
                    try await first.api.batch("nightly").runs.count { $0.status.isFinal } >= 10
                }
                // In the midst of ends and deliveries.
                try await redis.kill()
                try await redis.start()
                _ = try await first.api.finishedBatch("nightly", timeout: .seconds(120))
                receiver.set { _ in .hang }
                try await receiver.untilRequests(receiver.requests.count + 1)
                try await first.process.killGroup()
                try await redis.kill()
                try await redis.start()
                receiver.set { _ in .answer("204 No Content") }
                let away = receiver.requests.count
                let second = try await AgentAPIProcess(redis: redis, directory: directory, client: client)
                try await eventually(timeout: .seconds(120), "all deliveries to be done") {
                    try await redis.cli("ZCARD", "{browser_use_logs}:webhooks") == "0"
                }
                let accepted = receiver.requests.dropFirst(away)
                #expect(accepted.count == 20)
                let runs = try accepted.compactMap { try $0.payload("request_id") }
                #expect(Set(runs) == Set((1...20).map { "nightly.\($0)" }))
                #expect(Set(accepted.map(\.webhookID)).count == 20)
                // One id for each run, in all attempts.
                let pairs = try receiver.requests.map { "\($0.webhookID) \(try $0.payload("request_id") ?? "")" }
                #expect(Set(pairs).count == 20)
                _ = second
            }
        }
    }

    @Test("Tell of a run whose process was killed, from the process that ends it")
    func orphaned() async throws {
        try await withSurroundings { redis, site, directory, client in
            try await WebhookReceiver.with { receiver in
                let settings = ["AGENT_LEASE_SECONDS": "6", "SPOOL_DIRECTORY": directory.file("a")]
                let first = try await AgentAPIProcess(
                    redis: redis,
                    directory: directory,
                    settings: settings,
                    client: client
                )
                let body =
                    #"{"task":"go to \#(site.url("/links")) and wait 60 seconds","request_id":"r1","#
                    + #""webhook":{"url":"\#(receiver.url)"}}"#
                #expect(try await first.api.post(body).status == 200)
                try await eventually("a step of r1") { try await first.api.run("r1").steps >= 1 }
                let second = try await AgentAPIProcess(
                    redis: redis,
                    directory: directory,
                    settings: ["AGENT_LEASE_SECONDS": "6", "SPOOL_DIRECTORY": directory.file("b")],
                    client: client
                )
                try await first.process.killGroup()
                let request = try await receiver.untilRequests(1)[0]
                #expect(try request.payload("type") == "run.failed")
                #expect(try request.payload("error") == "worker lost")
                _ = second
            }
        }
    }
}
