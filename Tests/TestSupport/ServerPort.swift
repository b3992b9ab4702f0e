//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A TCP port of 127.0.0.1 for a server that restarts, reserved for the lifetime of this object.
///
/// The port is bound with `SO_REUSEADDR` and without listening: a server with the same option can listen on it, and
/// otherwise connections are refused. The system gives a bound port to no one else, unlike one that is free while its
/// server is down.
final class ServerPort: Sendable {
    /// The port's number.
    let number: Int
    private let descriptor: Int32

    /// Takes a free port.
    /// - Throws: A ``TestFailure`` if the system provides none.
    init() throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let descriptor = self.descriptor
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutableBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress else { return Int32(-1) }
            let pointer = base.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, pointer, length) == 0 ? getsockname(descriptor, pointer, &length) : -1
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        if result != 0 { throw TestFailure("The system gave no TCP port: \(String(cString: strerror(errno)))") }
    }

    deinit {
        close(descriptor)
    }
}
