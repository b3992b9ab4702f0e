//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Models
import TestSupport
import Testing

@Suite("A model's server that fails")
struct FailureTests {
    @Test("Transient failures are retried until they pass", arguments: ModelConfiguration.Provider.allCases)
    func triesAgain(provider: ModelConfiguration.Provider) async throws {
        let faults: [ModelReply] = [.failure(500), .halfAnAnswer, .close, .raw("<html>"), .raw("{}"), .failure(529)]
        let policy: ScriptedModelServer.Policy = { turn in
            turn.number <= faults.count ? faults[turn.number - 1] : .answer("{}")
        }
        try await ScriptedModelServer.with(policy) { server in
            let client = ModelFixture.client(provider, at: server.url, attempts: faults.count + 1)
            _ = try await client.answer(ModelFixture.request)
            #expect(server.turns.count == faults.count + 1)
        }
    }

    @Test("Retry-After is honoured")
    func waitsAsAsked() async throws {
        let policy: ScriptedModelServer.Policy = { turn in
            turn.number == 1 ? .failure(429, "slow down", headers: ["Retry-After": "1"]) : .answer("{}")
        }
        try await ScriptedModelServer.with(policy) { server in
            let client = ModelFixture.client(.openAI, at: server.url)
            let took = try await ContinuousClock().measure { _ = try await client.answer(ModelFixture.request) }
            #expect(took >= .seconds(1))
            #expect(server.turns.count == 2)
        }
    }

    @Test("A server that asks for too long a delay is not asked again")
    func givesUp() async throws {
        let policy: ScriptedModelServer.Policy = { _ in .failure(429, "quota", headers: ["Retry-After": "3600"]) }
        try await ScriptedModelServer.with(policy) { server in
            let error = await #expect(throws: ModelError.self) {
                try await ModelFixture.client(.openAI, at: server.url).answer(ModelFixture.request)
            }
            #expect(error?.code == .rateLimited)
            #expect(error?.message.hasSuffix("quota; it asks to wait 3600 s, which is too long") == true)
            #expect(server.turns.count == 1)
        }
    }

    @Test(
        "Permanent failures are reported at once, with the server's message",
        arguments: [
            (401, ModelError.Code.notAllowed), (403, .notAllowed), (404, .notFound), (400, .invalidRequest),
            (302, .invalidRequest),
        ]
    )
    func tellsAtOnce(status: Int, code: ModelError.Code) async throws {
        let said = "no model zzz here, ask somewhere else " + String(repeating: "long ", count: 200)
        let policy: ScriptedModelServer.Policy = { _ in .failure(status, said, headers: ["Location": "/elsewhere"]) }
        try await ScriptedModelServer.with(policy) { server in
            let error = await #expect(throws: ModelError.self) {
                try await ModelFixture.client(.anthropic, at: server.url).answer(ModelFixture.request)
            }
            #expect(error?.code == code)
            #expect(error?.status == status)
            #expect(error?.message.contains("HTTP status \(status): no model zzz here") == true)
            #expect((error?.message.count ?? 1000) < 400)
            #expect(server.turns.count == 1)
        }
    }

    @Test(
        "An account without credit is not retried",
        arguments: [
            (429, "You exceeded your current quota, please check your plan and billing details."),
            (400, "Your credit balance is too low to access the Anthropic API."), (402, "Payment required"),
        ]
    )
    func stopsWithoutMoney(status: Int, said: String) async throws {
        try await ScriptedModelServer.with { _ in
            .failure(status, said)
        } body: { server in
            let error = await #expect(throws: ModelError.self) {
                try await ModelFixture.client(.openAI, at: server.url).answer(ModelFixture.request)
            }
            #expect(error?.isPermanent == true)
            #expect(error?.message.hasSuffix(said) == true)
            #expect(server.turns.count == 1)
        }
    }

    @Test("The last failure is reported after all attempts, with their number")
    func tellsLastFailure() async throws {
        try await ScriptedModelServer.with { _ in
            .failure(503, "overloaded")
        } body: { server in
            let error = await #expect(throws: ModelError.self) {
                try await ModelFixture.client(.openAI, at: server.url, attempts: 3).answer(ModelFixture.request)
            }
            #expect(error?.code == .serverFailed)
            #expect(error?.message.hasSuffix("HTTP status 503: overloaded (after 3 attempts)") == true)
            #expect(server.turns.count == 3)
        }
    }

    @Test("A server that hangs is tried twice")
    func timesOut() async throws {
        try await ScriptedModelServer.with { _ in
            .hang
        } body: { server in
            // Long enough for a request to be sent from a busy machine. The server may read it later.
            let client = ModelFixture.client(.openAI, at: server.url, timeout: .seconds(3))
            let error = await #expect(throws: ModelError.self) { try await client.answer(ModelFixture.request) }
            #expect(error?.code == .timedOut)
            #expect(error?.message.hasSuffix("did not respond within 3 s (after 2 attempts)") == true)
            try await eventually("both requests") { server.turns.count == 2 }
        }
    }

    @Test("A closed port is reported as such")
    func tellsRefusedConnection() async throws {
        let port = try RefusingPort()
        let client = ModelFixture.client(.openAI, at: port.url, attempts: 2)
        let error = await #expect(throws: ModelError.self) { try await client.answer(ModelFixture.request) }
        #expect(error?.code == .unreachable)
        let message = "cannot reach 127.0.0.1:\(port.number): connection refused (after 2 attempts)"
        #expect(error?.message == message)
    }

    @Test("Cancelling takes effect at once, while the server hangs and during a pause", arguments: [true, false])
    func cancels(hangs: Bool) async throws {
        let policy: ScriptedModelServer.Policy = { _ in
            hangs ? .hang : .failure(429, "slow down", headers: ["Retry-After": "60"])
        }
        try await ScriptedModelServer.with(policy) { server in
            let client = ModelFixture.client(.openAI, at: server.url, longestPause: .seconds(60))
            let asking = Task { try await client.answer(ModelFixture.request) }
            try await eventually("the request") { server.turns.count == 1 }
            let clock = ContinuousClock()
            let start = clock.now
            asking.cancel()
            await #expect(throws: CancellationError.self) { try await asking.value }
            #expect(clock.now - start < .seconds(25))
            #expect(server.turns.count == 1)
        }
    }

    @Test("The key is in no error, description or dump", arguments: ModelConfiguration.Provider.allCases)
    func hidesKey(provider: ModelConfiguration.Provider) async throws {
        let said = "Incorrect API key provided: \(ModelFixture.key), or sk-very-s*****6789; but task-force-numbers stay"
        try await ScriptedModelServer.with { _ in
            .failure(401, said)
        } body: { server in
            let client = ModelFixture.client(provider, at: server.url)
            let error = await #expect(throws: ModelError.self) { try await client.answer(ModelFixture.request) }
            let message = try #require(error?.message)
            #expect(message.hasSuffix("provided: ••••, or ••••; but task-force-numbers stay"))
            var dumped = ""
            dump(client, to: &dumped)
            for shown in ["\(client)", String(reflecting: client), dumped] {
                #expect(!shown.contains("very-secret"))
            }
        }
    }
}
