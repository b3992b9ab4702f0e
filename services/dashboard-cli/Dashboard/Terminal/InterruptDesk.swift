//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Synchronization

/// Who is told when somebody presses Ctrl-C, instead of the program's end.
package final class InterruptDesk: Sendable {
    private struct State {
        var claimant: AsyncStream<Void>.Continuation?
        var isAsking = false
    }

    private let state = Mutex(State())
    private let onTaken: @Sendable () -> Void

    /// - Parameter onTaken: Is called when somebody takes care of a Ctrl-C.
    package init(onTaken: @escaping @Sendable () -> Void = {}) {
        self.onTaken = onTaken
    }

    /// Yields for each Ctrl-C from now on that is to be answered with ``answered()``. One that comes before the answer
    /// ends the program.
    func claim() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        state.withLock { $0 = State(claimant: continuation) }
        return stream
    }

    func release() { state.withLock { $0 = State() } }

    func answered() { state.withLock { $0.isAsking = false } }

    /// Whether somebody takes care of a signal.
    func takes(_ signal: Int32) -> Bool {
        state.withLock { state in
            guard signal == SIGINT, let claimant = state.claimant, !state.isAsking else { return false }
            state.isAsking = true
            onTaken()
            claimant.yield()
            return true
        }
    }
}
