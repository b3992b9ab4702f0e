//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// Where the services are, and the token for them.
struct Endpoints: Sendable {
    var api: ServiceURL
    var gateway: ServiceURL
    var token: String?

    static let tokenHint = "A token is given with --token or STEPCAST_TOKEN."

    /// Where the gateway serves a run's events.
    func streamURL(of run: Identifier, query: [(name: String, value: String)] = []) -> String {
        gateway.appending("/api/v1/stream-logs/request/\(run)", query: query)
    }

    func authorize(_ request: inout HTTPClient.Request) {
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
    }
}
