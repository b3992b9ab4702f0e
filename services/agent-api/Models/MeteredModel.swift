//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Synchronization

/// A model whose tokens are counted, also those of a run that is stopped.
package final class MeteredModel: ModelClient {
    private let model: any ModelClient
    private let count = Mutex(TokenUsage())

    /// Counts from 0.
    package init(_ model: any ModelClient) { self.model = model }

    /// What all answers so far took.
    package var usage: TokenUsage { count.withLock { $0 } }

    /// The model's name.
    package var name: String { model.name }

    /// Asks the model, see ``ModelClient/answer(_:)``.
    package func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        let answer = try await model.answer(request)
        count.withLock { $0 += answer.tokens }
        return answer
    }
}
