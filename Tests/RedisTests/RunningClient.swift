//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import Redis
import TestSupport

let quietLogger = Logger(label: "redis-tests") { _ in SwiftLogNoOpLogHandler() }

/// Runs a client while the body runs, and waits for its end.
func withClient<Result>(
    _ configuration: RedisConfiguration,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = RedisClient(configuration: configuration, logger: quietLogger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        let result = try await body(client)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// Runs a client for a URL while the body runs, and waits for its end. Its time limits are long, since test machines
/// are busy.
func withClient<Result>(
    _ url: String,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    var configuration = try RedisConfiguration(url: url)
    configuration.connectTimeout = .seconds(120)
    configuration.commandTimeout = .seconds(120)
    return try await withClient(configuration, body)
}

/// Runs a subscriber while the body runs, and waits for its end.
func withSubscriber<Result>(
    _ configuration: RedisConfiguration,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisSubscriber) async throws -> Result
) async throws -> Result {
    let subscriber = RedisSubscriber(configuration: configuration, logger: quietLogger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await subscriber.run() }
        defer { group.cancelAll() }
        let result = try await body(subscriber)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// Runs the body, which must throw a Redis error.
func redisError<Value>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> Value
) async throws -> RedisError {
    do {
        let value = try await body()
        throw TestFailure("No error was thrown; the value is \(value)")
    } catch let error as RedisError {
        return error
    }
}

extension RedisClient {
    /// Why the first failed attempt to connect did so.
    func firstFailure() async throws -> RedisError {
        for await state in connectionStates {
            if case .disconnected(let error) = state { return error }
        }
        throw TestFailure("The client ended before an attempt to connect failed")
    }
}
