//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Models
import Testing

@Suite("Settings of models")
struct ModelSettingsTests {
    @Test("Without a key there is no model")
    func none() throws {
        let settings = try ModelSettings { $0 == "OPENAI_MODEL" ? "gpt-4.1" : $0.hasSuffix("KEY") ? "" : nil }
        #expect(settings.preferred == nil)
    }

    @Test("A key alone is enough, and the rest can be chosen")
    func reads() throws {
        let variables = [
            "OPENAI_API_KEY": "key-1", "ANTHROPIC_API_KEY": "key-2", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9/",
            "ANTHROPIC_MODEL": "m",
        ]
        let settings = try ModelSettings { variables[$0] }
        #expect(settings.openAI?.baseURL == "https://api.openai.com/v1")
        #expect(settings.openAI?.apiKey?.exposed == "key-1")
        #expect(settings.openAI?.model.isEmpty == false)
        #expect(settings.anthropic?.baseURL == "http://127.0.0.1:9")
        #expect(settings.anthropic?.model == "m")
        #expect(settings.preferred?.provider == .openAI)
        #expect(!"\(settings)".contains("key-"))
    }

    @Test("A server without a key needs a model")
    func keyless() throws {
        let url = "http://127.0.0.1:11434/v1"
        let variables = ["OPENAI_BASE_URL": url, "OPENAI_MODEL": "llama3"]
        let settings = try ModelSettings { variables[$0] }
        #expect(settings.preferred?.apiKey == nil)
        #expect(settings.preferred?.model == "llama3")
        let error = #expect(throws: InvalidModelSetting.self) {
            try ModelSettings { $0 == "OPENAI_BASE_URL" ? url : nil }
        }
        #expect(error?.variable == "OPENAI_MODEL")
    }

    @Test(
        "Values that are not allowed are named",
        arguments: [
            ("OPENAI_BASE_URL", "api.example.com"), ("OPENAI_BASE_URL", "ftp://x"), ("ANTHROPIC_BASE_URL", "https://"),
            ("OPENAI_BASE_URL", "https://me:secret@x/v1"), ("OPENAI_API_KEY", "secret\n"),
            ("ANTHROPIC_API_KEY", "a secret"),
        ]
    )
    func refuses(variable: String, value: String) {
        let error = #expect(throws: InvalidModelSetting.self) { try ModelSettings { $0 == variable ? value : nil } }
        #expect(error?.variable == variable)
        #expect(error?.description.contains("secret") == false)
    }
}
