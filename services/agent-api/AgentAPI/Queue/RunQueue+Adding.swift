//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import Keys
import Redis
import Webhooks

/// The result of adding a run.
enum RunAdmission: Equatable {
    case added

    /// The same run was requested before.
    case same(Run)

    /// A different run was requested under the same name.
    case conflict

    /// Its batch is sealed and does not contain it.
    case batchIsSealed

    /// The maximum number of unfinished runs is reached.
    case full(places: Int)
}

/// The result of adding a batch.
enum BatchAdmission: Equatable {
    case added

    /// The same batch was requested before, at that time.
    case same(createdAt: Timestamp)

    /// A different batch was requested under the same name.
    case conflict

    /// The name of the task at that index belongs to an existing run.
    case taken(Int)

    /// The batch would exceed the maximum number of unfinished runs.
    case full(places: Int)
}

extension RunQueue {
    /// Adds a run unless one with that name exists, in one step that only one of two simultaneous requests can win. If
    /// the run names a batch, it is created or extended.
    ///
    /// - Throws: `RedisError`.
    func add(_ run: Run, request: RunRequest) async throws -> RunAdmission {
        let answer = try await self.add([(run, request)], to: run.batchID, sealedBy: nil)
        switch try answer.elements(String.self) {
        case "added": return .added
        case "sealed": return .batchIsSealed
        case "full": return .full(places: try answer.elements(String.self, Int.self).1)
        case "taken":
            let (_, _, stored, known, hasSameSecrets) =
                try answer.elements(String.self, Int.self, String.self, String.self, Bool.self)
            let isSame = stored == String(decoding: request.json, as: UTF8.self) && hasSameSecrets
            return isSame ? .same(try Run(json: known.utf8)) : .conflict
        case let other: throw Self.unknown(other)
        }
    }

    /// Adds all runs of a batch or none, and seals it: no more runs can be added, so its end is known. Single runs may
    /// have created the batch before.
    ///
    /// - Throws: `RedisError`.
    func add(_ batch: BatchRequest, runs: [Run]) async throws -> BatchAdmission {
        let answer = try await self.add(Array(zip(runs, batch.tasks)), to: batch.batchID, sealedBy: batch.json)
        switch try answer.elements(String.self) {
        case "added": return .added
        case "taken": return .taken(try answer.elements(String.self, Int.self).1 - 1)
        case "full": return .full(places: try answer.elements(String.self, Int.self).1)
        case "conflict": return .conflict
        case "same":
            let time = try answer.elements(String.self, String.self).1
            guard let createdAt = Timestamp(iso8601: time) else { throw Self.unknown(time) }
            return .same(createdAt: createdAt)
        case let other: throw Self.unknown(other)
        }
    }

    private static func unknown(_ answer: String) -> RedisError {
        RedisError(.protocolError, "Redis replied to add-runs with an unknown \"\(answer)\"")
    }

    private func add(
        _ runs: [(run: Run, request: RunRequest)],
        to batchID: Identifier?,
        sealedBy batch: [UInt8]?
    ) async throws(RedisError) -> RESPValue {
        var keys = [self.keys.unfinished, self.keys.workers, self.keys.runs]
        if let batchID {
            let names = self.keys.batch(batchID)
            keys += [names.state, names.runs, names.stream]
        }
        let createdAt = runs.first?.run.createdAt ?? .now()
        var arguments: [any RedisArgument] = [
            prefix, timeToLive, leases.milliseconds, limits.waiting, worker,
            createdAt.iso8601, "\(createdAt.milliseconds)",
            batchID == nil ? "" : batch == nil ? "open" : "sealed", batchID?.rawValue ?? "", batch ?? [],
        ]
        for (run, request) in runs {
            let names = self.keys.run(run.requestID)
            keys += [names.run, names.seq, names.ended, names.lease, self.keys.session(run.sessionID), names.secrets]
            arguments += [run.requestID.rawValue, request.json, run.json, run.sessionID.rawValue]
            arguments += [request.sensitiveData?.json.bytes ?? [], Self.newSalt(), webhooks(of: request)]
        }
        return try await redis.evaluate(Self.addition, keys: keys, arguments: arguments)
    }

    /// What is told of the run, by target, as JSON; empty for nothing.
    private func webhooks(of request: RunRequest) -> [UInt8] {
        var targets: [String: JSONValue] = [:]
        func events(_ events: [Webhook.Event]) -> JSONValue { .array(events.map { .string($0.rawValue) }) }
        if let webhook = request.webhook {
            var hook: [String: JSONValue] = ["url": .string(webhook.url), "events": events(webhook.events)]
            if let secret = webhook.secret { hook["secret"] = .string(secret) }
            targets[WebhookDelivery.Target.run.rawValue] = .object(hook)
        }
        // Where it goes is up to the process that delivers it, so that nothing in Redis can send it elsewhere.
        if tellsService {
            targets[WebhookDelivery.Target.service.rawValue] = ["events": events(Webhook.Event.allCases)]
        }
        return targets.isEmpty ? [] : JSONValue.object(targets).bytes
    }

    private static func newSalt() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
    }

    private static let addition = RedisScript(queue: Embedded.addRunsLua)
}
