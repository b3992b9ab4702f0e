//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import Browser
import JSON
import Models
import TestSupport
import Testing

@Suite("The model's agent in trouble", .sharedAgent)
struct ModelAgentFaultTests {
    @Test("An answer that is not valid is sent back once, with what is wrong")
    func sendsBack() async throws {
        let site = try AgentFixture.shared.site
        let run = try await AgentFixture.shared.runModel { turn in
            switch turn.number {
            case 1: .answer("I would open the page.")
            case 2: .navigate(site.url("/lists"))
            case 3: .decide(["click": ["index": "three"]])
            default: .done()
            }
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
        #expect(run.outcome.steps == 2)
        #expect(run.turns[1].messages.map(\.role) == ["user", "assistant", "user"])
        #expect(run.turns[1].messages[1].text == "I would open the page.")
        #expect(run.turns[1].text.hasPrefix("Your answer was not valid: it is not valid JSON at byte 0"))
        #expect(run.turns[3].text.contains("\"index\" of \"click\" must be a whole number from 0, not a string"))
        #expect(run.turns[2].messages.count == 1)
        #expect(run.messages.count { $0.hasPrefix("⚠️ The model's answer was not valid: ") } == 2)
    }

    @Test("An answer that was cut off is told as such")
    func tellsCutOff() async throws {
        let run = try await AgentFixture.shared.runModel { turn in
            turn.number == 1 ? .cutOff(#"{"memory":"so much to s"#) : .done()
        }
        #expect(run.outcome.isSuccess)
        #expect(run.turns[1].text.contains("it was cut off, because it was too long"))
    }

    @Test("After three failures in a row there is a last chance to answer, and only that")
    func givesLastChance() async throws {
        let run = try await AgentFixture.shared.runModel { turn in
            guard turn.text.contains("3 steps in a row have failed") else { return .decide(["click": ["index": 99]]) }
            let actions = turn.schema?["properties"]?["action"]?["items"]?["anyOf"]?.array ?? []
            #expect(actions.count == 1)
            return .done("half of it", success: false)
        }
        #expect(run.outcome.steps == 4)
        #expect(run.outcome.result == "half of it")
        #expect(!run.outcome.isSuccess)
    }

    @Test("Whoever does not take the last chance has failed, with the last reason")
    func endsWithoutAnswer() async throws {
        let run = try await AgentFixture.shared.runModel { _ in .decide(["click": ["index": 99]]) }
        #expect(
            run.outcome.error?.hasPrefix("Stopped after 4 steps in a row that failed: the model's answer was not valid")
                == true
        )
        #expect(run.outcome.error?.contains("\"click\" is not possible now; possible is done") == true)
        #expect(run.messages.last?.hasPrefix("❌ Stopped after 4 steps") == true)
        #expect(run.turns.count == 5)
    }

    @Test("A failure between successes is no failure in a row")
    func forgetsFailures() async throws {
        let run = try await AgentFixture.shared.runModel { turn in
            turn.number > 8
                ? .done() : .decide(turn.number.isMultiple(of: 3) ? ["wait": ["seconds": 1]] : ["click": ["index": 99]])
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
    }

    @Test("A model that fails for a while is asked again, one that does not accept the key is not")
    func survivesModel() async throws {
        let passing = try await AgentFixture.shared.runModel { turn in
            turn.number <= 2 ? .failure(500, "oops") : turn.number <= 4 ? .halfAnAnswer : .done()
        }
        #expect(passing.outcome.isSuccess)
        #expect(passing.outcome.steps == 3)
        #expect(passing.messages.contains { $0.hasPrefix("⚠️ The model did not answer: ") && $0.contains("oops") })
        let permanent = try await AgentFixture.shared.runModel { _ in .failure(401, "bad key") }
        #expect(permanent.turns.count == 1)
        #expect(permanent.outcome.error?.hasPrefix("The model cannot be used: ") == true)
        #expect(permanent.outcome.error?.hasSuffix("bad key") == true)
    }

    @Test("The last step is told, and the run ends with it")
    func endsAfterMostSteps() async throws {
        let site = try AgentFixture.shared.site
        let pages = (1...9).map { site.url("/links/\($0)") }
        let options = ModelAgentOptions(maximumSteps: 3)
        let late = try await AgentFixture.shared.runModel(options: options) { turn in .navigate(pages[turn.number]) }
        #expect(late.outcome.steps == 3)
        #expect(late.outcome.error == "Stopped after 3 steps, the most allowed, without an answer")
        #expect(late.turns[0].text.contains("This is step 1 of at most 3."))
        let inTime = try await AgentFixture.shared.runModel(options: options) { turn in
            turn.text.contains("This is the last step. Say done now")
                ? .done("all of it") : .navigate(pages[turn.number])
        }
        #expect(inTime.outcome.isSuccess)
        #expect(inTime.outcome.result == "all of it")
        #expect(inTime.outcome.steps == 3)
    }

    @Test("A page that cannot be read is told as such, and can be left")
    func leavesUnreadablePage() async throws {
        let site = try AgentFixture.shared.site
        let options = ModelAgentOptions(elementTimeout: .seconds(5))
        let run = try await AgentFixture.shared.runModel(options: options) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/never/idle"))
            case 2:
                return .decide(try turn.click("Freeze"))
            default:
                if turn.text.contains("The page cannot be read now: ") { return .navigate(site.url("/lists")) }
                return turn.text.contains("/lists") ? .done() : .done("never left", success: false)
            }
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
        #expect(run.turns.contains { $0.text.contains("The page cannot be read now: ") })
    }

    @Test("A model that repeats itself is told so")
    func tellsRepetition() async throws {
        let site = try AgentFixture.shared.site
        let run = try await AgentFixture.shared.runModel { turn in
            if turn.number == 1 { return .navigate(site.url("/lists")) }
            if turn.text.contains("You have now done the same 3 times") { return .done() }
            return turn.number > 6
                ? .done("never told", success: false) : .decide(["evaluate": ["code": "document.title"]])
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
        #expect(run.outcome.steps == 5)
    }

    @Test("Cancelling takes effect within a second while the model is silent, and closes the pages")
    func cancels() async throws {
        let fixture = try AgentFixture.shared
        try await ScriptedModelServer.with { _ in
            .hang
        } body: { server in
            let log = try RecordedLog()
            let contexts = Contexts()
            let model = ModelConfiguration(.openAI, apiKey: nil, baseURL: server.url, model: "scripted")
            let agent = ModelAgent(model: model.makeClient(over: try AgentFixture.shared.connections), events: log) {
                contexts.add(try await fixture.browser.newContext())
            }
            let running = Task { try await agent.run(task: "Wait") }
            try await eventually("the model to be asked") { server.turns.count == 1 }
            let clock = ContinuousClock()
            let start = clock.now
            running.cancel()
            await #expect(throws: CancellationError.self) { _ = try await running.value }
            // The promise is one second. What must not happen is that the answer is waited for.
            #expect(clock.now - start < .seconds(25))
            #expect(contexts.all.first?.pageCount == 0)
        }
    }

    @Test("A browser that does not start is told")
    func tellsMissingBrowser() async throws {
        let model = ModelConfiguration(.openAI, apiKey: nil, baseURL: "http://127.0.0.1:9", model: "scripted")
        let log = try RecordedLog()
        let agent = ModelAgent(model: model.makeClient(over: try AgentFixture.shared.connections), events: log) {
            throw BrowserError(.launchFailed, "no browser")
        }
        let outcome = try await agent.run(task: "Wait")
        #expect(outcome == AgentOutcome(isSuccess: false, error: "Cannot start the browser: no browser", steps: 0))
        #expect(log.messages.last == "❌ Cannot start the browser: no browser")
    }
}
