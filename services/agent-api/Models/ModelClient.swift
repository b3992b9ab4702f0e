//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A language model that answers in JSON.
package protocol ModelClient: Sendable {
    /// The model's name, for people.
    var name: String { get }

    /// Asks the model.
    ///
    /// - Returns: its answer, which need not follow the schema: servers differ in what they enforce.
    /// - Throws: ``ModelError``, after as many attempts as make sense; `CancellationError` at once when the task is cancelled.
    func answer(_ request: ModelRequest) async throws -> ModelAnswer
}
