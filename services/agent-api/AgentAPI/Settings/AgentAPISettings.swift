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
        "The approximate number of records kept per run.",
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
        "The number of runs that this process executes at a time.",
        in: 1...256,
        default: 2
    )

    package let queueLimit = Setting.integer(
        "AGENT_QUEUE_LIMIT",
        "How many more runs may wait, for all processes that share a Redis server.",
        in: 0...1_000_000,
        default: 100
    )

    package let runRate = Setting.rate(
        "RUN_RATE_PER_CLIENT",
        "How many runs one client may start: `30/m` is 30 at once, and as many again in each minute; also `/s` and `/h`. "
            + "A client is the subject of a token, else an address."
    )

    package let maximumSteps = Setting.integer(
        "AGENT_MAX_STEPS",
        "The maximum number of steps of a run that does not set `max_steps`.",
        in: RunLimits.steps,
        default: 50
    )

    package let timeout = Setting.integer(
        "AGENT_TIMEOUT_SECONDS",
        "The time limit of a run that does not set `timeout_seconds`.",
        in: RunLimits.timeoutSeconds,
        default: 600
    )

    package let stepTimeout = Setting.integer(
        "AGENT_STEP_TIMEOUT_SECONDS",
        "The time limit of one step of a run, and of the wait for a browser before the first.",
        in: RunLimits.timeoutSeconds,
        default: 300
    )

    package let answerTimeout = Setting.integer(
        "AGENT_ANSWER_TIMEOUT_SECONDS",
        "How long a run that has asked a person something waits for the answer. Its other time limits stand still "
            + "meanwhile.",
        in: RunLimits.timeoutSeconds,
        default: 600
    )

    package let lease = Setting.integer(
        "AGENT_LEASE_SECONDS",
        "How long a process may be silent before its runs count as orphaned and are ended.",
        in: 1...300,
        default: 15
    )

    package let spoolDirectory = Setting.text(
        "SPOOL_DIRECTORY",
        "The directory where records that Redis has not accepted wait on disk.",
        default: "./data/spool"
    ).with { $0.compose = .omitted(because: "the volume `agent-data` is mounted there") }

    package let browser = BrowserSettings()
    package let screenshots = ScreenshotSettingGroup()
    package let webhooks = WebhookSettingGroup()
    package let models = ModelSettingGroup()

    package init() {}
}

/// The settings of screenshots.
package struct ScreenshotSettingGroup: SettingGroup {
    package let isOn = Setting.flag(
        "SCREENSHOTS",
        "Whether a screenshot of the page is kept after each step and announced in the log.",
        default: false
    )

    package let maximumMebibytes = Setting.integer(
        "SCREENSHOTS_MAX_MIB",
        "The maximum memory in Redis for all screenshots together, in MiB.",
        in: 1...1_048_576,
        default: 256
    )
}
