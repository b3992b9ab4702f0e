//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where Redis is, and how to talk to it.
package struct RedisConfiguration: Sendable {
    /// An address that Redis listens on.
    package enum Endpoint: Hashable, Sendable {
        /// A host name or an IP address, and a port.
        case tcp(host: String, port: Int)
        /// The absolute path of a Unix domain socket.
        case unixSocket(path: String)
    }

    /// Where to connect to.
    package var endpoint: Endpoint
    /// The ACL user to authenticate as; nil is Redis's `default` user.
    package var username: String?
    /// The password; nil means that no authentication is tried.
    package var password: String?
    /// The number of the database, from 0. Channels are not bound to databases.
    package var database: Int
    /// TLS settings; nil is an unencrypted connection.
    package var tls: RedisTLS?
    /// The name of the connections in `CLIENT LIST`.
    package var clientName = "stepcast"

    /// How long a connection may take until it can be used: name lookup, TCP, TLS and authentication together.
    package var connectTimeout: Duration = .seconds(2)
    /// How long Redis may take to answer a command. A connection on which that takes longer is closed. For blocking
    /// commands use a client of their own, with more time than they block for.
    package var commandTimeout: Duration = .seconds(5)
    /// How often an otherwise silent connection is checked with a `PING`. An answer is expected within
    /// ``commandTimeout``.
    package var pingInterval: Duration = .seconds(5)
    /// How long to wait before connecting again, first and at most; it doubles from attempt to attempt, and up to half
    /// of it is left off at random.
    package var reconnectDelay: ClosedRange<Duration> = .milliseconds(50)...(.seconds(2))
    /// How many bytes of strings are kept of one reply or message, 1 or more. A string that goes beyond is left out
    /// (``RESPValue/omitted(byteCount:)``, ``RedisSubscription/Event/omitted(byteCount:)``) without ever being in memory.
    /// nil keeps everything.
    package var largestReply: Int?

    /// A configuration with all defaults for an endpoint.
    package init(endpoint: Endpoint) {
        self.endpoint = endpoint
        database = 0
    }

    /// A server on this machine, on the usual port.
    package static let standard = RedisConfiguration(endpoint: .tcp(host: "127.0.0.1", port: 6379))
}

/// How a TLS connection to Redis is secured.
package struct RedisTLS: Hashable, Sendable {
    /// What is checked of the certificate that the server shows.
    package enum Verification: String, CaseIterable, Sendable {
        /// It comes from a trusted authority, and it is the server's.
        case full
        /// It comes from a trusted authority, for whichever name.
        case authority = "ca"
        /// Nothing. Whoever can redirect the connection can read and change everything.
        case none
    }

    /// What is checked of the server's certificate.
    package var verification: Verification = .full
    /// A PEM file with the certificates of the trusted authorities, or the self-signed certificate itself; nil trusts
    /// those that the system trusts.
    package var trustRootsPath: String?
    /// A PEM file with the certificate (and those between it and its authority) that the client shows to the server.
    package var certificatePath: String?
    /// A PEM file with the key of the client's certificate.
    package var privateKeyPath: String?

    /// TLS with full verification against the system's trusted authorities.
    package init() {}
}

extension RedisConfiguration {
    /// The URL of the server with its password masked, for logs.
    package var redactedURL: String {
        let scheme =
            switch endpoint {
            case .unixSocket: "unix"
            case .tcp: tls == nil ? "redis" : "rediss"
            }
        let user = password == nil ? "" : "\(username ?? ""):***@"
        switch endpoint {
        case .tcp(let host, let port):
            let host = host.contains(":") ? "[\(host)]" : host
            return "\(scheme)://\(user)\(host):\(port)/\(database)"
        case .unixSocket(let path):
            return "\(scheme)://\(user)\(path)" + (database == 0 ? "" : "?db=\(database)")
        }
    }

    /// The address alone, for messages.
    var address: String {
        switch endpoint {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): path
        }
    }
}

extension RedisConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The redacted URL, so that printing a configuration does not print the password.
    package var description: String { redactedURL }
    /// The redacted URL, so that printing a configuration does not print the password.
    package var debugDescription: String { redactedURL }
    /// Nothing but the redacted URL, so that dumping a configuration does not show the password.
    package var customMirror: Mirror { Mirror(self, children: ["url": redactedURL]) }
}
