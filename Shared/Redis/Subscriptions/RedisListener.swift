//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// One closure's place at a channel. It leaves when it is cancelled, or let go of.
package final class RedisListener: Sendable {
    private let leave: @Sendable () -> Void
    private let hasLeft = Atomic(false)

    init(leave: @escaping @Sendable () -> Void) {
        self.leave = leave
    }

    deinit {
        cancel()
    }

    /// Leaves the channel. An event that is being delivered at this moment on the event loop may still come.
    package func cancel() {
        guard !hasLeft.exchange(true, ordering: .relaxed) else { return }
        leave()
    }
}
