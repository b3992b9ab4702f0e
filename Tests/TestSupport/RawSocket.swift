//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#endif

/// A TCP connection to 127.0.0.1 that sends exactly the bytes that it is told to, and reads when it is asked.
package final class RawSocket {
    private let descriptor: CInt
    private var bytes: [UInt8] = []

    /// Whether the other side has closed the connection.
    package private(set) var isClosed = false

    /// Connects.
    ///
    /// - Throws: A ``TestFailure`` when nobody listens.
    package init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw TestFailure("No socket: \(describe(errno))") }
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

    deinit { close(descriptor) }

    /// Whether the other side is gone altogether, and does not even take what is sent.
    package var isReset: Bool {
        Glibc.send(descriptor, "x", 1, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)) < 0 && errno != EAGAIN
    }

    /// What has come so far, byte for byte; what is not UTF-8 is replaced.
    package var text: String { String(decoding: self.bytes, as: UTF8.self) }

    /// Sends bytes, as far as the other side takes them before it closes.
    package func send(_ bytes: some Sequence<UInt8>) async throws {
        var rest = Array(bytes)[...]
        try await eventually("\(rest.count) bytes to be sent") {
            while !rest.isEmpty, !isClosed {
                let sent = rest.withUnsafeBytes {
                    Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
                }
                if sent < 0, errno == EAGAIN {
                    // A server that is not read from may stop reading.
                    self.read()
                    return false
                }
                if sent < 0 { return true }
                rest = rest.dropFirst(sent)
            }
            return true
        }
    }

    /// Sends text.
    package func send(_ text: String) async throws { try await self.send(text.utf8) }

    /// Says that nothing more is sent.
    package func endOutput() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Waits until what has come satisfies a condition.
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

    /// Takes what is there.
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
