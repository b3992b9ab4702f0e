//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension ModelError.Code {
    /// Classifies a failure by its status and the server's message.
    ///
    /// Servers have no common codes for two cases that need to be told apart: that a request is too long, and that the
    /// account has no credit, which waiting does not fix.
    init(status: Int, said: String) {
        let said = said.lowercased()
        self =
            switch status {
            case 401, 402, 403: .notAllowed
            case 404: .notFound
            // Some servers count what is wrong with a request as a failure of their own.
            case 500 where Self.lengthWords.contains(where: said.contains): .tooLong
            case 500 where Self.formWords.contains(where: said.contains): .invalidRequest
            case 408, 425, 500...: .serverFailed
            case 413: .tooLong
            case 400..<500 where Self.creditPhrases.contains(where: said.contains): .notAllowed
            case 429: .rateLimited
            case 400..<500 where Self.lengthWords.contains(where: said.contains): .tooLong
            default: .invalidRequest
            }
    }

    private static let creditPhrases = [
        "insufficient_quota", "exceeded your current quota", "credit balance is too low",
    ]
    private static let formWords = ["response_format", "json_schema", "tool_choice", "validation error"]
    private static let lengthWords = [
        "context length", "context_length", "context window", "context size", "context limit", "maximum context",
        "too long",
        "too many tokens", "too many input tokens", "input token count", "reduce the length",
    ]
}
