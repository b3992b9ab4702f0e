//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a follower has to say about the connection; each at most once in an outage.
enum FollowNotice: Sendable {
    case waiting(url: ServiceURL, reason: String, delay: Duration, patience: Duration, hasAnswered: Bool)
    case connectedAgain

    /// The notice for people.
    var text: String {
        switch self {
        case .waiting(let url, let reason, let delay, let patience, true):
            "connection to \(url) lost (\(TerminalText.singleLine(reason))); "
                + "reconnecting in \(delay.roundedText), for up to \(patience.roundedText) …"
        case .waiting(let url, let reason, _, let patience, false):
            "no stream-gateway at \(url) yet (\(TerminalText.singleLine(reason))); "
                + "trying for \(patience.roundedText) …"
        case .connectedAgain:
            "connected again"
        }
    }
}

/// Why a follower gave up.
enum FollowFailure: Error {
    case unreachable(url: ServiceURL, reason: String, patience: Duration, hasAnswered: Bool)
    case notAGateway(detail: String)
    case refused(ProblemDetails)

    /// The failure as the command's end.
    func commandFailure(_ endpoints: Endpoints) -> CommandFailure {
        switch self {
        case .unreachable(let url, let reason, let patience, true):
            CommandFailure(
                status: .unreachable,
                message: "gave up on stream-gateway at \(url) after \(patience.roundedText): \(reason)"
            )
        case .unreachable(let url, let reason, _, false):
            CommandFailure(
                status: .unreachable,
                message: """
                    stream-gateway cannot be reached at \(url): \(reason)
                    Is it running there? Another address is given with --gateway or GATEWAY_URL.
                    """
            )
        case .notAGateway(let detail):
            CommandFailure(
                status: .unreachable,
                message: """
                    \(endpoints.gateway) does not look like a stream-gateway: \(detail)
                    Another address is given with --gateway or GATEWAY_URL.
                    """
            )
        case .refused(let problem):
            CommandFailure(
                status: problem.exitStatus,
                message: "stream-gateway refused: \(problem)"
                    + (problem.exitStatus == .notAllowed ? "\n" + Endpoints.tokenHint : "")
            )
        }
    }
}

extension Duration {
    /// For people: `0.5 s`, `45 s`, `5 min`.
    var roundedText: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        if tenths < 100 { return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s" }
        let seconds = (tenths + 5) / 10
        return seconds >= 120 && seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}
