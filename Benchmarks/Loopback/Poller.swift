//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CEpoll
import Glibc

/// An epoll instance: which descriptors are readable or writable.
package final class Poller {
    /// A ready descriptor.
    package struct Readiness {
        /// As given to ``Poller/add(_:token:writable:)``.
        package var token: Int
        package var isReadable: Bool
        package var isWritable: Bool
    }

    private let descriptor: Int32
    private let events: UnsafeMutableBufferPointer<epoll_event>

    package init() throws(LoadError) {
        descriptor = epoll_create1(0)
        if descriptor < 0 { throw LoadError("epoll_create1", errno: errno) }
        events = .allocate(capacity: 256)
        events.initialize(repeating: epoll_event())
    }

    deinit {
        close(self.descriptor)
        events.deallocate()
    }

    /// Watches a descriptor for input, and for output if requested, until it is closed.
    package func add(_ socket: Int32, token: Int, writable: Bool = false) throws(LoadError) {
        try control(EPOLL_CTL_ADD, socket, token, writable)
    }

    /// Changes whether a descriptor is watched for input and output. Errors are always reported.
    package func update(_ socket: Int32, token: Int, readable: Bool = true, writable: Bool) throws(LoadError) {
        try control(EPOLL_CTL_MOD, socket, token, writable, readable: readable)
    }

    private func control(
        _ operation: Int32,
        _ socket: Int32,
        _ token: Int,
        _ writable: Bool,
        readable: Bool = true
    ) throws(LoadError) {
        var event = epoll_event()
        event.events = (readable ? EPOLLIN.rawValue : 0) | (writable ? EPOLLOUT.rawValue : 0)
        event.data.u64 = UInt64(token)
        if epoll_ctl(descriptor, operation, socket, &event) < 0 { throw LoadError("epoll_ctl", errno: errno) }
    }

    /// Waits until something is ready or the deadline has passed.
    ///
    /// - Returns: The number of ready descriptors; see ``subscript(_:)``.
    package func wait(until deadline: Int64) throws(LoadError) -> Int {
        let left = max(0, deadline - Clock.now)
        var timeout = timespec(
            tv_sec: Int(left / Clock.nanosecondsPerSecond),
            tv_nsec: Int(left % Clock.nanosecondsPerSecond)
        )
        let count = epoll_pwait2(descriptor, events.baseAddress, Int32(events.count), &timeout, nil)
        if count >= 0 { return Int(count) }
        if errno == EINTR {
            try Interruption.check()
            return 0
        }
        throw LoadError("epoll_wait", errno: errno)
    }

    package subscript(_ index: Int) -> Readiness {
        let event = events[index]
        return Readiness(
            token: Int(event.data.u64),
            isReadable: event.events & ~EPOLLOUT.rawValue != 0,
            isWritable: event.events & EPOLLOUT.rawValue != 0
        )
    }
}
