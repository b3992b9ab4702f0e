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

/// A connection that the browser has asked for and that its name does not forbid.
struct ConnectionRequest: Sendable {
    /// The host as the browser has named it.
    var host: String
    var port: Int
    /// What may be spoken over it.
    var schemes: WebSchemes
    /// The use of the gate in which it was asked for.
    var use: Int

    func refusal(_ reason: String) -> EgressRefusal {
        EgressRefusal(target: "\(HostName(host).map { "\($0)" } ?? host):\(port)", reason: reason)
    }
}

/// Why a connection did not come about.
package enum ConnectionFailure: Hashable, Sendable {
    /// The policy forbids it.
    case refused(EgressRefusal)
    case noSuchHost
    /// Nothing listens there.
    case connectionRefused
    /// There is no way to that host.
    case unreachable
    /// The host does not answer.
    case timedOut
    /// Anything else.
    case failed

    /// What Chromium calls it when it connects itself.
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

    /// What the browser is told. It makes two errors of all of them; ``EgressGate/failure(of:)`` knows better.
    var reply: SOCKSHandshake.Reply {
        switch self {
        case .refused: .notAllowed
        case .noSuchHost, .unreachable: .hostUnreachable
        case .connectionRefused: .refused
        case .timedOut: .timedOut
        case .failed: .failed
        }
    }

    /// What the error of a connection means.
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

    /// No address was left to connect to.
    private static func unresolved(_ error: any Error, _ request: ConnectionRequest, refused: IPAddress?) -> Self {
        // The lookup itself took too long.
        guard let refused else { return error is ChannelError ? .timedOut : .noSuchHost }
        let isNamed = HostName(request.host)?.address.flatMap { IPAddress($0) } == refused
        return .refused(request.refusal(EgressRefusal.privateAddress(isNamed ? nil : refused)))
    }
}
