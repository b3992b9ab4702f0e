//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// The signals that ask the program to end, as a stream.
enum Interruptions {
    /// To be called once, before any other thread is there: each one inherits that the signals are blocked, so that
    /// they wait for the thread that is started here. It lives as long as the process. The second signal ends the
    /// process on the spot, in case the first one's tidy end takes too long.
    static func stream(of signals: [Int32]) -> AsyncStream<Int32> {
        var blocked = sigset_t()
        sigemptyset(&blocked)
        for signal in signals { sigaddset(&blocked, signal) }
        pthread_sigmask(SIG_BLOCK, &blocked, nil)

        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        let watcher = Watcher(signals: blocked, continuation: continuation)
        let argument = Unmanaged.passRetained(watcher)
        var thread = pthread_t()
        let failure = pthread_create(&thread, nil, { watch($0) }, argument.toOpaque())
        if failure == 0 {
            pthread_detach(thread)
        } else {
            // Without the thread the signals have to do what they do by default.
            argument.release()
            pthread_sigmask(SIG_UNBLOCK, &blocked, nil)
        }
        return stream
    }
}

private final class Watcher {
    var signals: sigset_t
    let continuation: AsyncStream<Int32>.Continuation

    init(signals: sigset_t, continuation: AsyncStream<Int32>.Continuation) {
        self.signals = signals
        self.continuation = continuation
    }
}

private func watch(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let watcher = Unmanaged<Watcher>.fromOpaque(argument).takeRetainedValue()
    var signals = watcher.signals
    var isSecond = false
    while true {
        var received: Int32 = 0
        guard sigwait(&signals, &received) == 0 else { continue }
        if isSecond { _exit(128 + received) }
        isSecond = true
        watcher.continuation.yield(received)
    }
}
