//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// What a service says about a request that it does not do (RFC 9457), for people.
struct ProblemDetails: Sendable, CustomStringConvertible {
    var status: Int
    var title: String?
    var detail: String?
    /// Each offending field and what is wrong with it.
    var fields: [(name: String?, message: String)] = []

    /// Reads the body if it is JSON; otherwise the status alone has to do.
    init(_ response: HTTPClient.Response) {
        status = response.status
        guard let problem = try? JSONValue(parsing: response.body) else { return }
        title = problem["title"]?.string
        detail = problem["detail"]?.string
        guard case .array(let errors) = problem["errors"] else { return }
        fields = errors.compactMap { error in
            let name = ["field", "pointer", "name", "parameter"].lazy.compactMap { error[$0]?.string }.first
            let message = ["message", "detail", "reason"].lazy.compactMap { error[$0]?.string }.first
            return (message ?? error.string).map { (name, $0) }
        }
    }

    /// Title, detail, then a line for each field.
    var description: String {
        let head = [title ?? "HTTP status \(status)", detail].compactMap { $0 }.map { TerminalText.singleLine($0) }
        let lines = fields.map { field in
            let name = field.name.map { TerminalText.singleLine($0) + ": " } ?? ""
            return "\n  " + name + TerminalText.singleLine(field.message)
        }
        return head.joined(separator: ": ") + lines.joined()
    }

    /// The status to end with when a request was refused.
    var exitStatus: ExitStatus {
        switch status {
        case 401, 403: .notAllowed
        case 400, 405, 409, 413, 414, 415, 422: .usage
        case 404: .failed
        default: .unreachable
        }
    }
}

extension HTTPClient.ResponseHead {
    /// `Retry-After` in seconds (RFC 9110 section 10.2.3). The form with a date is not understood, and left to our own
    /// backoff.
    var retryAfter: Duration? {
        headers["retry-after"].flatMap { Int($0) }.flatMap { $0 >= 0 ? .seconds(min($0, 86_400)) : nil }
    }
}
