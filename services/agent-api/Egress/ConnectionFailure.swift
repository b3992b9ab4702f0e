//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A connection that the browser requested and whose host name is allowed.
struct ConnectionRequest: Sendable {
    /// The host as the browser named it.
    var host: String
    var port: Int
    /// The schemes that are allowed over it.
    var schemes: WebSchemes
    /// The use of the gate that the request belongs to.
    var use: Int

    func refusal(_ reason: String) -> EgressRefusal {
        EgressRefusal(target: "\(HostName(host).map { "\($0)" } ?? host):\(port)", reason: reason)
    }
}

/// Why a connection was not established.
package enum ConnectionFailure: Hashable, Sendable {
    /// The policy forbids it.
    case refused(EgressRefusal)
    case noSuchHost
    /// The host does not accept connections on the port.
    case connectionRefused
    /// There is no route to the host.
    case unreachable
    /// The host does not respond.
    case timedOut
    /// Anything else.
    case failed

    /// Chromium's name for the error when it connects itself.
    package var netError: String {
        switch self {
        case .refused: "net::ERR_BLOCKED_BY_ADMINISTRATOR"
        case .noSuchHost: "net::ERR_NAME_NOT_RESOLVED"
        case .connectionRefused: "net::ERR_CONNECTION_REFUSED"
        case .unreachable: "net::ERR_ADDRESS_UNREACHABLE"
        case .timedOut: "net::ERR_CONNECTION_TIMED_OUT"
        case .failed: "net::ERR_CONNECTION_FAILED"
        }
    }

    /// The reply to the browser, which only distinguishes two errors; ``EgressGate/failure(of:)`` is more precise.
    var reply: SOCKSHandshake.Reply {
        switch self {
        case .refused: .notAllowed
        case .noSuchHost, .unreachable: .hostUnreachable
        case .connectionRefused: .refused
        case .timedOut: .timedOut
        case .failed: .failed
        }
    }

    /// Classifies the error of a connection.
    init(_ error: any Error, of request: ConnectionRequest, outcome: FilteredResolver.Outcome) {
        guard !outcome.permitted.isEmpty else {
            self = Self.unresolved(error, request, refused: outcome.refused.first)
            return
        }
        guard let error = error as? NIOConnectionError else {
            self = .timedOut
            return
        }
        let causes = error.connectionErrors.map(\.error)
        let codes = Set(causes.compactMap { ($0 as? IOError)?.errnoCode })
        if codes.contains(ECONNREFUSED) {
            self = .connectionRefused
        } else if codes.contains(ETIMEDOUT) || causes.contains(where: { $0 is ChannelError }) {
            self = .timedOut
        } else {
            self = codes.isDisjoint(with: [ENETUNREACH, EHOSTUNREACH]) ? .failed : .unreachable
        }
    }

    /// There was no address to connect to.
    private static func unresolved(_ error: any Error, _ request: ConnectionRequest, refused: IPAddress?) -> Self {
        // The lookup itself timed out.
        guard let refused else { return error is ChannelError ? .timedOut : .noSuchHost }
        let isNamed = HostName(request.host)?.address.flatMap { IPAddress($0) } == refused
        return .refused(request.refusal(EgressRefusal.privateAddress(isNamed ? nil : refused)))
    }
}
