//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts

/// The server side of a SOCKS5 handshake (RFC 1928). It does no I/O.
///
/// It only supports opening TCP connections without authentication, which is all that browsers use.
struct SOCKSHandshake {
    /// What to do next.
    enum Action: Equatable {
        /// Wait for more data.
        case wait
        /// Send these bytes.
        case send([UInt8])
        /// Connect, then reply with ``answer(_:)``. The client must not send anything before that.
        case connect(host: String, port: Int)
        /// Send these bytes, if any, and close the connection.
        case end([UInt8])
    }

    /// Replies to a request (section 6).
    enum Reply: UInt8 {
        case succeeded = 0
        case failed = 1
        case notAllowed = 2
        case hostUnreachable = 4
        case refused = 5
        case timedOut = 6
        case commandNotSupported = 7
        case addressNotSupported = 8
    }

    private enum State {
        case greeting, request, done
    }

    private var state = State.greeting
    private var buffer: [UInt8] = []

    /// Consumes bytes from the client.
    mutating func receive(_ bytes: some Sequence<UInt8>) -> Action {
        buffer += bytes
        switch state {
        case .greeting: return greeting()
        case .request: return request()
        case .done: return .end([])
        }
    }

    /// The bytes of a reply. The local address of the connection is not revealed.
    static func answer(_ reply: Reply) -> [UInt8] { [5, reply.rawValue, 0, 1, 0, 0, 0, 0, 0, 0] }

    /// Version, number of methods, methods (section 3).
    private mutating func greeting() -> Action {
        guard buffer.first == 5 else { return buffer.isEmpty ? .wait : end([]) }
        guard buffer.count >= 2, buffer.count >= 2 + Int(buffer[1]) else { return .wait }
        let methods = buffer[2..<2 + Int(buffer[1])]
        guard methods.contains(0) else { return end([5, 0xFF]) }
        // The client must wait for the reply before it sends more.
        guard buffer.count == methods.endIndex else { return end([]) }
        buffer = []
        state = .request
        return .send([5, 0])
    }

    /// Version, command, a zero, address type, address, port (section 4).
    private mutating func request() -> Action {
        guard buffer.count >= 5 else {
            return buffer.first.map { $0 == 5 } ?? true ? .wait : end([])
        }
        guard buffer[0] == 5, buffer[2] == 0 else { return end([]) }
        guard buffer[1] == 1 else { return end(Self.answer(.commandNotSupported)) }
        let address: Range<Int>
        switch buffer[3] {
        case 1: address = 4..<8
        case 3: address = 5..<5 + Int(buffer[4])
        case 4: address = 4..<20
        default: return end(Self.answer(.addressNotSupported))
        }
        guard buffer.count >= address.upperBound + 2 else { return .wait }
        guard buffer.count == address.upperBound + 2 else { return end([]) }
        let port = Int(buffer[address.upperBound]) << 8 | Int(buffer[address.upperBound + 1])
        let bytes = buffer[address]
        let host =
            buffer[3] == 3
            ? String(decoding: bytes, as: UTF8.self) : IPAddress(bytes).map(\.description) ?? ""
        end()
        return .connect(host: host, port: port)
    }

    private mutating func end(_ bytes: [UInt8]) -> Action {
        self.end()
        return .end(bytes)
    }

    private mutating func end() {
        state = .done
        buffer = []
    }
}
