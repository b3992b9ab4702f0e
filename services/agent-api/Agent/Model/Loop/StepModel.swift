//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import JSON
import JSONSchema
import Models

/// Asks the model for a step's decision, and once more when its answer is not valid, or in every form that was not tried
/// yet.
struct StepModel: Sendable {
    /// Why there is no decision.
    enum Failure: Error {
        /// The model did not answer.
        case unavailable(ModelError)
        /// It answered twice what is no decision.
        case invalid(String)
        /// It cannot read enough to decide anything.
        case tooSmall(PromptBudget.TooSmall)
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
        budget: PromptBudget = PromptBudget(context: nil),
        onInvalid: (String) async -> Void
    ) async throws -> ModelDecision {
        let question = ModelMessage(.user, state, images: images)
        var request = ModelRequest(
            instructions: AgentPrompt.text(allowing: actions, isBrief: budget.isBrief),
            messages: [question],
            schema: ModelDecision.schema(allowing: actions, isBrief: budget.isBrief),
            schemaOrigin: actions.schemaOrigin,
            isBrief: budget.isBrief,
            maximumOutput: budget.answer
        )
        var attempt = 1
        while true {
            let answer = try await ask(request)
            var problem: String
            do {
                let decision = try ModelDecision(parsing: answer.text, allowing: actions)
                _ = client.judge(answer, to: request, isValid: true)
                return decision
            } catch {
                problem = "\(error)".clipped(to: Self.longestProblem)
            }
            let isAskedInNewForm = client.judge(answer, to: request, isValid: false)
            if answer.isCutOff { problem = "it was cut off, because it was too long; \(problem)" }
            await onInvalid(problem)
            guard attempt == 1 || isAskedInNewForm else { throw Failure.invalid(problem) }
            attempt += 1
            // Servers refuse an empty message.
            let said = TokenEstimate.clipped(answer.text.clipped(to: 8000), to: budget.returned)
            let reason = TokenEstimate.clipped(problem, to: budget.returned)
            request.messages = [
                question, ModelMessage(.assistant, said.isEmpty ? "(nothing)" : said),
                ModelMessage(.user, "Your answer was not valid: \(reason). Answer again, with one valid JSON object."),
            ]
        }
    }

    /// How many tokens a request has beside the state.
    func tokensBesideState(allowing actions: ActionSet, _ budget: PromptBudget) -> Int {
        guard budget.context != nil else { return 0 }
        let instructions = AgentPrompt.text(allowing: actions, isBrief: budget.isBrief)
        // A tool's parameters are part of what the model reads, and so is a schema in words.
        let form = client.answerForm(for: actions.schemaOrigin)
        let readsSchema = form == nil || form == .tool || !budget.isBrief && form != .schema
        let schema = readsSchema ? ModelDecision.schema(allowing: actions, isBrief: budget.isBrief).text : ""
        return TokenEstimate.tokens(in: instructions) + TokenEstimate.tokens(in: schema)
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
