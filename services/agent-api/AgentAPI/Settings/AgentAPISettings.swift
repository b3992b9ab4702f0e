//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ProgramSettings
package import ServiceKit

/// All settings of `agent-api`.
package struct AgentAPISettings: SettingCatalogue {
    package let service = ServiceSettings(port: 8000, origins: "none")

    package let streamMaximumLength = Setting.integer(
        "REDIS_STREAM_MAXLEN",
        "About how many records of a run are kept.",
        in: 1...10_000_000,
        default: 1000
    )

    package let streamTimeToLive = Setting.integer(
        "REDIS_STREAM_TTL_SECONDS",
        "How long a run is kept after its last record.",
        in: 1...31_536_000,
        default: 86_400
    )

    package let concurrency = Setting.integer(
        "AGENT_CONCURRENCY",
        "How many runs this process carries out at a time.",
        in: 1...256,
        default: 2
    )

    package let queueLimit = Setting.integer(
        "AGENT_QUEUE_LIMIT",
        "How many more runs may wait, for all processes that use one Redis together.",
        in: 0...1_000_000,
        default: 100
    )

    package let maximumSteps = Setting.integer(
        "AGENT_MAX_STEPS",
        "The most steps of a run that does not set `max_steps`.",
        in: RunLimits.steps,
        default: 50
    )

    package let timeout = Setting.integer(
        "AGENT_TIMEOUT_SECONDS",
        "The longest time for a run that does not set `timeout_seconds`.",
        in: RunLimits.timeoutSeconds,
        default: 600
    )

    package let stepTimeout = Setting.integer(
        "AGENT_STEP_TIMEOUT_SECONDS",
        "The longest time for one step of a run, and for the wait for a browser before the first.",
        in: RunLimits.timeoutSeconds,
        default: 300
    )

    package let lease = Setting.integer(
        "AGENT_LEASE_SECONDS",
        "How long a process may be silent before its runs count as orphaned and are ended.",
        in: 1...300,
        default: 15
    )

    package let spoolDirectory = Setting.text(
        "SPOOL_DIRECTORY",
        "Where records that Redis has not taken wait on disk.",
        default: "./data/spool"
    ).with { $0.compose = .omitted(because: "the volume `agent-data` is mounted there") }

    package let browser = BrowserSettings()
    package let screenshots = ScreenshotSettingGroup()
    package let models = ModelSettingGroup()

    package init() {}
}

/// The settings of pictures of the pages.
package struct ScreenshotSettingGroup: SettingGroup {
    package let isOn = Setting.flag(
        "SCREENSHOTS",
        "Whether a picture of the page is kept after each step, and announced in the log.",
        default: false
    )

    package let maximumMebibytes = Setting.integer(
        "SCREENSHOTS_MAX_MIB",
        "How much memory of Redis all pictures together may use, in MiB.",
        in: 1...1_048_576,
        default: 256
    )
}
