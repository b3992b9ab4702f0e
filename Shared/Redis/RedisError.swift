//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why Redis did not do what it was asked to.
package struct RedisError: Error, Sendable {
    /// The kind of an error, to decide by.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case unavailable
            case timedOut
            case connectionClosed
            case serverError
            case protocolError
            case authenticationFailed
            case cancelled
            case shutDown
            case alreadyRunning
        }

        private let value: Value

        /// There is no connection. Nothing was sent.
        package static let unavailable = Self(value: .unavailable)
        /// No answer came in time. Whether the command was carried out is unknown.
        package static let timedOut = Self(value: .timedOut)
        /// The connection was lost before the answer came. Whether the command was carried out is unknown.
        package static let connectionClosed = Self(value: .connectionClosed)
        /// Redis answered with an error, see ``RedisError/serverPrefix``.
        package static let serverError = Self(value: .serverError)
        /// What Redis sent is no answer to what was asked, or not even RESP2; then the connection has been closed. Whether
        /// the command was carried out is unknown.
        package static let protocolError = Self(value: .protocolError)
        /// Redis refused the user or the password, or wants one and none is configured.
        package static let authenticationFailed = Self(value: .authenticationFailed)
        /// The task that waited for the answer was cancelled. Whether the command was carried out is unknown.
        package static let cancelled = Self(value: .cancelled)
        /// The client has been shut down, or is shutting down. Nothing was sent.
        package static let shutDown = Self(value: .shutDown)
        /// `run()` was called a second time.
        package static let alreadyRunning = Self(value: .alreadyRunning)

        /// The code's name.
        package var description: String { value.rawValue }
    }

    /// The kind of error.
    package let code: Code
    /// What happened, for people. Holds neither passwords nor arguments of commands.
    package let message: String
    /// The error that led to this one.
    package let cause: (any Error)?

    /// Makes an error of the given kind.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The first word of an error that Redis answered with, such as `NOSCRIPT`, `WRONGTYPE`, `OOM` or `ERR`. Nil for
    /// every other kind of error.
    package var serverPrefix: String? {
        guard code == .serverError else { return nil }
        return message.split(separator: " ", maxSplits: 1).first.map(String.init)
    }

    /// Whether the same command may succeed later without anyone changing it. It may also have been carried out
    /// already (see ``Code``), so only repeat what is idempotent.
    package var isRetryable: Bool {
        switch code {
        case .unavailable, .timedOut, .connectionClosed, .protocolError:
            true
        case .serverError:
            serverPrefix.map(Self.passingConditions.contains) ?? false
        default:
            false
        }
    }

    /// Errors that tell of the server's state and not of the command.
    private static let passingConditions: Set<String> = [
        "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN",
    ]
}

extension RedisError: CustomStringConvertible {
    /// The message, with its code where the message alone does not tell.
    package var description: String {
        code == .serverError ? "Redis answered: \(message)" : message
    }
}
