//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream

/// What the head of the gateway's answer means for a follower.
enum Opening: Sendable {
    /// Events follow.
    case open
    /// There is nothing more to read.
    case over
    /// The gateway is there, but not now.
    case later(reason: String, after: Duration?)

    /// - Throws: ``FollowFailure`` for an answer that will not change by asking again.
    init(_ response: HTTPClient.StreamingResponse) async throws {
        switch response.status {
        case 200 where response.head.mediaType == "text/event-stream":
            self = .open
        case 200:
            let type = response.head.mediaType.map { TerminalText.singleLine($0) } ?? "no type"
            throw FollowFailure.notAGateway(detail: "it answered with \(type) instead of text/event-stream")
        case 204:
            self = .over
        case 408, 429, 500...599:
            let problem = await Self.problem(of: response)
            self = .later(reason: problem.description, after: response.head.retryAfter)
        case 300..<400, 404:
            throw FollowFailure.notAGateway(detail: "it answered with HTTP status \(response.status)")
        default:
            throw FollowFailure.refused(await Self.problem(of: response))
        }
    }

    private static func problem(of response: HTTPClient.StreamingResponse) async -> ProblemDetails {
        // The reason is a kindness: without it, or with one that is too long, the status has to do.
        let body = (try? await response.body.collect(upTo: 64 * 1024)) ?? []
        return ProblemDetails(HTTPClient.Response(head: response.head, body: body))
    }
}
