//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import NIOHTTP1

/// Why a request is not acceptable HTTP. Such a request does not reach any route.
enum RequestFault: Error, Equatable {
    case slowHead(Duration)
    case slowBody(Duration)
    case version(HTTPVersion)
    case host(String)
    case target(String)
    case targetLength(Int)
    case framing(String)
    case expectation
    case malformed(String)
    case largeHead

    /// The maximum length of a request's target, in bytes.
    static let longestTarget = 8192

    /// The maximum size of all header fields together, in bytes.
    static let largestFields = 64 << 10

    /// The response to the client.
    var problem: Problem {
        switch self {
        case .slowHead(let time):
            Problem(.requestTimeout, "The head of the request was not received within \(Self.seconds(time)) seconds.")
        case .slowBody(let time):
            Problem(.requestTimeout, "The body of the request was not received within \(Self.seconds(time)) seconds.")
        case .version(let version):
            Problem(.httpVersionNotSupported, "Only HTTP/1.1 and HTTP/1.0 are supported, not \(version).")
        case .host(let reason): Problem(.badRequest, "The request \(reason).")
        case .target(let reason): Problem(.badRequest, "The target of the request \(reason).")
        case .targetLength(let length):
            Problem(.uriTooLong, "The target has \(length) bytes; at most \(Self.longestTarget) are allowed.")
        case .framing(let reason): Problem(.badRequest, "The request \(reason).")
        case .expectation: Problem(.expectationFailed, "Only the expectation 100-continue is supported.")
        case .malformed(let reason): Problem(.badRequest, "The request is not valid HTTP: \(reason).")
        case .largeHead:
            Problem(
                .requestHeaderFieldsTooLarge,
                "The head of the request is too large; at most \(Self.largestFields) bytes of header fields are allowed."
            )
        }
    }

    private static func seconds(_ time: Duration) -> String {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        return seconds == seconds.rounded() ? "\(Int(seconds))" : "\(seconds)"
    }

    /// Converts an error of the HTTP parser.
    init(_ error: HTTPParserError) {
        self =
            switch error {
            case .headerOverflow: .largeHead
            case .invalidVersion: .malformed("the request line or the version")
            case .invalidMethod: .malformed("the method")
            case .invalidURL, .invalidHost, .invalidPort, .invalidPath, .invalidQueryString, .invalidFragment:
                .malformed("the target")
            case .invalidHeaderToken, .lfExpected: .malformed("a header field")
            case .invalidContentLength, .unexpectedContentLength: .malformed("its length")
            case .invalidChunkSize: .malformed("the size of a chunk")
            case .invalidEOFState, .closedConnection: .malformed("it is incomplete")
            default: .malformed("its format")
            }
    }
}
