//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#endif

/// A TCP connection to 127.0.0.1 that sends exactly the given bytes, and reads only on request.
package final class RawSocket {
    private var descriptor: CInt
    private var bytes: [UInt8] = []

    /// Whether the other side has closed the connection.
    package private(set) var isClosed = false

    /// Connects.
    ///
    /// - Parameter receiveBuffer: The size of the socket's receive buffer, in bytes; `nil` for the system's default.
    /// - Throws: A ``TestFailure`` if the connection is refused.
    package init(port: Int, receiveBuffer: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure("No socket: \(describe(errno))") }
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            throw TestFailure("Cannot connect to port \(port): \(describe(errno))")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Ends the connection with a reset. It must not be used afterwards.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
        descriptor = -1
    }

    /// Whether the other side has closed completely and accepts no more data.
    package var isReset: Bool {
        Glibc.send(descriptor, "x", 1, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)) < 0 && errno != EAGAIN
    }

    /// All data received so far. Bytes that are not UTF-8 are replaced.
    package var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// Sends bytes, until the other side closes.
    package func send(_ bytes: some Sequence<UInt8>) async throws {
        var rest = Array(bytes)[...]
        try await eventually("\(rest.count) bytes to be sent") {
            while !rest.isEmpty, !isClosed {
                let sent = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
                }
                if sent < 0, errno == EAGAIN {
                    // A server that cannot write may stop reading.
                    self.read()
                    return false
                }
                if sent < 0 { return true }
                rest = rest.dropFirst(sent)
            }
            return true
        }
    }

    package func send(_ text: String) async throws { try await self.send(text.utf8) }

    /// Ends the output.
    package func endOutput() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Waits until the received data satisfies a condition.
    @discardableResult
    package func receive(_ what: String, until condition: (String) -> Bool) async throws -> String {
        try await eventually(what) {
            read()
            if condition(text) { return true }
            if isClosed { throw TestFailure("the connection is closed after: \(text.suffix(500))") }
            return false
        }
        return text
    }

    /// Waits until the other side has closed.
    @discardableResult
    package func receiveAll() async throws -> String {
        try await eventually("the other side to close") {
            read()
            return isClosed
        }
        return text
    }

    /// Waits for the given number of bytes or the end of the connection. It takes hardly more than that: the rest stays
    /// in the system.
    ///
    /// - Returns: The bytes, which are not part of ``text``.
    package func take(atLeast count: Int) async throws -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var taken: [UInt8] = []
        try await eventually("\(count) bytes of an answer") {
            while taken.count < count, !isClosed {
                let size = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
                if size < 0, errno == EAGAIN { return false }
                if size <= 0 { isClosed = true } else { taken += buffer[..<size] }
            }
            return true
        }
        return taken
    }

    /// Reads what is available.
    package func read() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while !isClosed {
            let size = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
            if size > 0 {
                bytes += buffer[..<size]
            } else if size == 0 || errno != EAGAIN {
                isClosed = true
            } else {
                return
            }
        }
    }
}
