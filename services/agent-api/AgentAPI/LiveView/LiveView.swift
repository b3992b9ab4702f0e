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
    /// One run of this process, as long as it goes on.
    final class Subject: Sendable {
        let requestID: Identifier
        private let demanded = Mutex<LiveDemand?>(nil)
        private let changes: AsyncStream<Void>
        private let change: AsyncStream<Void>.Continuation

        init(_ requestID: Identifier) {
            self.requestID = requestID
            (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        }

        /// What is wanted now; `nil` while nobody watches.
        var demand: LiveDemand? { demanded.withLock(\.self) }

        /// Waits until somebody watches.
        ///
        /// - Returns: `nil` when the task is cancelled.
        func untilWatched() async -> LiveDemand? {
            if let demand { return demand }
            for await _ in changes {
                if let demand { return demand }
            }
            return nil
        }

        fileprivate func set(_ demand: LiveDemand?) {
            let hasChanged = demanded.withLock { current in
                defer { current = demand }
                return current != demand
            }
            if hasChanged { change.yield() }
        }
    }

    private let redis: RedisClient
    private let keys: Keyspace
    private let subjects = Mutex<[Identifier: Subject]>([:])

    /// - Parameter prefix: `REDIS_STREAM`.
    init(redis: RedisClient, prefix: String) {
        self.redis = redis
        keys = Keyspace(prefix: prefix)
    }

    /// Looks who watches until the task is cancelled, as long as any run goes on.
    func run() async {
        var heard = ContinuousClock.now
        while (try? await Task.sleep(for: Self.interval)) != nil {
            let all = subjects.withLock { Array($0.values) }
            guard !all.isEmpty else { continue }
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
    }

    /// Lets a run be watched for as long as the body takes.
    func whileShown(_ requestID: Identifier, _ body: (Subject) async -> Void) async {
        let subject = Subject(requestID)
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
