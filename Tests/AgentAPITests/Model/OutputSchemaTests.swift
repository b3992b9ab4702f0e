//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

/// `output_schema`: the result is JSON of the requested form, or the run fails.
@Suite("A result by a schema", .serialized)
struct OutputSchemaTests {
    private static let schema: JSONValue = [
        "type": "object", "additionalProperties": false, "required": ["name", "cents"],
        "properties": [
            "name": ["type": "string"], "cents": ["type": "integer", "minimum": 1],
            "tags": ["type": "array", "items": ["$ref": "#/$defs/tag"]],
        ],
        "$defs": ["tag": ["enum": ["new", "old"]]],
    ]

    private static func done(_ arguments: JSONValue) -> ModelReply { .decide(["done": arguments]) }

    @Test(
        "Is given to the model, validated, returned with the reasons, and delivered as JSON",
        arguments: ModelTurn.Wire.all
    )
    func checks(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Find a lamp", wire, fields: ["output_schema": Self.schema]) { _, turn in
            #expect(turn.instructions.contains(Self.schema.text))
            #expect(turn.schema?["$defs"]?["tag"] == ["enum": ["new", "old"]])
            if turn.wire == .openAI {
                // The schema has an optional property, which strict mode does not support.
                #expect(turn.body["response_format"]?["json_schema"]?["strict"] == false)
            }
            return switch turn.number {
            case 1: Self.done(["data": ["name": "Desk lamp", "cents": 0, "tags": ["used"]], "success": true])
            case 2: Self.done(["data": ["name": "Desk lamp", "cents": 2490, "tags": ["new"]]])
            default: .done("One too many")
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
        #expect(task.run.result == #"{"cents":2490,"name":"Desk lamp","tags":["new"]}"#)
        #expect(task.run.steps == 1)
        let reasons = try #require(task.turns.last?.text)
        #expect(reasons.contains("data.cents must be at least 1"))
        #expect(reasons.contains(#"data.tags[0] must be one of "new", "old", not "used""#))
    }

    @Test("Stays JSON if a number in it is a secret")
    func secretNumber() async throws {
        let fields: [String: JSONValue] = [
            "output_schema": Self.schema, "sensitive_data": ["https://example.com": ["pin": "4711"]],
        ]
        let task = try await ModelTaskRun.post("Find a lamp", fields: fields) { _, _ in
            Self.done(["data": ["name": "Lamp 4711", "cents": 4711], "success": true])
        }
        let result = try #require(task.run.result)
        #expect(!result.contains("4711"), "\(task.messages)")
        #expect(try JSONValue(parsing: result.utf8)["cents"] == "<secret>pin</secret>")
        #expect(!task.messages.joined().contains("4711"))
    }

    @Test("Fails if no answer satisfies it, after a bounded number of answers")
    func fails() async throws {
        let task = try await ModelTaskRun.post("Find a lamp", fields: ["output_schema": Self.schema]) { _, _ in
            Self.done(["data": ["name": "Desk lamp"], "success": true])
        }
        #expect(task.run.status == .failed)
        #expect(task.run.result == nil)
        #expect(task.run.error?.contains(#"data has no "cents", which is required"#) == true, "\(task.run)")
        // Two answers for each of three steps and the last chance, and one for each other form of answer.
        #expect(task.turns.count == 8 + 5)
    }

    @Test("Need not be satisfied by a task that could not be done")
    func withoutSuccess() async throws {
        let task = try await ModelTaskRun.post("Find a lamp", fields: ["output_schema": Self.schema]) { _, _ in
            Self.done(["data": .null, "success": false, "text": "There are no lamps"])
        }
        #expect(task.run.status == .failed)
        #expect(task.run.result == "There are no lamps")
    }

    @Test("Uses the strict mode of servers if it meets the requirements")
    func strict() async throws {
        let schema: JSONValue = [
            "type": "object", "additionalProperties": false, "required": ["name"],
            "properties": ["name": ["type": "string"]],
        ]
        let task = try await ModelTaskRun.post("Find a lamp", fields: ["output_schema": schema]) { _, turn in
            #expect(turn.body["response_format"]?["json_schema"]?["strict"] == true)
            // In the place where other tasks have their text.
            return Self.done(["success": true, "text": #"{"name":"Desk lamp"}"#])
        }
        #expect(task.run.status == .completed, "\(task.messages)")
        #expect(task.run.result == #"{"name":"Desk lamp"}"#)
    }

    @Test("Is rejected where it is invalid or would not be enforced")
    func refusal() async throws {
        try await withRedisServer { redis in
            let settings = ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OPENAI_MODEL": "m"]
            try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                let bad = try await api.post(
                    ##"{"task":"t","request_id":"r1","output_schema":{"pattern":"a","$ref":"#/$defs/x"}}"##
                )
                #expect(bad.status == 422)
                #expect(bad.text.contains("/pattern is not supported: it would not be enforced; leave it out"))
                #expect(bad.text.contains(#"/$ref refers to"#))
                let planner = #""planner":"instructions""#
                let plain = try await api.post(#"{"task":"t","request_id":"r1","output_schema":{},\#(planner)}"#)
                #expect(plain.status == 422)
                #expect(plain.text.contains("requires a model as the planner, and the planner is instructions"))
            }
            try await withAgentAPI(redisURL: redis.url) { api in
                let none = try await api.post(#"{"task":"t","request_id":"r1","output_schema":{}}"#)
                #expect(none.status == 422)
                #expect(none.text.contains("requires a model as the planner, and none is configured"))
            }
        }
    }

    @Test("Is also used for what is read from a page if the model asks for it")
    func extracts() async throws {
        let list: JSONValue = ["type": "array", "items": ["type": "string"]]
        let task = try await ModelTaskRun.post("List the products") { site, turn in
            if turn.isReading {
                #expect(turn.instructions.contains(list.text))
                return turn.messages.count == 1
                    ? .answer(#"{"answer":["Desk lamp",7]}"#) : .answer(#"{"answer":["Desk lamp"]}"#)
            }
            switch turn.number {
            case 1: return .navigate(site.url("/shop"))
            case 2: return .decide(["extract": ["query": "Which products?", "output_schema": list]])
            default:
                #expect(turn.text.contains("Read the whole page for: Which products?\n[\"Desk lamp\"]"))
                return .done("One")
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
        #expect(task.turns[3].text.contains("answer[1] must be a string, not 7"))
    }
}
