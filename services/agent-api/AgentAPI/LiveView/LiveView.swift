//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import NIOCore
import Redis
import Synchronization

/// Which runs of this process are watched, as gateways say in Redis, and the way of their pictures to the gateways.
///
/// It has a connection of its own: a picture must not hold up a record.
final class LiveView: Sendable {
    private let redis: RedisClient
    private let subscriber: RedisSubscriber
    private let keys: Keyspace
    private let subjects = Mutex<[Identifier: LiveSubject]>([:])

    /// - Parameters:
    ///   - subscriber: Hears that somebody watches, or wants to see something else.
    ///   - prefix: `REDIS_STREAM`.
    init(redis: RedisClient, subscriber: RedisSubscriber, prefix: String) {
        self.redis = redis
        self.subscriber = subscriber
        keys = Keyspace(prefix: prefix)
    }

    /// Looks who watches until the task is cancelled, as long as any run goes on: when something is said about one of them,
    /// and now and then, since messages may be lost and entries expire.
    func run() async {
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let listener = subscriber.subscribe(to: keys.commands) { [weak self] event in
            if case .message(let name) = event, self?.has(String(buffer: name)) == false { return }
            wake.yield()
        }
        await withDiscardingTaskGroup { group in
            group.addTask {
                while (try? await Task.sleep(for: Self.interval)) != nil { wake.yield() }
                wake.finish()
            }
            var heard = ContinuousClock.now
            for await _ in wakes { await look(&heard) }
        }
        withExtendedLifetime(listener) {}
    }

    private func has(_ name: String) -> Bool {
        Identifier(rawValue: name).map { id in subjects.withLock { $0[id] != nil } } ?? false
    }

    private func look(_ heard: inout ContinuousClock.Instant) async {
        let all = subjects.withLock { Array($0.values) }
        guard !all.isEmpty else { return }
        let commands = all.map { RedisCommand("ZRANGE", keys.run($0.requestID).watched, 0, -1) }
        if let answers = try? await redis.pipeline(commands) {
            heard = .now
            for (subject, answer) in zip(all, answers) {
                guard let entries = try? answer.get().as([String].self) else { continue }
                subject.set(LiveDemand(entries))
            }
        } else if heard + Self.patience < .now {
            // Nobody can be shown anything.
            for subject in all { subject.set(nil) }
        }
    }

    /// Lets a run be watched for as long as the body takes.
    func whileShown(_ requestID: Identifier, _ body: (LiveSubject) async -> Void) async {
        let subject = LiveSubject(requestID)
        subjects.withLock { $0[requestID] = subject }
        await body(subject)
        subjects.withLock { subjects in
            if subjects[requestID] === subject { subjects[requestID] = nil }
        }
    }

    /// Whether somebody watches a run of this process now.
    func isWatched(_ requestID: Identifier) -> Bool { subjects.withLock { $0[requestID]?.demand != nil } }

    /// Sends a picture to all gateways that watch. One that cannot be sent is left out; there will be others.
    func publish(_ picture: ByteBuffer, of requestID: Identifier) async {
        _ = try? await redis.send(RedisCommand("PUBLISH", keys.run(requestID).frames, picture))
    }

    /// How often it is looked who watches: a part of the time in which a viewer has a picture.
    private static let interval = Duration.milliseconds(300)

    /// How long pictures are made without hearing from Redis.
    private static let patience = Duration.seconds(5)
}
