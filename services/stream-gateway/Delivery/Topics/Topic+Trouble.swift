//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Synchronization

/// Whether the stream can be read.
extension Topic {
    static let unreachable = "Redis cannot be reached; records will follow as soon as it can."

    /// Why the stream cannot be read, in words for viewers; `nil` when it can, as far as is known.
    var trouble: String? { state.withLock(\.trouble) }

    /// Notes whether the stream can be read, and tells the viewers when that gets worse.
    func become(_ trouble: String?) {
        let (groups, before) = self.state.withLock { state in
            defer { state.trouble = trouble }
            return (state.trouble == trouble ? [] : state.groups, state.trouble)
        }
        if let trouble, before != trouble {
            let bytes = ByteBuffer(event: .error(message: trouble, timestamp: .now()))
            for group in groups { group.announce(bytes) }
        } else if trouble == nil {
            for group in groups { group.retry() }
        }
    }

    /// Waits until the log is loaded or is known not to be, for three seconds at most.
    func waitUntilLoaded() async {
        await withCheckedContinuation { continuation in
            let waiter: Int? = self.state.withLock { state in
                if state.log.isLoaded || state.hasFailed { return nil }
                state.lastWaiter += 1
                state.waiters[state.lastWaiter] = continuation
                return state.lastWaiter
            }
            guard let waiter else { return continuation.resume() }
            deliveryLoop.scheduleTask(in: .seconds(3)) {
                self.state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
            }
        }
    }
}
