//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import ServiceTesting
import TestSupport

/// Sets up everything that processes of `agent-api` need for a test: a Redis, a site, a directory, and an HTTP client.
func withSurroundings(
    redisOptions: [String] = [],
    _ body: (RedisServer, DemoSiteServer, TemporaryDirectory, HTTPClient) async throws -> Void
) async throws {
    try await withTemporaryDirectory { directory in
        try await withDemoSite { site in
            try await withRedisServer(options: redisOptions) { redis in
                try await withHTTPClient { client in try await body(redis, site, directory, client) }
            }
        }
    }
}
