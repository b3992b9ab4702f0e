//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a model did not answer, said so that a person can act on it. A key never stands in it.
public struct ModelError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure. More may be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
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
        public static let unreachable = Code(kind: .unreachable)
        /// The server did not answer in time.
        public static let timedOut = Code(kind: .timedOut)
        /// The server does not accept the key (401, 403).
        public static let notAllowed = Code(kind: .notAllowed)
        /// The server does not know the address or the model (404).
        public static let notFound = Code(kind: .notFound)
        /// The server does not accept what it was asked (other 4xx).
        public static let invalidRequest = Code(kind: .invalidRequest)
        /// The model cannot read as much as it was asked to (400, 413).
        public static let tooLong = Code(kind: .tooLong)
        /// The server wants fewer requests (429), and waiting for as long as we may did not help.
        public static let rateLimited = Code(kind: .rateLimited)
        /// The server failed (5xx).
        public static let serverFailed = Code(kind: .serverFailed)
        /// The server's answer is not what the protocol says.
        public static let invalidResponse = Code(kind: .invalidResponse)
        /// The model declined to answer.
        public static let refused = Code(kind: .refused)

        /// The code's name.
        public var description: String { kind.rawValue }
    }

    /// The kind of failure.
    public var code: Code
    /// What went wrong and, where it told, what the server said.
    public var message: String
    /// The HTTP status, where there was one.
    public var status: Int?

    /// Makes an error.
    public init(_ code: Code, _ message: String, status: Int? = nil) {
        self.code = code
        self.message = message
        self.status = status
    }

    /// Whether asking again will fail the same way: what is wrong is the configuration.
    public var isPermanent: Bool { [.notAllowed, .notFound].contains(code) }

    /// The message alone: it is written to be read.
    public var description: String { message }
}
