//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import ServerSentEvents
import TestSupport

/// A viewer on a bare socket, which only reads on request.
final class RawViewer {
    private let socket: RawSocket
    private var bytes: [UInt8] = []
    private var parser = EventParser()
    private var isPastHead = false
    private var lastSeq = 0

    /// Connects and requests a run.
    ///
    /// - Parameter receiveBuffer: The size of the socket's receive buffer, in bytes; `nil` for the system's default.
    init(port: Int, requestID: String, receiveBuffer: CInt? = nil) async throws {
        socket = try RawSocket(port: port, receiveBuffer: receiveBuffer)
        try await socket.send("GET /api/v1/stream-logs/request/\(requestID) HTTP/1.1\r\nHost: localhost\r\n\r\n")
    }

    /// Reads the given number of additional bytes, or until the connection ends.
    ///
    /// - Returns: The number of bytes received.
    @discardableResult
    func read(atLeast count: Int) async throws -> Int {
        let taken = try await socket.take(atLeast: count)
        bytes += taken
        return taken.count
    }

    /// Reads the records up to a number, and checks that they are consecutive.
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
                    throw TestFailure("Record \(log.seq ?? 0) came after \(lastSeq)")
                }
                lastSeq += 1
            case .gap(let gap): throw TestFailure("A gap came after record \(lastSeq): \(gap)")
            default: break
            }
        }
        bytes = []
    }

    /// Ends the connection with a reset.
    func reset() { socket.reset() }
}
