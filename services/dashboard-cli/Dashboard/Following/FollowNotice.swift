//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a follower has to say about the connection; each at most once in an outage or for each event.
enum FollowNotice: Sendable {
    /// A stream that was open has broken off.
    case lost(url: ServiceURL, reason: String, delay: Duration, patience: Duration)
    /// The gateway is there, but asks to come back later.
    case notReady(url: ServiceURL, reason: String, patience: Duration)
    /// Nobody has answered so far.
    case notThere(url: ServiceURL, reason: String, patience: Duration)
    case connectedAgain
    /// An event was larger than what is kept of one.
    case passedOver(bytes: Int)

    /// The notice for people.
    var text: String {
        switch self {
        case .lost(let url, let reason, let delay, let patience):
            "connection to \(url) lost (\(TerminalText.singleLine(reason))); "
                + "reconnecting in \(delay.roundedText), for up to \(patience.roundedText) …"
        case .notReady(let url, let reason, let patience):
            "stream-gateway at \(url) is not ready (\(TerminalText.singleLine(reason))); "
                + "trying for up to \(patience.roundedText) …"
        case .notThere(let url, let reason, let patience):
            "no stream-gateway at \(url) yet (\(TerminalText.singleLine(reason))); "
                + "trying for \(patience.roundedText) …"
        case .connectedAgain:
            "connected"
        case .passedOver(let bytes):
            "an event of more than \(bytes >> 20) MiB was skipped"
        }
    }
}

/// Why a follower gave up.
enum FollowFailure: Error {
    case unreachable(url: ServiceURL, reason: String, patience: Duration, hasAnswered: Bool)
    case notAGateway(detail: String)
    case isAgentAPI
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
        case .isAgentAPI:
            CommandFailure(
                status: .unreachable,
                message: """
                    \(endpoints.gateway) is an agent-api, and no stream-gateway
                    Another address is given with --gateway or GATEWAY_URL.
                    """
            )
        case .refused(let problem):
            CommandFailure(
                status: problem.exitStatus,
                message: "stream-gateway refused: \(problem)" + Endpoints.hint(for: problem)
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
