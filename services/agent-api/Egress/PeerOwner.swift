//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The user who owns the other end of a loopback connection.
enum PeerOwner: Equatable {
    case user(UInt32)
    /// There is no such socket, or it is being closed.
    case nobody
    /// The system does not provide the information.
    case unknown

    /// Whether it is this process's own user, as far as known. Root does not need our connections.
    var mayBeOurs: Bool {
        switch self {
        case .user(let user): user == geteuid()
        case .nobody: false
        case .unknown: true
        }
    }
}

#if os(Linux)
extension PeerOwner {
    /// Queries the kernel for the peer's socket by its two addresses (sock_diag(7)).
    init(of channel: any Channel) {
        guard let local = channel.localAddress, let remote = channel.remoteAddress else {
            self = .nobody
            return
        }
        self = Self.owner(from: remote, to: local)
        // A kernel without this feature finds no socket, not even our own, which does exist.
        if self == .nobody, Self.owner(from: local, to: remote) == .nobody { self = .unknown }
    }

    private static let socketDiagnostics: Int32 = 4
    private static let byFamily: UInt16 = 20
    private static let isRequest: UInt16 = 1
    private static let isError: UInt16 = 2
    private static let established: UInt8 = 1

    private static func owner(from source: SocketAddress, to destination: SocketAddress) -> PeerOwner {
        guard let request = request(from: source, to: destination) else { return .unknown }
        // SOCK_RAW and SOCK_CLOEXEC, which C libraries declare with different types.
        let descriptor = socket(Int32(AF_NETLINK), 3 | 0o2_000_000, socketDiagnostics)
        guard descriptor >= 0 else { return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .nobody : .unknown }
        defer { close(descriptor) }
        guard send(descriptor, request, request.count, 0) == request.count else { return .unknown }
        var answer = [UInt8](repeating: 0, count: 1024)
        // The kernel has responded by the time `send` returns.
        let count = recv(descriptor, &answer, answer.count, Int32(MSG_DONTWAIT))
        return owner(in: answer.prefix(max(count, 0)))
    }

    /// `struct nlmsghdr`, `struct inet_diag_req_v2`.
    private static func request(from source: SocketAddress, to destination: SocketAddress) -> [UInt8]? {
        guard let from = IPAddress(source), let to = IPAddress(destination), from.bytes.count == to.bytes.count,
            let fromPort = source.port.flatMap(UInt16.init(exactly:)),
            let toPort = destination.port.flatMap(UInt16.init(exactly:))
        else { return nil }
        func padded(_ address: IPAddress) -> [UInt8] {
            address.bytes + [UInt8](repeating: 0, count: 16 - address.bytes.count)
        }
        var buffer = ByteBuffer()
        buffer.writeInteger(UInt32(72), endianness: .host)
        buffer.writeInteger(byFamily, endianness: .host)
        buffer.writeInteger(isRequest, endianness: .host)
        buffer.writeRepeatingByte(0, count: 8)
        buffer.writeInteger(UInt8(from.bytes.count == 4 ? AF_INET : AF_INET6))
        buffer.writeInteger(UInt8(IPPROTO_TCP))
        buffer.writeRepeatingByte(0, count: 2)
        buffer.writeInteger(UInt32.max)
        buffer.writeInteger(fromPort)
        buffer.writeInteger(toPort)
        buffer.writeBytes(padded(from))
        buffer.writeBytes(padded(to))
        buffer.writeInteger(UInt32(0))
        // Any cookie.
        buffer.writeInteger(UInt64.max)
        return Array(buffer.readableBytesView)
    }

    /// `struct nlmsghdr`, and `struct inet_diag_msg` or `struct nlmsgerr`.
    private static func owner(in answer: ArraySlice<UInt8>) -> PeerOwner {
        let buffer = ByteBuffer(bytes: answer)
        switch buffer.getInteger(at: 4, endianness: .host, as: UInt16.self) {
        case byFamily:
            guard let state = buffer.getInteger(at: 17, as: UInt8.self),
                let user = buffer.getInteger(at: 80, endianness: .host, as: UInt32.self)
            else { return .unknown }
            // A socket closed by its process has no owner.
            return state == established ? .user(user) : .nobody
        case isError:
            let error = buffer.getInteger(at: 16, endianness: .host, as: Int32.self)
            return error == -ENOENT ? .nobody : .unknown
        default: return .unknown
        }
    }
}
#else
extension PeerOwner {
    /// Not supported on this platform.
    init(of channel: any Channel) { self = .unknown }
}
#endif

extension Endianness {
    fileprivate static var host: Endianness { Endianness.hostIsBig ? .big : .little }
    private static var hostIsBig: Bool { 1.bigEndian == 1 }
}
