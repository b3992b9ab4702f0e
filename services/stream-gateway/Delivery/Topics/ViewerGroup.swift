//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// A topic's viewers on one event loop, and on nothing else: what is in here is touched on that loop alone.
final class ViewerGroup: Sendable {
    let eventLoop: any EventLoop
    private let viewers: NIOLoopBoundBox<[ObjectIdentifier: Viewer]>
    private let followers: NIOLoopBoundBox<[ObjectIdentifier: Follower]>

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        viewers = .makeBoxSendingValue([:], eventLoop: eventLoop)
        followers = .makeBoxSendingValue([:], eventLoop: eventLoop)
    }

    /// Takes a follower in. On the loop.
    func add(_ follower: Follower) { followers.value[ObjectIdentifier(follower)] = follower }

    /// Lets a follower go. On the loop.
    func remove(_ follower: Follower) { self.followers.value[ObjectIdentifier(follower)] = nil }

    /// Takes a viewer in. On the loop.
    func add(_ viewer: Viewer) { viewers.value[ObjectIdentifier(viewer)] = viewer }

    /// Lets a viewer go. On the loop.
    func remove(_ viewer: Viewer) { self.viewers.value[ObjectIdentifier(viewer)] = nil }

    /// Writes to all viewers what they have not seen. Viewers at the same place get the same bytes, made once.
    func flush(_ topic: Topic) {
        onLoop {
            if !self.followers.value.isEmpty { for follower in self.followers.value.values { follower.pump() } }
            if self.viewers.value.isEmpty { return }
            var slices = SharedSlices(topic: topic)
            for viewer in self.viewers.value.values { viewer.pump(&slices) }
            DeliveryCounts.records.add(slices.delivered)
        }
    }

    /// Has those who could not read the stream try again.
    func retry() {
        onLoop {
            for follower in self.followers.value.values { follower.retry() }
            for viewer in self.viewers.value.values { viewer.retry() }
        }
    }

    /// Tells all viewers something that is no record.
    func announce(_ bytes: ByteBuffer) {
        onLoop {
            for viewer in self.viewers.value.values { viewer.announce(bytes) }
        }
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if eventLoop.inEventLoop { body() } else { eventLoop.execute(body) }
    }
}
