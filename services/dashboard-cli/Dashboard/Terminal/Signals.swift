//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Synchronization

/// The signals that concern the program, as it takes them: asked to end, the terminal's size, stopped and continued. A
/// signal that was ignored when the program was started, as SIGINT is for a shell's background jobs, stays ignored.
final class Signals: Sendable {
    /// The number of each signal that asks the program to end.
    let interruptions: AsyncStream<Int32>
    private let interruption: AsyncStream<Int32>.Continuation

    private let blocked: sigset_t

    /// How many signals have come that ask for the end and that nobody has taken care of.
    private let unanswered = Atomic(0)

    /// To be called on the main thread before any other is there: each one inherits that the signals are blocked, so
    /// that they wait for ``forward(to:)``.
    init() {
        (interruptions, interruption) = AsyncStream.makeStream(of: Int32.self)
        var blocked = sigset_t()
        sigemptyset(&blocked)
        for signal in [SIGINT, SIGTERM, SIGWINCH, SIGTSTP, SIGCONT] { sigaddset(&blocked, signal) }
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
        self.blocked = blocked
    }

    /// Waits for the signals for as long as the process lives. A second one that asks for the end ends the process on the
    /// spot, in case the tidy end takes too long.
    func forward(to terminal: Terminal?) -> Never {
        var signals = blocked
        while true {
            var received: Int32 = 0
            guard sigwait(&signals, &received) == 0 else { continue }
            switch received {
            case SIGWINCH: terminal?.changed()
            case SIGCONT: terminal?.continued()
            case SIGTSTP:
                terminal?.stops()
                // The default action of SIGTSTP, which waits here, does not come by itself.
                kill(getpid(), SIGSTOP)
            default:
                if unanswered.wrappingAdd(1, ordering: .relaxed).oldValue > 0 {
                    TerminalGuard.restore()
                    _exit(128 + received)
                }
                interruption.yield(received)
            }
        }
    }

    /// Somebody takes care of the signals that have come: they are not to end the program.
    func taken() { unanswered.store(0, ordering: .relaxed) }
}
