//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// A port of 127.0.0.1 that is bound without listening for the lifetime of this object. A server that reuses addresses
/// can listen on it, and the system gives it to no one else.
package final class ReservedPort {
    package let number: UInt16
    private let socket: Int32

    package init() throws(LoadError) {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        if socket < 0 { throw LoadError("socket", errno: errno) }
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) < 0 ? -1 : getsockname(socket, $0, &size)
            }
        }
        if result < 0 {
            let code = errno
            close(socket)
            throw LoadError("looking for a free port", errno: code)
        }
        number = UInt16(bigEndian: address.sin_port)
        self.socket = socket
    }

    deinit {
        close(socket)
    }
}
