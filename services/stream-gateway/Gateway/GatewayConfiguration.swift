//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Archive
package import Archiving
import Postgres
package import ProgramSettings
package import ServiceKit

/// The settings of `stream-gateway` (protocol, section 5).
package struct GatewayConfiguration: Sendable {
    /// The settings shared with `agent-api`.
    package var service: ServiceConfiguration

    /// `HEARTBEAT_SECONDS`: the interval between heartbeats.
    package var heartbeatInterval: Duration

    /// `MAX_VIEWERS`: the maximum number of viewers.
    package var maximumViewers: Int

    /// `MAX_WATCHED_RUNS`: the maximum number of runs whose live pictures are watched at a time.
    package var maximumWatchedRuns: Int

    /// `MAX_VIEWERS_PER_CLIENT`: how many streams one client may have; `nil` for no limit.
    package var maximumViewersPerClient: Int?

    /// `CONNECT_RATE_PER_CLIENT`: how many streams one client may open in a time; `nil` for no limit.
    package var connectRate: Rate?

    /// `SHUTDOWN_SPREAD_SECONDS`: the time over which viewers are disconnected at shutdown, so that they do not all
    /// reconnect at once.
    package var shutdownSpread: Duration

    /// `RETRY_MILLISECONDS`: the delay before reconnecting that viewers are given.
    package var retryMilliseconds: Int

    /// `AGENT_API_URL`: where `/api/agents…` is forwarded to; `nil` to forward nothing.
    package var agentAPI: AgentAPIAddress?

    /// `ARCHIVE_URL`: where records are kept for good, with the password from `ARCHIVE_PASSWORD_FILE` if that is set.
    package var archive: ArchiveAddress

    /// `ARCHIVE_KEEP_DAYS` and `ARCHIVE_MAX_MIB`: how much is kept there.
    package var archiveLimits: ArchiveLimits

    /// The time limit for agent-api to start a response.
    package var agentAPITimeout = Duration.seconds(30)

    /// The maximum size of a delivered record in bytes, at least 1024. Values of a larger record are omitted.
    package var largestValue = 8 << 20

    /// Reads and validates the settings.
    ///
    /// - Throws: `InvalidSetting` for the first value that is not allowed.
    package init(_ settings: inout Settings) throws(InvalidSetting) {
        let declared = GatewaySettings()
        service = try ServiceConfiguration(&settings, declared.service)
        heartbeatInterval = .seconds(try settings.read(declared.heartbeat))
        maximumViewers = try settings.read(declared.maximumViewers)
        maximumWatchedRuns = try settings.read(declared.maximumWatchedRuns)
        maximumViewersPerClient = try settings.read(declared.maximumViewersPerClient)
        connectRate = try settings.read(declared.connectRate)
        shutdownSpread = .seconds(try settings.read(declared.shutdownSpread))
        retryMilliseconds = try settings.read(declared.retry)
        archive = try Self.archive(&settings, declared)
        archiveLimits = ArchiveLimits(
            age: try settings.read(declared.archiveDays).map { .seconds(Int64($0) * 86_400) },
            bytes: try settings.read(declared.archiveSize).map { $0 << 20 },
            pictureBytes: try settings.read(declared.archivePictures) << 20
        )
        agentAPI = try settings.read(declared.agentAPI).address(isOpen: service.isOpen)
    }

    private static func archive(
        _ settings: inout Settings,
        _ declared: GatewaySettings
    ) throws(InvalidSetting) -> ArchiveAddress {
        let address = try settings.read(declared.archive)
        guard let password = try settings.read(declared.archivePasswordFile) else { return address }
        func refused(_ reason: String) -> InvalidSetting {
            let variable = declared.archivePasswordFile.declaration.variable
            return InvalidSetting(variable: variable, value: password.path, reason: reason)
        }
        guard case .postgres(var postgres) = address else { throw refused("ARCHIVE_URL is no PostgreSQL") }
        guard !postgres.hasPassword else { throw refused("ARCHIVE_URL has a password too; unset one of them") }
        postgres.password = password.value
        return .postgres(postgres)
    }
}
