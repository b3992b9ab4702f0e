//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser
package import ProgramSettings
package import ServiceKit

/// The settings of `agent-api` (protocol, section 5).
package struct AgentAPIConfiguration: Sendable {
    /// The settings shared with `stream-gateway`.
    package var service: ServiceConfiguration

    /// `REDIS_STREAM_MAXLEN`: the approximate number of records kept per run.
    package var streamMaximumLength: Int

    /// `REDIS_STREAM_TTL_SECONDS`: how long a run is kept after its last record.
    package var streamTimeToLive: Int

    /// `AGENT_CONCURRENCY`: the number of runs that this process executes at a time.
    package var concurrency: Int

    /// `AGENT_QUEUE_LIMIT`: how many more may wait, for all processes together.
    package var queueLimit: Int

    /// `RUN_RATE_PER_CLIENT`: how many runs one client may start in a time; `nil` for no limit.
    package var runRate: Rate?

    /// `AGENT_MAX_STEPS`: the maximum number of steps of a run that does not set it.
    package var maximumSteps: Int

    /// `AGENT_TIMEOUT_SECONDS`: the time limit of a run that does not set it.
    package var timeoutSeconds: Int

    /// `AGENT_STEP_TIMEOUT_SECONDS`: the time limit of a step, and of the wait for a browser before the first.
    package var stepTimeoutSeconds: Int

    /// `AGENT_ANSWER_TIMEOUT_SECONDS`: how long a question of a run waits for a person's answer.
    package var answerTimeoutSeconds: Int

    /// `SPOOL_DIRECTORY`: where records that Redis has not accepted yet wait on disk.
    package var spoolDirectory: String

    /// `AGENT_LEASE_SECONDS`: how long a process may be silent before its runs count as orphaned.
    package var leaseSeconds: Int

    /// `SCREENSHOTS`, `SCREENSHOTS_MAX_MIB`: whether screenshots are taken, and their maximum total size.
    package var screenshots: ScreenshotSettings

    /// `BROWSER_WARM_UP`: whether the browser starts with the service instead of the first run.
    package var warmsUp: Bool

    /// `BROWSER_PATH`, `BROWSER_ARGS`, `BROWSER_HEADLESS`, `BROWSER_CDP_URL`, `UPLOAD_DIRECTORY`, `ALLOWED_DOMAINS`,
    /// `BLOCK_PRIVATE_NETWORKS`, `ALLOWED_NETWORKS`.
    package var browser: BrowserConfiguration

    /// `OPENAI_…`, `ANTHROPIC_…`, `MODEL_TIMEOUT_SECONDS`, `MODEL_VISION`: the planning model.
    package var planning: PlanningSettings

    /// `WEBHOOK_URL`, `WEBHOOK_SECRET`: what is told of all runs.
    package var webhooks: WebhookSettings

    /// Reads and validates the settings.
    ///
    /// - Throws: `InvalidSetting` for the first value that is not allowed.
    package init(_ settings: inout Settings) throws(InvalidSetting) {
        let declared = AgentAPISettings()
        service = try ServiceConfiguration(&settings, declared.service)
        streamMaximumLength = try settings.read(declared.streamMaximumLength)
        streamTimeToLive = try settings.read(declared.streamTimeToLive)
        concurrency = try settings.read(declared.concurrency)
        queueLimit = try settings.read(declared.queueLimit)
        runRate = try settings.read(declared.runRate)
        maximumSteps = try settings.read(declared.maximumSteps)
        timeoutSeconds = try settings.read(declared.timeout)
        stepTimeoutSeconds = try settings.read(declared.stepTimeout)
        answerTimeoutSeconds = try settings.read(declared.answerTimeout)
        spoolDirectory = try settings.read(declared.spoolDirectory)
        leaseSeconds = try settings.read(declared.lease)
        browser = try BrowserConfiguration(&settings, declared.browser, host: service.host)
        warmsUp = try settings.read(declared.browser.warmUp)
        screenshots = try ScreenshotSettings(&settings, declared.screenshots)
        webhooks = try WebhookSettings(&settings, declared.webhooks)
        planning = try PlanningSettings(&settings, declared.models)
    }
}

/// The limits of what a request may ask for.
enum RunLimits {
    static let taskCharacters = 1...20_000
    static let steps = 1...1000
    static let timeoutSeconds = 1...86_400
    static let domains = 1...200
}
