//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension ModelError.Code {
    /// What a failure means, by its status and what the server says of it.
    ///
    /// Servers have no common codes for two things that must be told apart from the rest of their kind: that a request is too
    /// long, and that there is no money left, which no waiting brings back.
    init(status: Int, said: String) {
        let said = said.lowercased()
        self =
            switch status {
            case 401, 402, 403: .notAllowed
            case 404: .notFound
            case 408, 425, 500...: .serverFailed
            case 413: .tooLong
            case 400..<500 where Self.moneyWords.contains(where: said.contains): .notAllowed
            case 429: .rateLimited
            case 400..<500 where Self.lengthWords.contains(where: said.contains): .tooLong
            default: .invalidRequest
            }
    }

    private static let moneyWords = ["insufficient_quota", "exceeded your current quota", "credit balance is too low"]
    private static let lengthWords = [
        "context length", "context_length", "context window", "context size", "context limit", "maximum context",
        "too long",
        "too many tokens", "too many input tokens", "input token count", "reduce the length",
    ]
}
