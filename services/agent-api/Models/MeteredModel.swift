//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Synchronization

/// A model whose tokens are counted, even if the run is stopped.
package final class MeteredModel: ModelClient {
    private let model: any ModelClient
    private let count = Mutex(TokenUsage())

    /// Starts counting at 0.
    package init(_ model: any ModelClient) { self.model = model }

    /// The tokens used by all answers so far.
    package var usage: TokenUsage { count.withLock { $0 } }

    package var name: String { model.name }

    package func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        let answer = try await model.answer(request)
        count.withLock { $0 += answer.tokens }
        return answer
    }

    package func judge(_ answer: ModelAnswer, to request: ModelRequest, isValid: Bool) -> Bool {
        model.judge(answer, to: request, isValid: isValid)
    }

    package func answerForm(for origin: ModelRequest.SchemaOrigin) -> AnswerForm? { model.answerForm(for: origin) }

    package func contextLength() async throws -> Int? { try await model.contextLength() }
}
