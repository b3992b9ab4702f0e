//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import ServiceTesting
import TestSupport
import Testing

/// Runs planned by a model, from what the model is told about its actions to what a viewer sees.
extension RecordedRunTests {
    @Test("A run that a model plans, with all outcomes of its actions")
    func model() async throws {
        try await PageServer.with(RecordedPages.page) { site in
            try await ScriptedModelServer.with {
                try Self.decide($0, site.origin)
            } body: { model in
                let settings = [
                    "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-scripted", "OPENAI_MODEL": "scripted",
                    "SCREENSHOTS": "1",
                ]
                let names = [(site.origin, "http://<site>")]
                try await pin("model", names: names, settings: settings) { recording in
                    let parts = try await recording.run(
                        "r",
                        [
                            "task": "Order something", "request_id": "r",
                            "sensitive_data": .object([site.origin: ["x_password": "correct horse"]]),
                        ]
                    )
                    return parts + [Recording.Part(title: "what came of the actions", text: Self.results(model.turns))]
                }
            }
        }
    }

    @Test("A run that a model gives up, one whose answers are not valid, and one with too few steps")
    func modelFailures() async throws {
        try await ScriptedModelServer.with { turn in
            if turn.text.contains("Give up") { return .done("Only the half", success: false) }
            return turn.text.contains("Wait") ? .decide(["wait": ["seconds": 1]]) : .answer("no JSON")
        } body: { model in
            let settings = [
                "OPENAI_BASE_URL": model.url, "OPENAI_API_KEY": "sk-scripted", "OPENAI_MODEL": "scripted",
            ]
            try await pin("model-failures", settings: settings) { recording in
                let givenUp = try await recording.run("given-up", ["task": "Give up", "request_id": "given-up"])
                let invalid = try await recording.run("invalid", ["task": "Babble", "request_id": "invalid"])
                let short = try await recording.run(
                    "short",
                    ["task": "Wait for ever", "request_id": "short", "max_steps": 2]
                )
                return givenUp + invalid + short
            }
        }
    }

    private static func decide(_ turn: ModelTurn, _ origin: String) throws -> ModelReply {
        // A question about a page's text is not a step.
        if turn.text.hasPrefix("Question: ") { return .answer(#"{"answer":"42 EUR"}"#) }
        switch turn.number {
        case 1: return .navigate("\(origin)/")
        case 2:
            return .decide(
                try turn.input("name", "Ada"),
                try turn.input("password", "<secret>x_password</secret>"),
                ["send_keys": ["keys": "Tab"]],
                ["select_dropdown": ["index": .integer(Int64(try turn.index("<select"))), "text": "Large"]],
                ["scroll": ["down": true, "pages": 1]],
                evaluation: "Failure",
                goal: ""
            )
        case 3: return .answer("I would rather talk")
        case 4: return .decide(["wait": ["seconds": 1]], evaluation: "Unknown")
        case 5: return .decide(try turn.click("Warn"))
        case 6: return .decide(["click": ["index": 99_999]])
        case 7: return .decide(["extract": ["query": "the total"]], ["find_text": ["text": "Nothing of the kind"]])
        case 9: return .decide(try turn.click("Get the report"), ["wait": ["seconds": 3]])
        case 10: return .decide(try turn.click("Elsewhere"))
        case 11: return .decide(["navigate": ["url": .string("\(origin)/saved")]], ["click": ["index": 1]])
        default: return .decide(["done": ["text": "It is 42 EUR", "success": true]])
        }
    }

    /// What the model was told, without the pages.
    private static func results(_ turns: [ModelTurn]) -> String {
        turns.compactMap { turn in
            guard let start = turn.text.firstRange(of: "<last_results>\n")?.upperBound,
                let end = turn.text[start...].firstRange(of: "\n</last_results>")?.lowerBound
            else { return nil }
            return "turn \(turn.number)\n\(turn.text[start..<end])"
        }
        .joined(separator: "\n")
    }
}
