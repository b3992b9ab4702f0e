//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a Redis command failed.
package struct RedisError: Error, Sendable {
    /// The kind of error, for programs.
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
        /// The reply did not arrive in time. Whether the command was executed is unknown.
        package static let timedOut = Self(value: .timedOut)
        /// The connection was lost before the reply arrived. Whether the command was executed is unknown.
        package static let connectionClosed = Self(value: .connectionClosed)
        /// Redis replied with an error, see ``RedisError/serverPrefix``.
        package static let serverError = Self(value: .serverError)
        /// The reply does not fit the command, or is not RESP2; in that case the connection has been closed. Whether
        /// the command was executed is unknown.
        package static let protocolError = Self(value: .protocolError)
        /// Redis rejected the user or the password, or requires one and none is configured.
        package static let authenticationFailed = Self(value: .authenticationFailed)
        /// The task that waited for the reply was cancelled. Whether the command was executed is unknown.
        package static let cancelled = Self(value: .cancelled)
        /// The client has been shut down, or is shutting down. Nothing was sent.
        package static let shutDown = Self(value: .shutDown)
        /// `run()` was called a second time.
        package static let alreadyRunning = Self(value: .alreadyRunning)

        package var description: String { value.rawValue }
    }

    /// The kind of error.
    package let code: Code
    /// What happened, for people. It contains neither passwords nor command arguments.
    package let message: String
    /// The underlying error.
    package let cause: (any Error)?

    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// The first word of an error reply, such as `NOSCRIPT`, `WRONGTYPE`, `OOM` or `ERR`. Nil for other errors.
    package var serverPrefix: String? {
        guard code == .serverError else { return nil }
        return message.split(separator: " ", maxSplits: 1).first.map(String.init)
    }

    /// Whether the same command may succeed later without changes. It may also have been executed already (see
    /// ``Code``), so only repeat what is idempotent.
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

    /// Errors about the server's state rather than the command.
    private static let passingConditions: Set<String> = [
        "BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "OOM", "READONLY", "TRYAGAIN",
    ]
}

extension RedisError: CustomStringConvertible {
    /// The message, with a prefix if it is Redis's own.
    package var description: String {
        code == .serverError ? "Redis answered: \(message)" : message
    }
}
