//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import Foundation
import JSON
import Models
import TestSupport
import Testing

@Suite("A model that can read little", .sharedAgent)
struct SmallModelTests {
    /// A page of some 20 windows, each row with a button.
    private static let shop: String = {
        let rows = (1...600).map { number in
            """
            <tr><td>Article <b>\(number)</b>: a lamp of \(number * 7) lumen, colour №\(number % 9)</td>
            <td><button onclick="document.title='Took \(number)'">Take article \(number)</button></td></tr>
            """
        }
        return """
            <title>Shop</title><h1>All articles</h1><p id=long>\(String(repeating: "Terms and conditions apply. ", count: 200))</p>
            <table>\(rows.joined())</table>
            """
    }()

    /// Tokens as a server with another tokenizer counts them: less than ours, by a third.
    private static func tokens(_ turn: ModelTurn) -> Int {
        let tools = turn.body["tools"]?.text ?? ""
        let texts = [turn.instructions, tools] + turn.messages.map(\.text)
        return texts.reduce(0) { $0 + $1.utf8.count } / 4
    }

    @Test("Drives a large page within its context, in every form of answer", arguments: [4096, 6144, 8192, 12_000])
    func largePage(context: Int) async throws {
        try await PageServer.with { _ in
            Self.shop
        } body: { site in
            let properties: JSONValue = ["default_generation_settings": ["n_ctx": .integer(Int64(context))]]
            let run = try await AgentFixture.shared.runModel(
                "Take the article 7. " + String(repeating: "Mind the price. ", count: 20),
                serverPages: ["/props": properties]
            ) { turn in
                let most = context - (turn.body["max_tokens"]?.integer ?? context)
                guard Self.tokens(turn) <= most else { return .failure(400, "context size (\(context) tokens)") }
                // Only a tool makes this server's model answer well.
                guard turn.form == "tool" else { return .answer(String(repeating: "So many lamps. ", count: 300)) }
                switch turn.number {
                case ..<3: return .navigate(site.origin)
                case 3: return .decide(["search_page": ["pattern": "Article", "regex": false]])
                case 4: return .decide(["scroll": ["down": true, "pages": 0.5]])
                case 5: return .decide(try turn.click("Take article 7"))
                default:
                    let took = turn.text.contains("Title: Took 7")
                    return turn.number < 12 ? .decide(["wait": ["seconds": 1]]) : .done(success: took)
                }
            }
            #expect(run.outcome.isSuccess, "\(run.messages)")
            #expect(!run.messages.contains { $0.contains("more than the model can read") })
            #expect(run.turns.count == 12)
            for turn in run.turns {
                #expect(turn.instructions.utf8.count < 3200)
                #expect(turn.text.contains("Take the article 7.") || turn.text.hasPrefix("Your answer was not valid"))
            }
            // What fits is shown.
            #expect(Self.tokens(try #require(run.turns.dropFirst(4).first)) > context / 3)
        }
    }

    @Test("Is shown less where the server counts more tokens than expected")
    func otherTokenizer() async throws {
        try await PageServer.with { _ in
            Self.shop
        } body: { site in
            let run = try await AgentFixture.shared.runModel { turn in
                guard turn.body.text.utf8.count < 9000 else {
                    return .failure(400, "Requested tokens (9999) exceed context window of 4096")
                }
                switch turn.number {
                case 1: return .navigate(site.origin)
                default: return turn.text.contains("All articles") ? .done() : .navigate(site.origin)
                }
            }
            #expect(run.outcome.isSuccess, "\(run.messages)")
            #expect(run.messages.contains { $0.contains("more than the model can read") })
        }
    }

    @Test("Cannot be used where there is no room for a page, and the error says so")
    func tooSmall() async throws {
        let properties: JSONValue = ["default_generation_settings": ["n_ctx": 1024]]
        let run = try await AgentFixture.shared.runModel(
            String(repeating: "Mind the price. ", count: 100),
            serverPages: ["/props": properties]
        ) { _ in .done() }
        #expect(run.turns.isEmpty)
        #expect(run.outcome.error?.hasPrefix("The model cannot be used: it reads 1024 tokens; ") == true)
    }

    @Test("Reads a long page in pieces that fit")
    func extracts() async throws {
        try await PageServer.with { _ in
            Self.shop
        } body: { site in
            let properties: JSONValue = ["default_generation_settings": ["n_ctx": 4096]]
            let run = try await AgentFixture.shared.runModel(serverPages: ["/props": properties]) { turn in
                guard Self.tokens(turn) < 3400 else { return .failure(400, "context size (4096 tokens)") }
                if turn.text.hasPrefix("Question: ") { return .answer(#"{"answer":"lamps"}"#) }
                switch turn.number {
                case 1: return .navigate(site.origin)
                case 2: return .decide(["extract": ["query": "What?"]])
                default: return turn.text.contains("lamps") ? .done() : .done(success: false)
                }
            }
            #expect(run.outcome.isSuccess, "\(run.messages)")
            #expect(run.turns.count > 5)
        }
    }
}
