//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Models
package import ProgramSettings
package import ServiceKit

/// The settings of the model that plans runs.
package struct ModelSettingGroup: SettingGroup {
    package let openAI = ModelProviderSettings(
        "OPENAI",
        .openAI,
        key: "The key for `OPENAI_BASE_URL`. A server of one's own may need none.",
        baseURL:
            "Where chat completions are served. Setting this or a key sets up a model; this one is used where both "
            + "providers are set up.",
        model: "The name of the model there. Without a key it must be set."
    )

    package let anthropic = ModelProviderSettings(
        "ANTHROPIC",
        .anthropic,
        key: "The key for `ANTHROPIC_BASE_URL`.",
        baseURL: "Where Anthropic's messages are served.",
        model: "The name of the model there. Without a key it must be set."
    )

    package let timeout = Setting.integer(
        "MODEL_TIMEOUT_SECONDS",
        "The longest time for one attempt to ask the model.",
        in: RunLimits.timeoutSeconds,
        default: 120
    )

    package let vision = Setting<Vision>.choice(
        "MODEL_VISION",
        "When the model is shown a picture of the page: never, when it asks for one, or in every step. For models that "
            + "can see.",
        default: .off
    )

    /// When the model is shown pictures.
    package enum Vision: String, CaseIterable, Sendable {
        case off
        case request
        case always
    }
}

/// The settings of one provider of models.
package struct ModelProviderSettings: SettingGroup {
    package let key: Setting<String?>
    package let keyFile: Setting<FileSecret?>
    package let baseURL: Setting<String?>
    package let model: Setting<String?>

    init(
        _ prefix: String,
        _ provider: ModelConfiguration.Provider,
        key: String,
        baseURL: String,
        model: String
    ) {
        self.key = .text("\(prefix)_API_KEY", key).with {
            $0.isSecret = true
            // Everybody on the machine sees a process's arguments.
            $0.option = nil
        }
        keyFile = .secretFile("\(prefix)_API_KEY_FILE", "A file whose first line is that key.")
        self.baseURL = .text("\(prefix)_BASE_URL", baseURL, without: .value(provider.defaultBaseURL))
        self.model = .text("\(prefix)_MODEL", model, without: .value(provider.defaultModel))
    }
}
