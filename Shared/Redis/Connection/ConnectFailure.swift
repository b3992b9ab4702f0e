//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Describes why a connection could not be made or was lost.
enum ConnectFailure {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as RedisError:
            guard error.code != .protocolError, let cause = error.cause else { return error.message }
            return reason(cause)
        case let error as NIOConnectionError:
            // A failure that is the same for several addresses of a name is reported once.
            var reasons: [String] = []
            for failure in error.connectionErrors.map({ reason($0.error) }) where !reasons.contains(failure) {
                reasons.append(failure)
            }
            if reasons.isEmpty, let cause = error.dnsAError ?? error.dnsAAAAError {
                return "the host name \(error.host) cannot be resolved (\(cause))"
            }
            return reasons.isEmpty ? "no address of \(error.host) responds" : reasons.joined(separator: "; ")
        case let error as IOError:
            return systemMessage(error.errnoCode)
        case ChannelError.connectTimeout:
            return "timed out"
        case let error as NIOSSLError:
            return tlsReason(error)
        case is NIOSSLExtraError:
            return "the server's certificate is not valid for its host name (\(error))"
        case let error as BoringSSLError:
            return "TLS failed: \(error)"
        default:
            return "\(error)"
        }
    }

    private static func tlsReason(_ error: NIOSSLError) -> String {
        switch error {
        case .handshakeFailed(let cause):
            let text = "\(cause)"
            if text.contains("CERTIFICATE_VERIFY_FAILED") {
                return "the TLS certificate of the server is not trusted (set its authority with ?ca=/path)"
            }
            if text.contains("WRONG_VERSION_NUMBER") {
                return "the server does not speak TLS on this port (use redis:// for a server without TLS)"
            }
            return "the TLS handshake failed: \(text)"
        case .uncleanShutdown:
            return "the connection was cut off"
        default:
            return "TLS failed: \(error)"
        }
    }

    private static func systemMessage(_ code: CInt) -> String {
        switch code {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset by the server"
        case EPIPE: "the server has closed the connection"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "the network is unreachable"
        case ENOENT: "the socket does not exist"
        case EACCES: "permission to use the socket was denied"
        case ETIMEDOUT: "timed out"
        default: "system error \(code)"
        }
    }
}
