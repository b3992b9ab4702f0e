//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why an exchange did not come to its end.
public struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// The request itself makes no sense; nothing was sent.
        public static let invalidRequest = Code("invalid request")
        /// The host has no address.
        public static let cannotResolve = Code("cannot resolve")
        /// Nobody listens there, or the way there is closed.
        public static let cannotConnect = Code("cannot connect")
        /// Connecting, the head or the whole exchange took too long.
        public static let timedOut = Code("timed out")
        /// The body was silent for longer than the idle timeout.
        public static let idle = Code("idle")
        /// No common protocol or cipher, or a certificate that is not trusted.
        public static let tls = Code("TLS")
        /// The connection went before the answer was complete.
        public static let closedEarly = Code("closed early")
        /// The other side does not speak HTTP.
        public static let notHTTP = Code("not HTTP")
        /// The body is larger than was allowed.
        public static let tooLarge = Code("too large")
        /// The client has been shut down.
        public static let shutDown = Code("shut down")
        /// The body was asked for its next bytes by two readers at once.
        public static let concurrentReaders = Code("concurrent readers")
        /// Anything else that libcurl reports.
        public static let other = Code("other")
    }

    /// The kind of failure.
    public let code: Code
    /// What happened, for a human, on one line.
    public let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
