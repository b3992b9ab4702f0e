//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import TestSupport
import Testing

/// Failures of models, as the user who posted a task sees them.
@Suite("A run whose model has trouble", .serialized)
struct ModelFaultTests {
    @Test("Continues when the server is busy, fails or disconnects", arguments: ModelTurn.Wire.all)
    func passing(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Say hello", wire) { _, turn in
            switch turn.number {
            case 1: .failure(429, "slow down", headers: ["Retry-After": "1"])
            case 2: .failure(500, "oops")
            case 3: .halfAnAnswer
            default: .done("Hello")
            }
        }
        #expect(task.run.status == .completed)
        #expect(task.run.result == "Hello")
        #expect(task.run.steps == 1)
        #expect(task.turns.count == 4)
    }

    @Test("Returns an answer to the model that is not JSON, or not a valid decision", arguments: ModelTurn.Wire.all)
    func invalid(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Say hello", wire) { _, turn in
            switch turn.number {
            case 1: .answer("Hello!")
            case 2: .decide(["wait": ["seconds": 1]])
            case 3: .answer(#"{"action":[{"fly":{}}]}"#)
            default: .done("Hello")
            }
        }
        #expect(task.run.status == .completed)
        #expect(task.turns[1].text.contains("Your answer was not valid: it is not valid JSON"))
        #expect(task.turns[3].text.contains("there is no action \"fly\""))
        #expect(task.messages.count { $0.hasPrefix("⚠️ The model's answer was not valid: ") } == 2)
    }

    @Test("Fails and says why if the model does not answer")
    func silent() async throws {
        let task = try await ModelTaskRun.post("Wait", settings: ["MODEL_TIMEOUT_SECONDS": "1"]) { _, _ in .hang }
        #expect(task.run.status == .failed)
        #expect(
            task.run.error?.hasPrefix("Stopped after 4 steps in a row that failed: the model did not answer") == true
        )
        #expect(task.run.error?.contains("did not respond within 1 s (after 2 attempts)") == true, "\(task.run)")
        #expect(task.stream.isWholeAndEnded)
    }

    @Test("Fails and says what the model said if it declines", arguments: ModelTurn.Wire.all)
    func declined(_ wire: ModelTurn.Wire) async throws {
        let answer: JSONValue =
            wire == .openAI
            ? ["choices": [["message": ["refusal": "I cannot help with that."], "finish_reason": "stop"]]]
            : ["content": [], "stop_reason": "refusal"]
        let task = try await ModelTaskRun.post("Do something bad", wire) { _, _ in .raw(answer.text) }
        #expect(task.run.status == .failed)
        #expect(task.run.error?.contains("the model declined to answer") == true, "\(task.run)")
        if wire == .openAI { #expect(task.run.error?.contains("I cannot help with that.") == true) }
    }

    @Test("Shows neither the key nor more than a few words of a server that repeats it", arguments: ModelTurn.Wire.all)
    func echoingKey(_ wire: ModelTurn.Wire) async throws {
        let key = "a-key-without-the-usual-beginning"
        let prefix = wire == .openAI ? "OPENAI" : "ANTHROPIC"
        let said = JSONValue.string("You sent Bearer \(key)" + String(repeating: " and more", count: 100_000))
        let replies: [JSONValue] =
            wire == .openAI
            ? [["error": ["message": said]], ["choices": [["message": ["refusal": said]]]], ["choices": said]]
            : [["error": ["message": said]], ["content": [["type": "text", "text": said]]], ["content": said]]
        let settings = ["\(prefix)_API_KEY": key]
        let task = try await ModelTaskRun.post("Say hello", wire, settings: settings) { _, turn in
            turn.number % 4 == 0 ? .failure(400, said.string ?? "") : .raw(replies[turn.number % 4 - 1].text)
        }
        #expect(task.run.status == .failed)
        #expect(task.run.error?.contains(key) == false)
        #expect((task.run.error?.count ?? 0) < 2000)
        #expect(task.stream.isWholeAndEnded)
        for entry in task.stream.entries {
            for (name, value) in entry {
                #expect(!value.contains(key), "\(name)")
                #expect(value.count <= 2000, "\(name)")
            }
        }
    }

    @Test("Shows less of the page to a model with a shorter context", arguments: ModelTurn.Wire.all)
    func tooLong(_ wire: ModelTurn.Wire) async throws {
        let words =
            wire == .openAI
            ? "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens."
            : "prompt is too long: 208310 tokens > 200000 maximum"
        let task = try await ModelTaskRun.post("Read", wire) { site, turn in
            switch turn.number {
            case 1: return .navigate(site.url("/orders"))
            case 2, 3: return .failure(400, words)
            default:
                #expect(turn.text.count < 16_000)
                return .done("Read it")
            }
        }
        #expect(task.run.status == .completed, "\(task.run)")
        #expect(task.run.steps == 2)
        let told = task.messages.filter { $0.contains("more than the model can read") }
        #expect(told.count == 2)
        if wire == .anthropic {
            #expect(told.last?.contains("it sees 10000 characters of a page from now on") == true)
        } else {
            // The first failure tells the context's length, the second that our count of tokens is too low.
            #expect(task.turns[3].text.utf8.count <= task.turns[1].text.utf8.count)
            #expect(task.turns[3].body["max_tokens"]?.integer == 819)
        }
        #expect(told.last?.contains(words) == true)
    }

    @Test("Reads less at a time for a model with a shorter context")
    func readsLess() async throws {
        let task = try await ModelTaskRun.post("Count the orders") { site, turn in
            if turn.isReading {
                return turn.text.count > 4000
                    ? .failure(400, "too many tokens") : .answer(#"{"answer":"so many"}"#)
            }
            switch turn.number {
            case 1: return .navigate(site.url("/orders"))
            case 2:
                let code = "document.body.append('An order. '.repeat(1000))"
                return .decide(["evaluate": ["code": .string(code)]], ["extract": ["query": "How many?"]])
            default:
                #expect(turn.text.contains("How many?\nso many"))
                return .done("So many")
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
    }

    @Test("Fails and says that the request is too long if it stays so however short it is")
    func alwaysTooLong() async throws {
        let task = try await ModelTaskRun.post("Read") { _, _ in .failure(400, "maximum context length exceeded") }
        #expect(task.run.status == .failed)
        #expect(task.run.error?.contains("maximum context length exceeded") == true)
        #expect(task.turns.count < 12)
    }

    @Test("Fails when the model says that the task is not done, with what it has found")
    func withoutSuccess() async throws {
        let task = try await ModelTaskRun.post("Find it") { _, _ in .done("Only the half", success: false) }
        #expect(task.run.status == .failed)
        #expect(task.run.result == "Only the half")
        #expect(task.run.error == "the task was not done, by the model's own judgement")
    }

    @Test("Fails after the requested maximum number of steps")
    func mostSteps() async throws {
        let task = try await ModelTaskRun.post("Go round", fields: ["max_steps": 2]) { site, turn in
            .navigate(site.url("/links/\(turn.number)"))
        }
        #expect(task.run.status == .failed)
        #expect(task.run.error == "Stopped after 2 steps, the most allowed, without an answer")
        #expect(task.run.steps == 2)
    }
}
