//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// A closure that listens to a channel. It stops listening when it is cancelled or deallocated.
package final class RedisListener: Sendable {
    private let leave: @Sendable () -> Void
    private let hasLeft = Atomic(false)

    init(leave: @escaping @Sendable () -> Void) {
        self.leave = leave
    }

    deinit {
        cancel()
    }

    /// Stops listening. An event that is being delivered on the event loop at this moment may still arrive.
    package func cancel() {
        guard !hasLeft.exchange(true, ordering: .relaxed) else { return }
        leave()
    }
}
