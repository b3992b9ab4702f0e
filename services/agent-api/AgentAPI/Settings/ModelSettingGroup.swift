//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Models
package import ProgramSettings
package import ServiceKit

/// The settings of the planning model.
package struct ModelSettingGroup: SettingGroup {
    package let openAI = ModelProviderSettings(
        "OPENAI",
        .openAI,
        key: "The key for `OPENAI_BASE_URL`. Self-hosted servers may need none.",
        baseURL:
            "The address of a chat completions API. Setting this or a key configures a model. This model is used if both "
            + "providers are configured.",
        model: "The name of the model. It is required without a key."
    )

    package let anthropic = ModelProviderSettings(
        "ANTHROPIC",
        .anthropic,
        key: "The key for `ANTHROPIC_BASE_URL`.",
        baseURL: "The address of Anthropic's messages API.",
        model: "The name of the model. It is required without a key."
    )

    package let timeout = Setting.integer(
        "MODEL_TIMEOUT_SECONDS",
        "The time limit of one request to the model.",
        in: RunLimits.timeoutSeconds,
        default: 120
    )

    package let contextTokens = Setting.integer(
        "MODEL_CONTEXT_TOKENS",
        "How many tokens the model can read and write in one request. Many servers tell it when they are asked or in an "
            + "error. Set it for a server that cuts off what is too long without saying so, such as Ollama.",
        in: 1024...10_000_000,
        without: "what the server says"
    )

    package let vision = Setting<Vision>.choice(
        "MODEL_VISION",
        "When the model is shown a screenshot of the page: never, on request, or in every step. For models with "
            + "vision.",
        default: .off
    )

    /// When the model is shown screenshots.
    package enum Vision: String, CaseIterable, Sendable {
        case off
        case request
        case always
    }
}

/// The settings of one model provider.
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
            // All users of the machine can see a process's arguments.
            $0.option = nil
        }
        keyFile = .secretFile("\(prefix)_API_KEY_FILE", "A file whose first line is this key.")
        self.baseURL = .text("\(prefix)_BASE_URL", baseURL, without: .value(provider.defaultBaseURL))
        self.model = .text("\(prefix)_MODEL", model, without: .value(provider.defaultModel))
    }
}
