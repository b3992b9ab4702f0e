//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import ServerSentEvents
import TestSupport

#if canImport(Glibc)
import Glibc
#endif

/// A viewer on a bare socket, which reads only when it is told to.
final class RawViewer {
    private var descriptor: CInt
    private var bytes: [UInt8] = []
    private var parser = EventParser()
    private var isPastHead = false
    private var lastSeq = 0

    /// Connects and asks for a run.
    ///
    /// - Parameter receiveBuffer: The size of the socket's receive buffer, in bytes; the system's when `nil`.
    init(port: Int, requestID: String, receiveBuffer: CInt? = nil) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
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
        guard result == 0 else { throw TestFailure("Cannot connect to port \(port): \(errno)") }
        let request = "GET /api/v1/stream-logs/request/\(requestID) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        guard send(descriptor, request, request.utf8.count, 0) == request.utf8.count else {
            throw TestFailure("Cannot write a request: \(errno)")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Reads until there are so many bytes more, or the connection ends.
    ///
    /// - Returns: How many came.
    @discardableResult
    func read(atLeast count: Int) async throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 65536)
        var total = 0
        try await eventually("\(count) bytes of an answer") {
            while total < count {
                let size = recv(descriptor, &buffer, buffer.count, CInt(MSG_DONTWAIT))
                if size < 0 { return false }
                if size == 0 { return true }
                total += size
                self.bytes += buffer[..<size]
            }
            return true
        }
        return total
    }

    /// Reads the records up to a number, and checks that they come one after the other.
    func readRecords(upTo number: Int) async throws {
        while true {
            try takeRecords()
            guard lastSeq < number else { return }
            guard try await read(atLeast: 1) > 0 else {
                throw TestFailure("The connection has ended after record \(lastSeq) of \(number)")
            }
        }
    }

    private func takeRecords() throws {
        if !isPastHead {
            guard let head = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return }
            bytes.removeFirst(head.upperBound)
            isPastHead = true
        }
        for event in parser.feed(bytes) {
            switch StreamEvent(json: event.data.utf8) {
            case .log(let log, _):
                guard log.seq == lastSeq + 1 else {
                    throw TestFailure("Record \(log.seq ?? 0) came behind \(lastSeq)")
                }
                lastSeq += 1
            case .gap(let gap): throw TestFailure("A gap came behind record \(lastSeq): \(gap)")
            default: break
            }
        }
        bytes = []
    }

    /// Ends the connection with a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close(descriptor)
        descriptor = -1
    }
}
