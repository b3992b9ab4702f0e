//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentLogs
import Testing

@Suite("The documented example")
struct DocumentedExampleTests {
    @Test("goes to google.com, searches for hello world and says each step")
    func searchesForHelloWorld() async throws {
        try await withAgent { agent in
            let (outcome, log) = try await agent.run("Go to google.com and search for hello world")
            #expect(
                log.messages == [
                    "🎯 Task: Go to google.com and search for hello world",
                    "📍 Step 1: Navigate to google.com",
                    "▶️ navigate: url: https://google.com",
                    "🔗 Navigated to http://google.com/",
                    "📍 Step 2: Search for hello world",
                    "▶️ search: query: hello world",
                    "⌨️ Typed \"hello world\" into Search",
                    "⌨️ Pressed Enter",
                    "🔗 Navigated to http://google.com/search?q=hello+world",
                    "📄 Result: hello world - Search; first result: hello world: an introduction",
                    "✅ Task completed successfully",
                ]
            )
            #expect(outcome.isSuccess)
            #expect(outcome.steps == 2)
            #expect(outcome.result == "hello world - Search; first result: hello world: an introduction")
        }
    }
}
