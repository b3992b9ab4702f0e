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

    /// Tells whether an answer was of use, so that the model can be asked in another form next time.
    ///
    /// - Returns: Whether the next request of this kind will have a form that was not tried yet.
    func judge(_ answer: ModelAnswer, to request: ModelRequest, isValid: Bool) -> Bool

    /// How the next answer will be made to follow the schema; `nil` where there is a single way.
    func answerForm(for origin: ModelRequest.SchemaOrigin) -> AnswerForm?

    /// How many tokens a request and its answer may have together; `nil` if that is not known, as with large models.
    ///
    /// - Throws: `CancellationError`.
    func contextLength() async throws -> Int?
}

extension ModelClient {
    package func judge(_ answer: ModelAnswer, to request: ModelRequest, isValid: Bool) -> Bool { false }
    package func answerForm(for origin: ModelRequest.SchemaOrigin) -> AnswerForm? { nil }
    package func contextLength() async throws -> Int? { nil }
}
