//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser

/// The command-line options about the model. The keys are none of them: everybody on the machine sees a process's arguments.
struct PlanningOptions: ParsableArguments {
    @Option(help: "The file with the key for OPENAI_BASE_URL (OPENAI_API_KEY_FILE; or the key in OPENAI_API_KEY).")
    var openaiAPIKeyFile: String?

    @Option(help: "Where chat completions are (OPENAI_BASE_URL; default https://api.openai.com/v1).")
    var openaiBaseURL: String?

    @Option(help: "The model there (OPENAI_MODEL; default gpt-4.1).")
    var openaiModel: String?

    @Option(help: "The file with the key for Anthropic (ANTHROPIC_API_KEY_FILE; or the key in ANTHROPIC_API_KEY).")
    var anthropicAPIKeyFile: String?

    @Option(help: "Where Anthropic's messages are (ANTHROPIC_BASE_URL; default https://api.anthropic.com).")
    var anthropicBaseURL: String?

    @Option(help: "The model there (ANTHROPIC_MODEL; default claude-sonnet-4-5).")
    var anthropicModel: String?

    @Option(
        help: "How many seconds one attempt to ask the model may take (MODEL_TIMEOUT_SECONDS; 1 to 86400, default 120)."
    )
    var modelTimeoutSeconds: String?

    @Option(help: "When the model sees pictures of the page: off, request, always (MODEL_VISION; default off).")
    var modelVision: String?

    /// The options that were given, under the names of their variables.
    var variables: [String: String?] {
        [
            "OPENAI_API_KEY_FILE": openaiAPIKeyFile,
            "OPENAI_BASE_URL": openaiBaseURL,
            "OPENAI_MODEL": openaiModel,
            "ANTHROPIC_API_KEY_FILE": anthropicAPIKeyFile,
            "ANTHROPIC_BASE_URL": anthropicBaseURL,
            "ANTHROPIC_MODEL": anthropicModel,
            "MODEL_TIMEOUT_SECONDS": modelTimeoutSeconds,
            "MODEL_VISION": modelVision,
        ]
    }
}
