//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// The viewers of an event loop, in spokes: each tick writes a heartbeat to those of one spoke, so that ten thousand
/// viewers do not get theirs in the same moment.
final class HeartbeatWheel: Sendable {
    /// Into how many parts the interval is divided.
    static let spokes = 16

    private struct State {
        var spokes = Array(repeating: [ObjectIdentifier: Viewer](), count: HeartbeatWheel.spokes)
        var current = 0
    }

    let eventLoop: any EventLoop
    private let state: NIOLoopBoundBox<State>

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        state = .makeBoxSendingValue(State(), eventLoop: eventLoop)
    }

    /// Takes a viewer in; its first heartbeat comes a whole interval later. On the loop.
    ///
    /// - Returns: The spoke, to be given back to ``remove(_:from:)``.
    func add(_ viewer: Viewer) -> Int {
        let spoke = state.value.current
        state.value.spokes[spoke][ObjectIdentifier(viewer)] = viewer
        return spoke
    }

    /// Lets a viewer go. On the loop.
    func remove(_ viewer: Viewer, from spoke: Int) {
        state.value.spokes[spoke][ObjectIdentifier(viewer)] = nil
    }

    /// Ends all viewers, each at some moment within a time, so that they do not all come back at once.
    func end(within spread: Duration) {
        eventLoop.execute {
            for viewer in self.state.value.spokes.flatMap(\.values) {
                self.eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(spread * Double.random(in: 0...1))) {
                    viewer.finish()
                }
            }
        }
    }

    /// Writes a heartbeat to the viewers of the next spoke.
    func tick() {
        eventLoop.execute {
            self.state.value.current = (self.state.value.current + 1) % Self.spokes
            let viewers = self.state.value.spokes[self.state.value.current].values
            guard !viewers.isEmpty else { return }
            let bytes = ByteBuffer(event: .heartbeat(timestamp: .now()))
            for viewer in viewers { viewer.announce(bytes) }
        }
    }
}
