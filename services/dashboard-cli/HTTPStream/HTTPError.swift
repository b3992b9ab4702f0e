//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why an exchange did not come to its end.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    package struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code.
        package let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// The request itself is not valid; nothing was sent.
        package static let invalidRequest = Code("invalid request")
        /// The host has no address.
        package static let cannotResolve = Code("cannot resolve")
        /// Nobody listens there, or the way there is closed.
        package static let cannotConnect = Code("cannot connect")
        /// Connecting, the head or the whole exchange took too long.
        package static let timedOut = Code("timed out")
        /// The body was silent for longer than the idle timeout.
        package static let idle = Code("idle")
        /// No common protocol or cipher, or a certificate that is not trusted.
        package static let tls = Code("TLS")
        /// The connection went before the answer was complete.
        package static let closedEarly = Code("closed early")
        /// The other side does not speak HTTP.
        package static let notHTTP = Code("not HTTP")
        /// The body is larger than was allowed.
        package static let tooLarge = Code("too large")
        /// The client has been shut down.
        package static let shutDown = Code("shut down")
        /// The body was asked for its next bytes by two readers at once.
        package static let concurrentReaders = Code("concurrent readers")
        /// Anything else that libcurl reports.
        package static let other = Code("other")
    }

    /// The kind of failure.
    package let code: Code
    /// What happened, for a human, on one line.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
