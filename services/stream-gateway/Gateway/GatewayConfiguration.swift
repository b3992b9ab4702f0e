//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ProgramSettings
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
    /// - Throws: `InvalidSetting` for the first whose value is not allowed.
    package init(_ settings: inout Settings) throws(InvalidSetting) {
        let declared = GatewaySettings()
        service = try ServiceConfiguration(&settings, declared.service)
        heartbeatInterval = .seconds(try settings.read(declared.heartbeat))
        maximumViewers = try settings.read(declared.maximumViewers)
        shutdownSpread = .seconds(try settings.read(declared.shutdownSpread))
        retryMilliseconds = try settings.read(declared.retry)
        agentAPI = try settings.read(declared.agentAPI).address(isOpen: service.isOpen)
    }
}
