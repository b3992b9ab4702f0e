//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a model did not answer, said so that a person can act on it. A key never stands in it.
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

        /// The server cannot be connected to, or the connection broke.
        package static let unreachable = Code(kind: .unreachable)
        /// The server did not answer in time.
        package static let timedOut = Code(kind: .timedOut)
        /// The server does not accept the key, or there is no money left for it (401, 402, 403, and what says so).
        package static let notAllowed = Code(kind: .notAllowed)
        /// The server does not know the address or the model (404).
        package static let notFound = Code(kind: .notFound)
        /// The server does not accept what it was asked (other 4xx).
        package static let invalidRequest = Code(kind: .invalidRequest)
        /// The model cannot read as much as it was asked to (400, 413).
        package static let tooLong = Code(kind: .tooLong)
        /// The server wants fewer requests (429), and waiting for as long as we may did not help.
        package static let rateLimited = Code(kind: .rateLimited)
        /// The server failed (5xx).
        package static let serverFailed = Code(kind: .serverFailed)
        /// The server's answer is not what the protocol says.
        package static let invalidResponse = Code(kind: .invalidResponse)
        /// The model declined to answer.
        package static let refused = Code(kind: .refused)

        /// The code's name.
        package var description: String { kind.rawValue }
    }

    /// The kind of failure.
    package var code: Code
    /// What went wrong and, where it told, what the server said.
    package var message: String
    /// The HTTP status, where there was one.
    package var status: Int?

    package init(_ code: Code, _ message: String, status: Int? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// Whether asking again will fail the same way: what is wrong is the configuration.
    package var isPermanent: Bool { [.notAllowed, .notFound].contains(code) }

    /// The message alone: it is written to be read.
    package var description: String { message }
}
