//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import JSONSchema
import PageActions
import Testing

@testable import Agent

@Suite("A model's decision")
struct ModelDecisionTests {
    private static let all = ActionSet(Set(ActionDefinition.all.map(\.name)))

    private func problems(_ text: String, allowing names: ActionSet = all) -> String {
        do {
            let decision = try ModelDecision(parsing: text, allowing: names)
            return "valid: \(decision.actions)"
        } catch {
            return error.description
        }
    }

    @Test("An answer in the notation is read as it was meant")
    func reads() throws {
        let text = """
            {"evaluation_previous_goal":"Success: it opened","memory":"m","next_goal":"g","thinking":"…","action":[
            {"navigate":{"url":"example.com"}},{"input":{"index":3,"text":"a","clear":false}},
            {"scroll":{"down":true,"pages":0.5,"index":null}},{"go_back":{}},{"done":{"text":"t","success":true}}]}
            """
        let decision = try ModelDecision(parsing: text, allowing: Self.all)
        #expect(decision.evaluation == "Success: it opened")
        #expect(decision.memory == "m")
        #expect(decision.nextGoal == "g")
        #expect(
            decision.actions == [
                .navigate(url: "example.com", newTab: false), .input(index: 3, text: "a", clear: false),
                .scroll(down: true, pages: 0.5, index: nil), .goBack, .done(text: "t", success: true),
            ]
        )
        #expect(decision.leftOut == 0)
    }

    @Test("Earlier notations are understood")
    func readsEarlierNotations() throws {
        let text = """
            {"current_state":{"memory":"m","next_goal":"g"},"action":[{"click_element_by_index":{"index":7}},
            {"go_to_url":{"url":"u"}},{"input_text":{"index":1,"text":"x"}}]}
            """
        let decision = try ModelDecision(parsing: text, allowing: Self.all)
        #expect(decision.memory == "m")
        #expect(
            decision.actions == [
                .click(index: 7), .navigate(url: "u", newTab: false), .input(index: 1, text: "x", clear: true),
            ]
        )
    }

    @Test("Of more than five actions the first five are taken")
    func cutsActions() throws {
        let actions = Array(repeating: #"{"click":{"index":1}}"#, count: 7).joined(separator: ",")
        let decision = try ModelDecision(parsing: "{\"action\":[\(actions)]}", allowing: Self.all)
        #expect(decision.actions.count == 5)
        #expect(decision.leftOut == 2)
    }

    @Test(
        "What is wrong is said in words",
        arguments: [
            ("", "not valid JSON"), ("[]", "it is an array and not an object"),
            (#"{"memory":"m"}"#, "\"action\" must be an array of actions"),
            (#"{"action":[]}"#, "\"action\" is empty"),
            (#"{"action":["click"]}"#, "action 1: it must be an object such as"),
            (#"{"action":[{}]}"#, "action 1: it must name exactly one action, not none"),
            (#"{"action":[{"click":{"index":1},"wait":{}}]}"#, "exactly one action, not \"click\", \"wait\""),
            (#"{"action":[{"klick":{"index":1}}]}"#, "there is no action \"klick\"; there are navigate, search"),
            (#"{"action":[{"click":{}}]}"#, "\"click\" needs \"index\", a whole number from 0"),
            (
                #"{"action":[{"click":{"index":"33"}}]}"#,
                "\"index\" of \"click\" must be a whole number from 0, not a string"
            ),
            (#"{"action":[{"click":{"index":-1}}]}"#, "must be a whole number from 0, not -1"),
            (#"{"action":[{"click":{"index":1.5}}]}"#, "must be a whole number from 0, not 1.5"),
            (#"{"action":[{"click":{"index":1,"x":2}}]}"#, "\"click\" has no parameter \"x\"; it has \"index\""),
            (#"{"action":[{"click":7}]}"#, "\"click\" must hold an object with its parameters, not a number"),
            (#"{"action":[{"wait":{"seconds":3600}}]}"#, "must be a whole number from 1 to 30, not 3600"),
            (
                #"{"action":[{"search":{"query":"q","engine":"x"}}]}"#,
                "must be one of \"duckduckgo\", \"google\", \"bing\""
            ),
            (#"{"memory":7,"action":[{"go_back":{}}]}"#, "\"memory\" must be a string, not a number"),
        ]
    )
    func tellsProblems(text: String, problem: String) {
        let found = problems(text)
        #expect(found.contains(problem), "\(found)")
    }

    @Test("All problems are told at once")
    func tellsAll() {
        let found = problems(#"{"memory":1,"action":[{"click":{}},{"jump":{}}]}"#)
        for part in ["memory", "action 1", "action 2"] { #expect(found.contains(part)) }
    }

    @Test("What is not possible now is refused with what is")
    func refusesImpossible() {
        let found = problems(#"{"action":[{"click":{"index":1}}]}"#, allowing: .doneOnly())
        #expect(found == "action 1: \"click\" is not possible now; possible is done")
    }

    @Test("The schema is as strict modes want it, and what follows it is valid")
    func hasStrictSchema() throws {
        let schema = ModelDecision.schema(allowing: Self.all)
        func check(_ value: JSONValue) {
            if let properties = value["properties"]?.object {
                #expect(value["additionalProperties"] == false)
                #expect(Set(value["required"]?.array?.compactMap(\.string) ?? []) == Set(properties.keys))
            }
            for child in (value.object?.values.map { $0 } ?? []) + (value.array ?? []) { check(child) }
        }
        check(schema)
        let actions = try #require(schema["properties"]?["action"]?["items"]?["anyOf"]?.array)
        #expect(actions.count == ActionDefinition.all.count)
        for action in actions {
            let sample: JSONValue = ["action": [Self.sample(of: action)]]
            #expect(throws: Never.self) { try ModelDecision(parsing: sample.text, allowing: Self.all) }
        }
    }

    /// A value that follows a schema of ours.
    private static func sample(of schema: JSONValue) -> JSONValue {
        if let properties = schema["properties"]?.object { return .object(properties.mapValues(sample)) }
        if schema["type"]?.array?.contains("null") == true { return .null }
        if let choice = schema["enum"]?.array?.first { return choice }
        switch schema["type"]?.string {
        case "integer", "number": return 1
        case "boolean": return true
        default: return "text"
        }
    }

    @Test("What other agents' models say besides is passed over")
    func passesOver() throws {
        let text = """
            {"action":[{"extract":{"query":"q","extract_links":true,"start_from_char":5}},{"go_back":{"description":null}},
            {"screenshot":{"file_name":"a.png"}},{"done":{"text":"t","success":true,"files_to_display":[]}}]}
            """
        let decision = try ModelDecision(parsing: text, allowing: Self.all)
        #expect(
            decision.actions == [
                .extract(query: "q", schema: nil), .goBack, .screenshot, .done(text: "t", success: true),
            ]
        )
    }

    @Test("A result by a schema stands in the data of done, as structured output does elsewhere")
    func readsData() throws {
        let output = try JSONSchema(["type": "array", "items": ["type": "string"]])
        let actions = ActionSet.doneOnly(output)
        func done(_ arguments: String) throws -> ModelAction? {
            try ModelDecision(parsing: #"{"action":[{"done":\#(arguments)}]}"#, allowing: actions).actions.first
        }
        #expect(try done(#"{"data":["a"]}"#) == .done(text: #"["a"]"#, success: true))
        #expect(try done(#"{"data":"[\"a\"]","success":true}"#) == .done(text: #"["a"]"#, success: true))
        #expect(try done(#"{"text":"[\"a\"]","success":true,"data":null}"#) == .done(text: #"["a"]"#, success: true))
        #expect(try done(#"{"success":false,"text":"none"}"#) == .done(text: "none", success: false))
        #expect(try done(#"{"success":false,"data":[7]}"#) == .done(text: "[7]", success: false))
        #expect(
            problems(#"{"action":[{"done":{"data":[7]}}]}"#, allowing: actions)
                == "action 1: \"done\": data[0] must be a string, not 7"
        )
        #expect(
            problems(#"{"action":[{"done":{"text":"t","success":true}}]}"#, allowing: actions)
                == "action 1: \"done\" needs \"data\", the answer as its schema says"
        )
    }

    @Test("Searches are addressed to their engines", arguments: ModelAction.SearchEngine.allCases)
    func addressesSearches(_ engine: ModelAction.SearchEngine) {
        let url = engine.url(of: "ä & b/c=1")
        #expect(url.hasSuffix("q=%C3%A4%20%26%20b%2Fc%3D1"))
        #expect(url.contains("\(engine.rawValue).com/"))
    }

    @Test("The prompt names every action that is possible, and no other")
    func promptsActions() {
        let prompt = AgentPrompt.text(allowing: Self.all)
        for action in ActionDefinition.all { #expect(prompt.contains("- \(action.name) {")) }
        let last = AgentPrompt.text(allowing: .doneOnly())
        #expect(last.contains("- done {"))
        #expect(!last.contains("- click {"))
    }
}
