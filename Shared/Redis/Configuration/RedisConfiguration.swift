//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where Redis is, and how to talk to it.
public struct RedisConfiguration: Sendable {
    /// An address that Redis listens on.
    public enum Endpoint: Hashable, Sendable {
        /// A host name or an IP address, and a port.
        case tcp(host: String, port: Int)
        /// The absolute path of a Unix domain socket.
        case unixSocket(path: String)
    }

    /// Where to connect to.
    public var endpoint: Endpoint
    /// The ACL user to authenticate as; nil is Redis's `default` user.
    public var username: String?
    /// The password; nil means that no authentication is tried.
    public var password: String?
    /// The number of the database, from 0. Channels are not bound to databases.
    public var database: Int
    /// TLS settings; nil is an unencrypted connection.
    public var tls: RedisTLS?
    /// The name of the connections in `CLIENT LIST`.
    public var clientName = "stepcast"

    /// How long a connection may take until it can be used: name lookup, TCP, TLS and authentication together.
    public var connectTimeout: Duration = .seconds(2)
    /// How long Redis may take to answer a command. A connection on which that takes longer is closed. For blocking
    /// commands use a client of their own, with more time than they block for.
    public var commandTimeout: Duration = .seconds(5)
    /// How often an otherwise silent connection is checked with a `PING`. An answer is expected within
    /// ``commandTimeout``.
    public var pingInterval: Duration = .seconds(5)
    /// How long to wait before connecting again, first and at most; it doubles from attempt to attempt, and up to half
    /// of it is left off at random.
    public var reconnectDelay: ClosedRange<Duration> = .milliseconds(50)...(.seconds(2))
    /// How many bytes of strings are kept of one reply or message, 1 or more. A string that goes beyond is left out
    /// (``RESPValue/omitted(byteCount:)``, ``RedisSubscription/Event/omitted(byteCount:)``) without ever being in memory.
    /// nil keeps everything.
    public var largestReply: Int?

    /// A configuration with all defaults for an endpoint.
    public init(endpoint: Endpoint) {
        self.endpoint = endpoint
        database = 0
    }
}

/// How a TLS connection to Redis is secured.
public struct RedisTLS: Hashable, Sendable {
    /// What is checked of the certificate that the server shows.
    public enum Verification: String, CaseIterable, Sendable {
        /// It comes from a trusted authority, and it is the server's.
        case full
        /// It comes from a trusted authority, for whichever name.
        case authority = "ca"
        /// Nothing. Whoever can redirect the connection can read and change everything.
        case none
    }

    /// What is checked of the server's certificate.
    public var verification: Verification = .full
    /// A PEM file with the certificates of the trusted authorities, or the self-signed certificate itself; nil trusts
    /// those that the system trusts.
    public var trustRootsPath: String?
    /// A PEM file with the certificate (and those between it and its authority) that the client shows to the server.
    public var certificatePath: String?
    /// A PEM file with the key of the client's certificate.
    public var privateKeyPath: String?

    /// TLS with full verification against the system's trusted authorities.
    public init() {}
}

extension RedisConfiguration {
    /// The URL of the server with its password masked, for logs.
    public var redactedURL: String {
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
    public var description: String { redactedURL }
    /// The redacted URL, so that printing a configuration does not print the password.
    public var debugDescription: String { redactedURL }
    /// Nothing but the redacted URL, so that dumping a configuration does not show the password.
    public var customMirror: Mirror { Mirror(self, children: ["url": redactedURL]) }
}
