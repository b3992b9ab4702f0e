//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// TCP on the loopback interface.
package enum Socket {
    /// Starts connecting to a port of 127.0.0.1 without waiting.
    ///
    /// - Parameter receiveBuffer: The size of the socket's receive buffer, in bytes; `nil` for the system's default.
    package static func connect(port: UInt16, receiveBuffer: Int32? = nil) throws(LoadError) -> Int32 {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(AF_INET, type, 0)
        if socket < 0 { throw LoadError("socket", errno: errno) }
        var on: Int32 = 1
        setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        if var size = receiveBuffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = loopback(port: port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result < 0, errno != EINPROGRESS {
            let code = errno
            close(socket)
            throw LoadError("connecting to port \(port)", errno: code)
        }
        return socket
    }

    /// Why connecting failed, once the socket is writable; 0 if it succeeded.
    package static func connectError(of socket: Int32) -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }

    /// A free port that the system gives to no client, so that a server on it can be restarted.
    package static func lastingPort(using generator: inout some RandomNumberGenerator) throws(LoadError) -> UInt16 {
        for _ in 0..<100 {
            if let port = try? freePort(UInt16.random(in: 20_000..<32_000, using: &generator)) { return port }
        }
        throw LoadError("no port from 20000 to 31999 is free")
    }

    /// A free port: the requested one, or any.
    package static func freePort(_ wanted: UInt16 = 0) throws(LoadError) -> UInt16 {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if socket < 0 { throw LoadError("socket", errno: errno) }
        defer { close(socket) }
        var address = loopback(port: wanted)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) < 0 ? -1 : getsockname(socket, $0, &size)
            }
        }
        if result < 0 { throw LoadError("looking for a free port", errno: errno) }
        return UInt16(bigEndian: address.sin_port)
    }

    /// Sends as much as the socket accepts.
    ///
    /// - Returns: The number of bytes sent; 0 if there is no room.
    package static func send(_ bytes: ArraySlice<UInt8>, to socket: Int32) throws(LoadError) -> Int {
        let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count >= 0 { return count }
        if errno == EAGAIN || errno == EINTR { return 0 }
        throw LoadError("sending", errno: errno)
    }

    /// Receives available data.
    ///
    /// - Returns: `nil` if nothing is available; 0 at the end of the stream.
    package static func receive(
        from socket: Int32,
        into buffer: UnsafeMutableRawBufferPointer
    ) throws(LoadError) -> Int? {
        try received(recv(socket, buffer.baseAddress, buffer.count, 0))
    }

    /// Receives available data into an array.
    package static func receive(from socket: Int32, into buffer: inout [UInt8]) throws(LoadError) -> Int? {
        let count = recv(socket, &buffer, buffer.count, 0)
        return try received(count)
    }

    private static func received(_ count: Int) throws(LoadError) -> Int? {
        if count >= 0 { return count }
        if errno == EAGAIN || errno == EINTR { return nil }
        throw LoadError("receiving", errno: errno)
    }

    private static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return address
    }
}
