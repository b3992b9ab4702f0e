//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Models
import Secrets

/// A model that is told no secrets: names stand in their places in all that it is sent.
struct MaskedModel: ModelClient {
    let client: any ModelClient
    let mask: SecretMask

    var name: String { client.name }

    func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        guard !mask.isEmpty else { return try await client.answer(request) }
        var request = request
        request.instructions = mask.masked(request.instructions)
        for index in request.messages.indices {
            request.messages[index].text = mask.masked(request.messages[index].text)
        }
        return try await client.answer(request)
    }

    func judge(_ answer: ModelAnswer, to request: ModelRequest, isValid: Bool) -> Bool {
        client.judge(answer, to: request, isValid: isValid)
    }

    func answerForm(for origin: ModelRequest.SchemaOrigin) -> AnswerForm? { client.answerForm(for: origin) }

    func contextLength() async throws -> Int? { try await client.contextLength() }
}
