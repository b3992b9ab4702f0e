//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A language model that answers in JSON.
package protocol ModelClient: Sendable {
    /// The model's name, for people.
    var name: String { get }

    /// Sends a request to the model.
    ///
    /// - Returns: The answer. It may violate the schema, since servers differ in what they enforce.
    /// - Throws: ``ModelError`` after the retries that make sense; `CancellationError` at once if the task is
    ///   cancelled.
    func answer(_ request: ModelRequest) async throws -> ModelAnswer
}
