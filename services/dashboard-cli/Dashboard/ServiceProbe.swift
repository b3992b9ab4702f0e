//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream

/// Which of the services answers at an address, found out by what only that one knows.
struct ServiceProbe: Sendable {
    let client: HTTPClient
    let endpoints: Endpoints
    let policy: FollowPolicy

    /// Whether an agent-api lists runs there.
    func isAgentAPI(_ url: ServiceURL) async -> Bool {
        await status(of: url.appending("/api/agents", query: [("limit", "1")])).map { $0 != 404 } ?? false
    }

    /// Whether a gateway refuses an invalid place.
    func isGateway(_ url: ServiceURL) async -> Bool {
        await status(of: url.appending("/api/v1/stream-logs/request/-", query: [("from", "-")])) == 422
    }

    /// Of an answer in JSON.
    private func status(of url: String) async -> Int? {
        var request = HTTPClient.Request(
            url,
            headers: ["Accept": "application/json, application/problem+json"],
            connectTimeout: policy.connectTimeout,
            headTimeout: min(policy.headTimeout, .seconds(5)),
            idleTimeout: .seconds(5)
        )
        endpoints.authorize(&request)
        guard let response = try? await client.request(request), response.head.mediaType?.hasSuffix("json") == true
        else { return nil }
        return response.status
    }
}
