//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ServiceKit

/// The settings of `stream-gateway` (protocol, section 5).
package struct GatewayConfiguration: Sendable {
    /// What it has in common with `agent-api`.
    package var service: ServiceConfiguration

    /// `HEARTBEAT_SECONDS`: how often a viewer hears that the connection is alive.
    package var heartbeatInterval: Duration

    /// `MAX_VIEWERS`.
    package var maximumViewers: Int

    /// `SHUTDOWN_SPREAD_SECONDS`: over how long a time viewers are let go at shutdown, so that they do not all come
    /// back at once.
    package var shutdownSpread: Duration

    /// `RETRY_MILLISECONDS`: how long a viewer is told to wait before it reconnects.
    package var retryMilliseconds: Int

    /// `AGENT_API_URL`: where `/api/agents…` is forwarded to; `nil` for nowhere.
    package var agentAPI: AgentAPIAddress?

    /// How long agent-api may take to begin an answer.
    package var agentAPITimeout = Duration.seconds(30)

    /// How many bytes of a record are delivered at most, 1024 or more; of one beyond, values are left out.
    package var largestValue = 8 << 20

    /// Reads and checks them.
    ///
    /// - Throws: `InvalidSetting` for the first that makes no sense.
    package init(_ settings: inout Settings) throws(InvalidSetting) {
        service = try ServiceConfiguration(&settings, defaultPort: 3000)
        heartbeatInterval = .seconds(try settings.number("HEARTBEAT_SECONDS", in: 0.05...3600, default: 15))
        maximumViewers = try settings.integer("MAX_VIEWERS", in: 1...1_000_000, default: 10_000)
        shutdownSpread = .seconds(try settings.number("SHUTDOWN_SPREAD_SECONDS", in: 0...20, default: 3))
        retryMilliseconds = try settings.integer("RETRY_MILLISECONDS", in: 0...600_000, default: 1000)
        agentAPI = try AgentAPIAddress.read(&settings, isOpen: service.isOpen)
    }
}
