//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentAPI
import Foundation
import Models
import ProgramSettings
import ServiceKit
import TestSupport
import Testing

@Suite("The settings of the planning model")
struct PlanningSettingsTests {
    private func planning(_ variables: [String: String]) throws -> (PlanningSettings, shown: [String: String]) {
        var settings = Settings(variables)
        let planning = try AgentAPIConfiguration(&settings).planning
        return (planning, Dictionary(settings.effective.map { ($0.variable, $0.value) }, uniquingKeysWith: { $1 }))
    }

    @Test("There is none unless it is configured")
    func none() throws {
        let (planning, shown) = try planning(["OPENAI_API_KEY": "", "OPENAI_MODEL": "gpt-5"])
        #expect(planning.model == nil)
        #expect(planning.sight == .none)
        #expect(shown["OPENAI_API_KEY"] == "(none)")
        #expect(shown["MODEL_TIMEOUT_SECONDS"] == "120")
        #expect(shown["MODEL_VISION"] == "off")
    }

    @Test("A key is enough, is shown as dots, and OpenAI's is preferred")
    func keys() throws {
        let variables = [
            "OPENAI_API_KEY": "sk-first", "ANTHROPIC_API_KEY": "sk-second", "MODEL_TIMEOUT_SECONDS": "7",
            "MODEL_VISION": "always",
        ]
        let (both, shown) = try planning(variables)
        #expect(both.model?.provider == .openAI)
        #expect(both.model?.apiKey?.exposed == "sk-first")
        #expect(both.model?.timeout == .seconds(7))
        #expect(both.sight == .always)
        #expect(shown["OPENAI_API_KEY"] == "***")
        #expect(!"\(shown)".contains("sk-"))
        #expect(!"\(both)".contains("sk-"))
        let (second, _) = try planning(["ANTHROPIC_API_KEY": "sk-second"])
        #expect(second.model?.provider == .anthropic)
    }

    @Test("A key may be in a file, but not in two places")
    func keyFile() throws {
        let directory = try TemporaryDirectory(prefix: "stepcast-settings")
        defer { directory.remove() }
        let file = directory.file("key")
        try Data("sk-from-file\n".utf8).write(to: URL(filePath: file))
        let (planning, shown) = try planning(["ANTHROPIC_API_KEY_FILE": file, "ANTHROPIC_MODEL": "m"])
        #expect(planning.model?.apiKey?.exposed == "sk-from-file")
        #expect(shown["ANTHROPIC_API_KEY_FILE"] == file)
        let error = #expect(throws: InvalidSetting.self) {
            try self.planning(["ANTHROPIC_API_KEY_FILE": file, "ANTHROPIC_API_KEY": "sk-other"])
        }
        #expect(
            error.map { "\($0)" }
                == "ANTHROPIC_API_KEY_FILE: ANTHROPIC_API_KEY is set too; unset one of them"
        )
    }

    @Test(
        "An invalid value prevents the start, and no key or password is shown",
        arguments: [
            (["OPENAI_BASE_URL": "http://localhost:11434/v1"], "OPENAI_MODEL"),
            (["OPENAI_BASE_URL": "localhost:11434", "OPENAI_MODEL": "m"], "OPENAI_BASE_URL=localhost:11434"),
            (["OPENAI_BASE_URL": "http://a:never@b/", "OPENAI_MODEL": "m"], "OPENAI_BASE_URL:"),
            (["OPENAI_API_KEY": "never seen"], "OPENAI_API_KEY:"),
            (["OPENAI_API_KEY_FILE": "/nonexistent/key"], "OPENAI_API_KEY_FILE=/nonexistent/key"),
            (["MODEL_VISION": "sometimes"], "MODEL_VISION=sometimes: must be off, request or always"),
            (["MODEL_TIMEOUT_SECONDS": "0"], "MODEL_TIMEOUT_SECONDS=0"),
        ]
    )
    func refusal(_ variables: [String: String], _ words: String) {
        let error = #expect(throws: InvalidSetting.self) { try planning(variables) }
        #expect(
            error.map { "\($0)".contains(words) && !"\($0)".contains("never") } == true,
            "\(error?.description ?? "")"
        )
    }
}
