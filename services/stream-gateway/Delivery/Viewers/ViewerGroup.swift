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

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        self.viewers = .makeBoxSendingValue([:], eventLoop: eventLoop)
    }

    /// Takes a viewer in. On the loop.
    func add(_ viewer: Viewer) { self.viewers.value[ObjectIdentifier(viewer)] = viewer }

    /// Lets a viewer go. On the loop.
    func remove(_ viewer: Viewer) { self.viewers.value[ObjectIdentifier(viewer)] = nil }

    /// Writes to all viewers what they have not seen. Viewers at the same place get the same bytes, made once.
    func flush(_ topic: Topic) {
        self.onLoop {
            var shared = SharedSlice(topic: topic)
            for viewer in self.viewers.value.values { viewer.pump(&shared) }
        }
    }

    /// Tells all viewers something that is no record.
    func announce(_ bytes: ByteBuffer) {
        self.onLoop {
            for viewer in self.viewers.value.values { viewer.announce(bytes) }
        }
    }

    private func onLoop(_ body: @escaping @Sendable () -> Void) {
        if self.eventLoop.inEventLoop { body() } else { self.eventLoop.execute(body) }
    }
}

/// Reads a topic's log, and remembers the last answer: in a flush most viewers ask the same.
struct SharedSlice {
    let topic: Topic
    private var index = -1
    private var level = LogLevel.debug
    private var slice: FrameRing.Slice?

    init(topic: Topic) {
        self.topic = topic
    }

    mutating func read(from index: Int, level: LogLevel, liveFrom: Int) -> FrameRing.Slice? {
        if index == self.index, level == self.level, index >= liveFrom { return self.slice }
        let slice = self.topic.read(from: index, level: level, liveFrom: liveFrom)
        if index >= liveFrom { (self.index, self.level, self.slice) = (index, level, slice) }
        return slice
    }
}
