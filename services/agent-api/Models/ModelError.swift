//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a model did not answer, in words that a person can act on. It never contains a key.
package struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure. More may be added.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        enum Kind: String, Sendable {
            case unreachable
            case timedOut
            case notAllowed
            case notFound
            case invalidRequest
            case tooLong
            case rateLimited
            case serverFailed
            case invalidResponse
            case refused
        }

        let kind: Kind

        /// The server cannot be reached, or the connection was lost.
        package static let unreachable = Code(kind: .unreachable)
        /// The server did not respond in time.
        package static let timedOut = Code(kind: .timedOut)
        /// The server rejected the key, or the account has no credit (401, 402, 403, or an equivalent message).
        package static let notAllowed = Code(kind: .notAllowed)
        /// The server does not know the address or the model (404).
        package static let notFound = Code(kind: .notFound)
        /// The server rejected the request (other 4xx).
        package static let invalidRequest = Code(kind: .invalidRequest)
        /// The request is too long for the model (400, 413).
        package static let tooLong = Code(kind: .tooLong)
        /// The server limits the rate (429), and waiting as long as allowed did not help.
        package static let rateLimited = Code(kind: .rateLimited)
        /// The server failed (5xx).
        package static let serverFailed = Code(kind: .serverFailed)
        /// The response does not follow the protocol.
        package static let invalidResponse = Code(kind: .invalidResponse)
        /// The model declined to answer.
        package static let refused = Code(kind: .refused)

        package var description: String { kind.rawValue }
    }

    /// The kind of failure.
    package var code: Code
    /// What went wrong, including the server's message if there is one.
    package var message: String
    /// The HTTP status, if there was one.
    package var status: Int?
    /// How many tokens the model can read and write, where the server has said so.
    package var contextLength: Int?

    package init(_ code: Code, _ message: String, status: Int? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// Whether a retry would fail the same way because the configuration is wrong.
    package var isPermanent: Bool { [.notAllowed, .notFound].contains(code) }

    package var description: String { message }
}
