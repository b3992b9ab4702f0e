//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServiceTesting
import TestSupport

extension RedisServer {
    static let changes = "{browser_use_logs}:changes"

    /// Adds a change, as the scripts of agent-api do, and gives its id.
    @discardableResult
    func change(_ run: String, _ status: String, _ more: String...) async throws -> String {
        try await cli(["XADD", Self.changes, "*", "request_id", run, "status", status, "steps", "0"] + more)
    }
}

extension TestViewer {
    func waits(forChanges changes: [String]) async throws {
        try await waits(for: "\(changes)") { $0.changes.map { "\($0.requestID) \($0.status)" } == changes }
    }
}
