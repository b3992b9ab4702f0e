//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Access
import AgentLogs
package import HTTPStream
package import TestSupport

/// A secret of a test and the tokens that it signs.
package struct Tokens: Sendable {
    package static let secret = "the secret of the tests, longer than 32 bytes"

    private let verifier = TokenVerifier(.secret(Array(Self.secret.utf8)), logger: quietLogger("tokens"))

    package init() {}

    /// A token that lasts a minute unless told.
    package func token(
        _ grants: Grant...,
        seconds: Double = 60,
        isDated: Bool = false,
        subject: String = "ada"
    ) async throws -> String {
        let now = Timestamp.now()
        let token = AccessToken(
            subject: subject,
            expiresAt: Timestamp(milliseconds: now.milliseconds + Int64(seconds * 1000)),
            issuedAt: isDated ? now : nil,
            grants: grants
        )
        guard let text = await verifier.sign(token) else { throw TestFailure("the secret does not sign") }
        return text
    }
}

/// Runs Redis, agent-api and a gateway in front of it, which want tokens, for as long as the body runs.
package func withProtectedServices(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisServer, RunningAgentAPI, RunningGateway, Tokens) async throws -> Void
) async throws {
    let settings = ["AUTH_JWT_SECRET": Tokens.secret]
    try await withRedisServer { redis in
        try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
            let more = ["AGENT_API_URL": "http://127.0.0.1:\(api.port)"]
            try await withGateway(redisURL: redis.url, settings: settings.merging(more) { $1 }) { gateway in
                try await body(redis, api, gateway, Tokens())
            }
        }
    }
}

extension HTTPClient {
    /// Sends a request with a token.
    package func ask(
        _ url: String,
        _ token: String?,
        method: String = "GET",
        headers more: HTTPClient.Headers = [:],
        body: String? = nil
    ) async throws -> HTTPClient.Response {
        var headers = more
        if let token { headers.append("Authorization", "Bearer \(token)") }
        if body != nil { headers.append("Content-Type", "application/json") }
        return try await request(.init(url, method: method, headers: headers, body: Array((body ?? "").utf8)))
    }
}
