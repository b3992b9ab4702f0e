//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import JSONSchema
import Models

/// Asks the model for a step's decision, and once more when its answer is not valid.
struct StepModel: Sendable {
    /// Why there is no decision.
    enum Failure: Error {
        /// The model did not answer.
        case unavailable(ModelError)
        /// It answered twice what is no decision.
        case invalid(String)
    }

    /// In characters. What is wrong may name all that the model has made up.
    private static let longestProblem = 1500

    let client: any ModelClient

    /// Asks for a decision.
    ///
    /// - Parameter onInvalid: told what is wrong with an answer.
    /// - Throws: ``Failure``; `CancellationError`.
    func decide(
        _ state: String,
        images: [[UInt8]],
        allowing actions: ActionSet,
        onInvalid: (String) async -> Void
    ) async throws -> ModelDecision {
        var request = ModelRequest(
            instructions: AgentPrompt.text(allowing: actions),
            messages: [ModelMessage(.user, state, images: images)],
            schema: ModelDecision.schema(allowing: actions),
            schemaOrigin: actions.output.map { .user(fitsStrictMode: $0.fitsStrictMode) } ?? .own
        )
        var problem = ""
        for attempt in 1...2 {
            let answer = try await ask(request)
            do {
                return try ModelDecision(parsing: answer.text, allowing: actions)
            } catch {
                let reason = "\(error)".clipped(to: Self.longestProblem)
                problem = answer.isCutOff ? "it was cut off, because it was too long; \(reason)" : reason
                await onInvalid(problem)
            }
            guard attempt == 1 else { break }
            // Servers refuse an empty message.
            let said = answer.text.clipped(to: 8000)
            request.messages.append(ModelMessage(.assistant, said.isEmpty ? "(nothing)" : said))
            request.messages.append(
                ModelMessage(.user, "Your answer was not valid: \(problem). Answer again, with one valid JSON object.")
            )
        }
        throw Failure.invalid(problem)
    }

    private func ask(_ request: ModelRequest) async throws -> ModelAnswer {
        do {
            return try await client.answer(request)
        } catch let error as ModelError {
            throw Failure.unavailable(error)
        } catch {
            try Task.checkCancellation()
            throw error is CancellationError
                ? error : Failure.unavailable(ModelError(.invalidResponse, "the model failed: \(error)"))
        }
    }
}
