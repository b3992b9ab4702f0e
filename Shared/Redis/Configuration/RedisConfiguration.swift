//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where Redis is, and how to connect to it.
package struct RedisConfiguration: Sendable {
    /// An address that Redis listens on.
    package enum Endpoint: Hashable, Sendable {
        /// A host name or an IP address, and a port.
        case tcp(host: String, port: Int)
        /// The absolute path of a Unix domain socket.
        case unixSocket(path: String)
        /// The master of a group that is watched by Redis Sentinel.
        case master(SentinelGroup)
    }

    /// The address to connect to.
    package var endpoint: Endpoint
    /// The ACL user to authenticate as; nil is Redis's `default` user.
    package var username: String?
    /// The password; nil means no authentication.
    package var password: String?
    /// The number of the database, from 0. Channels do not belong to databases.
    package var database: Int
    /// TLS settings; nil is an unencrypted connection.
    package var tls: RedisTLS?
    /// The name of the connections in `CLIENT LIST`.
    package var clientName = "stepcast"

    /// The time limit for establishing a connection: name lookup, TCP, TLS and authentication together.
    package var connectTimeout: Duration = .seconds(2)
    /// How long Redis may be silent while a command is not answered, and a twelfth of how long an answer may take. Beyond
    /// that the connection is closed. Blocking commands need a client of their own with a higher limit.
    package var commandTimeout: Duration = .seconds(5)
    /// The interval at which an idle connection is checked with a `PING`, which must be answered within
    /// ``commandTimeout``.
    package var pingInterval: Duration = .seconds(5)
    /// The delay before reconnecting, first and at most. It doubles with each attempt, and up to half of it is
    /// subtracted at random.
    package var reconnectDelay: ClosedRange<Duration> = .milliseconds(50)...(.seconds(2))
    /// The most bytes of strings to keep of one reply or message, 1 or more. A string beyond that is omitted
    /// (``RESPValue/omitted(byteCount:)``, ``RedisSubscription/Event/omitted(byteCount:)``) without being held in
    /// memory. nil keeps everything.
    package var largestReply: Int?

    /// A configuration with the defaults for an endpoint.
    package init(endpoint: Endpoint) {
        self.endpoint = endpoint
        database = 0
    }

    /// A server on this machine, on the default port.
    package static let standard = RedisConfiguration(endpoint: .tcp(host: "127.0.0.1", port: 6379))
}

/// How a TLS connection to Redis is secured.
package struct RedisTLS: Hashable, Sendable {
    /// What is verified about the server's certificate.
    package enum Verification: String, CaseIterable, Sendable {
        /// It was issued by a trusted authority, for the server's name.
        case full
        /// It was issued by a trusted authority, for any name.
        case authority = "ca"
        /// Nothing. An attacker who can redirect the connection can read and change everything.
        case none
    }

    /// What is verified about the server's certificate.
    package var verification: Verification = .full
    /// A PEM file with the certificates of the trusted authorities, or a self-signed certificate; nil trusts the
    /// system's authorities.
    package var trustRootsPath: String?
    /// A PEM file with the client's certificate and its intermediate certificates.
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
            case .master: tls == nil ? "redis+sentinel" : "rediss+sentinel"
            }
        let user = password == nil ? "" : "\(username ?? ""):***@"
        switch endpoint {
        case .tcp(let host, let port):
            return "\(scheme)://\(user)\(Self.authority(host, port))/\(database)"
        case .unixSocket(let path):
            return "\(scheme)://\(user)\(path)" + (database == 0 ? "" : "?db=\(database)")
        case .master(let group):
            return "\(scheme)://\(user)\(group.addresses(separator: ","))/\(group.name)/\(database)"
        }
    }

    /// The address without credentials, for messages.
    var address: String {
        switch endpoint {
        case .tcp(let host, let port): Self.authority(host, port)
        case .unixSocket(let path): path
        case .master(let group): "the master \(group.name) of the sentinels \(group.addresses(separator: ", "))"
        }
    }

    static func authority(_ host: String, _ port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}

extension RedisConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The redacted URL, so that printing a configuration does not reveal the password.
    package var description: String { redactedURL }
    /// The redacted URL, so that printing a configuration does not reveal the password.
    package var debugDescription: String { redactedURL }
    /// Only the redacted URL, so that dumping a configuration does not reveal the password.
    package var customMirror: Mirror { Mirror(self, children: ["url": redactedURL]) }
}
