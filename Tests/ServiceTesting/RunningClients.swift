//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import HTTPStream
package import Redis
package import TestSupport

/// Runs the body with an HTTP client and shuts it down afterwards.
package func withHTTPClient<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (HTTPClient) async throws -> Result
) async throws -> Result {
    let client = HTTPClient()
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// Runs the body with a running Redis client.
package func withRedisClient<Result>(
    of server: RedisServer,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    try await withRedisClient(url: server.url, body)
}

/// Runs a client of the Redis at a URL while the body runs.
package func withRedisClient<Result>(
    url: String,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Result
) async throws -> Result {
    let client = RedisClient(configuration: try RedisConfiguration(url: url), logger: quietLogger("redis"))
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        return try await body(client)
    }
}
