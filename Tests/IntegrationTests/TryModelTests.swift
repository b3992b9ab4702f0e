//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import JSON
import TestSupport
import Testing

/// `scripts/try-model`, as a user calls it.
@Suite("The script that tries a model", .timeLimit(.minutes(10)))
struct TryModelTests {
    /// Runs the script.
    private func run(_ environment: [String: String]) async throws -> (exit: ChildProcess.Exit, output: String) {
        try await withTemporaryDirectory { directory in
            let script = URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "../../scripts/try-model").standardized.path
            let bin = URL(filePath: try Executable.built("agent-api")).deletingLastPathComponent().path
            let unset = Dictionary(
                uniqueKeysWithValues: ["OPENAI_API_KEY", "OPENAI_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"]
                    .map { ($0, String?.none) }
            )
            let process = try ChildProcess(
                try Executable.path("bash"),
                [script, "--bin", bin],
                environment: unset.merging(environment) { $1 }.merging(["TMPDIR": directory.path]) { $1 },
                outputPath: directory.file("output")
            )
            let exit = try await process.waitForExit(timeout: .seconds(300))
            return (exit, process.output)
        }
    }

    @Test("It tells what a model has done, and what enforces the form of its answers")
    func works() async throws {
        try await ScriptedModelServer.with { turn in
            guard turn.form == "tool" else { return .answer("I would be glad to help.") }
            let text = turn.messages.first?.text ?? ""
            let address = text.split { $0.isWhitespace || $0 == "," }.first { $0.hasPrefix("http://") } ?? ""
            if text.contains("Address: about:blank") { return .navigate(String(address)) }
            if text.contains("Answered after 7 ms") { return .done("It says: Answered after 7 ms") }
            if text.contains("colour: blue") { return .done("colour: blue, fruits: none") }
            if text.contains("Lists and choices") {
                let index = JSONValue.integer(Int64(try turn.index("<select", "Colour")))
                return .decide(["select_dropdown": ["index": index, "text": "Blue"]])
            }
            // The third task fails.
            return .done("I cannot sign in", success: false)
        } body: { server in
            let (exit, output) = try await run(["OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "scripted"])
            #expect(exit == .exited(1), "\(output)")
            #expect(output.contains("2 of 3 tasks worked. Answers are enforced by a tool that must be called."), "\(output)")
            let lines = output.split(separator: "\n")
            #expect(lines.contains { $0.hasPrefix("read a page   worked") && $0.contains("after 7 ms") }, "\(output)")
            #expect(lines.contains { $0.hasPrefix("fill a form   worked") && $0.contains(" steps ") }, "\(output)")
            #expect(lines.contains { $0.hasPrefix("sign in       failed") && $0.contains("I cannot sign in") }, "\(output)")
        }
    }

    @Test("It says what to set where no model is set up")
    func noModel() async throws {
        let (exit, output) = try await run([:])
        #expect(exit == .exited(2))
        #expect(output.contains("no model is set up: set OPENAI_BASE_URL and OPENAI_MODEL, or a key"))
    }
}
