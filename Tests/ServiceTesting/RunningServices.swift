//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import TestSupport

/// Runs a Redis and a gateway while the body runs.
///
/// - Parameters:
///   - redisOptions: Additional options of redis-server.
///   - settings: Settings of the gateway.
///   - largestValue: The largest value, in bytes, that the gateway reads whole.
package func withRedisAndGateway<Result>(
    redisOptions: [String] = [],
    settings: [String: String] = [:],
    largestValue: Int? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisServer, RunningGateway) async throws -> Result
) async throws -> Result {
    try await withRedisServer(options: redisOptions) { redis in
        try await withGateway(redisURL: redis.url, settings: settings, largestValue: largestValue) { gateway in
            try await body(redis, gateway)
        }
    }
}

/// Runs a Redis, an agent-api and a gateway while the body runs.
///
/// - Parameters:
///   - redisOptions: Additional options of redis-server.
///   - settings: Settings of agent-api.
package func withServices<Result>(
    redisOptions: [String] = [],
    settings: [String: String] = [:],
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisServer, RunningAgentAPI, RunningGateway) async throws -> Result
) async throws -> Result {
    try await withRedisAndGateway(redisOptions: redisOptions) { redis, gateway in
        try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
            try await body(redis, api, gateway)
        }
    }
}
