//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Archive
package import ProgramSettings
package import ServiceKit

/// All settings of `stream-gateway`.
package struct GatewaySettings: SettingCatalogue {
    package let service = ServiceSettings(
        port: 3000,
        origins: "pages of this machine and files; none with `AUTH_DISABLED`",
        composedOrigins: "http://localhost:*,http://127.0.0.1:*,null"
    )

    package let heartbeat = Setting.number(
        "HEARTBEAT_SECONDS",
        "The interval between the heartbeats of a stream.",
        in: 0.05...3600,
        default: 15
    )

    package let maximumViewers = Setting.integer(
        "MAX_VIEWERS",
        "The maximum number of viewers.",
        in: 1...1_000_000,
        default: 10_000
    )

    package let maximumWatchedRuns = Setting.integer(
        "MAX_WATCHED_RUNS",
        "The maximum number of runs whose live pictures are watched at a time. Each takes up to 400 KiB of memory.",
        in: 1...100_000,
        default: 500
    )

    package let maximumViewersPerClient = Setting<Int?>.integer(
        "MAX_VIEWERS_PER_CLIENT",
        "How many streams one client may have at a time, those of pictures too. A client is the subject of a token, else "
            + "an address.",
        in: 1...1_000_000,
        without: "no limit"
    )

    package let connectRate = Setting.rate(
        "CONNECT_RATE_PER_CLIENT",
        "How many streams one client may open: `60/m` is 60 at once, and as many again in each minute; also `/s` and `/h`."
    )

    package let shutdownSpread = Setting.number(
        "SHUTDOWN_SPREAD_SECONDS",
        "The time over which viewers are disconnected at shutdown, so that they do not all reconnect at once.",
        in: 0...20,
        default: 3
    )

    package let retry = Setting.integer(
        "RETRY_MILLISECONDS",
        "The delay before reconnecting that viewers are given.",
        in: 0...600_000,
        default: 1000
    )

    package let agentAPI = Setting<AgentAPIForwarding>(
        "AGENT_API_URL",
        "Where `/api/agents…` is forwarded to for the page: `http://host:port`, or `none`.",
        allowed: AgentAPIAddress.rule + ", or none",
        default: .unset,
        shownAs: .words("`http://127.0.0.1:8000`; none with `AUTH_DISABLED`"),
        show: \.description
    ) { text throws(SettingFault) in
        if text.lowercased() == "none" { return .off }
        guard let address = AgentAPIAddress(text) else { throw .mustBe(AgentAPIAddress.rule + ", or none") }
        return .to(address)
    }
    .with { $0.compose = .fixed("http://agent-api:8000") }

    package let archive = Setting<ArchiveAddress>(
        "ARCHIVE_URL",
        "Where records are kept for good: `sqlite:PATH`, a file; `postgres://…`, a database of PostgreSQL; or `none`.",
        allowed: ArchiveAddress.rule,
        default: .none,
        shownAs: .value("none"),
        show: \.description
    ) { text throws(SettingFault) in
        if let address = ArchiveAddress(text) { return address }
        // Anything with an @ may have a password.
        throw text.contains("@") ? .because("must be \(ArchiveAddress.rule)") : .mustBe(ArchiveAddress.rule)
    }
    .with { $0.compose = .passed(default: "sqlite:/var/lib/stepcast/data/archive.sqlite") }

    package let archivePasswordFile = Setting.secretFile(
        "ARCHIVE_PASSWORD_FILE",
        "A file whose first line is the password of the PostgreSQL in `ARCHIVE_URL`."
    )

    package let archiveDays = Setting<Int?>.integer(
        "ARCHIVE_KEEP_DAYS",
        "How many days a run stays in the archive after its last record.",
        in: 1...36_500,
        without: "for ever"
    )

    package let archiveSize = Setting<Int?>.integer(
        "ARCHIVE_MAX_MIB",
        "The size of the archive, in MiB, beyond which the oldest runs are removed.",
        in: 10...100_000_000,
        without: "no limit"
    )

    package let archivePictures = Setting<Int>.integer(
        "ARCHIVE_PICTURES_MAX_MIB",
        "How much of the archive pictures of steps take up at most, in MiB. Beyond that the oldest go; 0 keeps none.",
        in: 0...100_000_000,
        default: 1024
    )

    package init() {}
}
