//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Synchronization

/// Ends a viewer from another thread than its own.
public final class ViewerHandle: Sendable {
    private struct State {
        var viewer: NIOLoopBound<Viewer>?
        var eventLoop: (any EventLoop)?
        var isFinished = false
    }

    private let state = Mutex(State())

    /// A handle, to be given to one viewer.
    public init() {}

    /// Ends the viewer after a time: it gets what is there for it first.
    public func finish(after delay: Duration = .zero) {
        let (viewer, eventLoop) = self.state.withLock { state in
            state.isFinished = true
            return (state.viewer, state.eventLoop)
        }
        guard let viewer, let eventLoop else { return }
        eventLoop.scheduleTask(in: TimeAmount(delay)) {
            viewer.value.pump()
            viewer.value.end()
        }
    }

    func attach(_ viewer: Viewer, on eventLoop: any EventLoop) {
        self.state.withLock { state in
            state.viewer = NIOLoopBound(viewer, eventLoop: eventLoop)
            state.eventLoop = eventLoop
        }
    }

    func detach(from wheel: HeartbeatWheel, _ channel: any Channel) {
        guard let viewer = self.state.withLock({ $0.viewer.take() }) else { return }
        wheel.remove(viewer.value, from: viewer.value.spoke)
        if let handler = try? channel.pipeline.syncOperations.handler(type: ViewerHandler.self) {
            channel.pipeline.syncOperations.removeHandler(handler, promise: nil)
        }
    }
}
