//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import ProgramSettings
package import ServiceKit
package import Webhooks

/// The settings of webhooks.
package struct WebhookSettingGroup: SettingGroup {
    package let url = Setting<String?>(
        "WEBHOOK_URL",
        "What is told of the end of every run, in addition to the `webhook` of a run. It may be a private address.",
        allowed: Webhook.rule,
        default: nil,
        shownAs: .none,
        show: { $0 ?? "" },
        parse: { text throws(SettingFault) in
            guard Webhook.isURL(text) else { throw .mustBe(Webhook.rule) }
            return text
        }
    )

    package let secret = Setting<WebhookSecret?>(
        "WEBHOOK_SECRET",
        "What signs the deliveries to `WEBHOOK_URL`, and those of runs whose `webhook` has no secret of its own.",
        allowed: WebhookSecret.rule,
        default: nil,
        shownAs: .none,
        show: { _ in "" },
        parse: { text throws(SettingFault) in
            guard let secret = WebhookSecret(text) else { throw .mustBe(WebhookSecret.rule) }
            return secret
        }
    )
    .with {
        $0.isSecret = true
        // All users of the machine can see a process's arguments.
        $0.option = nil
    }

    package let secretFile = Setting.secretFile("WEBHOOK_SECRET_FILE", "A file whose first line is this secret.")
}

package struct WebhookSettings: Sendable {
    /// `WEBHOOK_URL`: what is told of every run.
    package var url: String?

    /// `WEBHOOK_SECRET`: what signs where a run has no secret of its own.
    package var secret: WebhookSecret?

    /// When what failed is tried again.
    package var schedule = WebhookSchedule()

    /// The time limits of an attempt.
    package var limits = WebhookClient.Limits()

    /// Reads and validates the settings.
    ///
    /// - Throws: `InvalidSetting`.
    package init(_ settings: inout Settings, _ declared: WebhookSettingGroup) throws(InvalidSetting) {
        url = try settings.read(declared.url)
        secret = try settings.read(declared.secret)
        guard let stored = try settings.read(declared.secretFile) else { return }
        guard secret == nil else {
            throw InvalidSetting(
                variable: declared.secretFile.declaration.variable,
                reason: "\(declared.secret.declaration.variable) is set too; unset one of them"
            )
        }
        secret = WebhookSecret(stored.value)
        guard secret != nil else {
            throw InvalidSetting(
                variable: declared.secretFile.declaration.variable,
                reason: "its first line must be \(WebhookSecret.rule)"
            )
        }
    }
}
