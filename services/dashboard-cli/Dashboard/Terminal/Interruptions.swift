//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// The signals that ask the program to end, as a stream. A signal that was ignored when the program was started, as
/// SIGINT is for a shell's background jobs, stays ignored.
struct Interruptions {
    /// The number of each signal that has come.
    let stream: AsyncStream<Int32>
    private let continuation: AsyncStream<Int32>.Continuation
    private var blocked = sigset_t()

    /// To be called on the main thread before any other is there: each one inherits that the signals are blocked, so
    /// that they wait for ``forward()``.
    init(blocking signals: [Int32]) {
        (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        sigemptyset(&blocked)
        for signal in signals { sigaddset(&blocked, signal) }
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
    }

    /// Waits for the signals for as long as the process lives. The second one ends the process on the spot, in case the
    /// first one's tidy end takes too long.
    func forward() -> Never {
        var signals = blocked
        var isSecond = false
        while true {
            var received: Int32 = 0
            guard sigwait(&signals, &received) == 0 else { continue }
            if isSecond { _exit(128 + received) }
            isSecond = true
            continuation.yield(received)
        }
    }
}
