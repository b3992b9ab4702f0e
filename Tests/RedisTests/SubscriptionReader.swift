//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Redis
import TestSupport

/// Reads a subscription, and gives up after a minute of silence.
struct Reader: ~Copyable {
    private let subscription: RedisSubscription
    private var iterator: RedisSubscription.AsyncIterator

    init(_ subscription: RedisSubscription) {
        self.subscription = subscription
        iterator = subscription.makeAsyncIterator()
    }

    private mutating func next() async throws -> RedisSubscription.Event {
        let subscription = subscription
        let watchdog = Task {
            try await Task.sleep(for: .seconds(60))
            subscription.cancel()
        }
        defer { watchdog.cancel() }
        guard let event = await iterator.next() else { throw TestFailure("The subscription ended, or was silent") }
        return event
    }

    mutating func expectActive() async throws {
        let event = try await next()
        guard case .active = event else { throw TestFailure("Not active but \(event)") }
    }

    /// Skips interruptions, which a busy machine may cause if deadlines are short.
    mutating func waitUntilActive() async throws {
        while true {
            switch try await next() {
            case .active: return
            case .interrupted: continue
            case .message, .omitted, .matched: throw TestFailure("Not active but a message")
            }
        }
    }

    mutating func expectInterrupted() async throws -> RedisError {
        let event = try await next()
        guard case .interrupted(let error) = event else { throw TestFailure("Not interrupted but \(event)") }
        return error
    }

    mutating func message() async throws -> String {
        let event = try await next()
        guard case .message(let payload) = event else { throw TestFailure("No message but \(event)") }
        return String(buffer: payload)
    }
}
