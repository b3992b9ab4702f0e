//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What was read of a topic's log in a flush: most viewers are at the same place and get the same bytes, made once.
struct SharedSlices {
    private struct Key: Hashable {
        var index: Int
        var level: LogLevel
    }

    let topic: Topic
    private var slices: [(key: Key, slice: FrameRing.Slice)] = []

    /// Behind the last frame. What comes meanwhile is for the next flush.
    private let endIndex: Int

    /// How many frames the viewers were given.
    private(set) var delivered = 0

    init(topic: Topic) {
        self.topic = topic
        endIndex = topic.withLog(\.ring.endIndex)
    }

    /// What a viewer is to be given next.
    mutating func next(for state: inout ViewerState, level: LogLevel) -> ViewerState.Action {
        guard let index = state.sharedIndex else { return topic.withLog { state.next(&$0) } }
        if index == endIndex { return .nothing }
        let key = Key(index: index, level: level)
        if let slice = slices.last(where: { $0.key == key })?.slice, state.shares(slice, from: index) {
            state.pass(slice)
            delivered += slice.next - index
            return .write(slice.bytes, isEnd: slice.hasEnd)
        }
        let (action, slice) = topic.withLog { log in
            var slice: FrameRing.Slice?
            return (state.next(&log, slice: &slice), slice)
        }
        if let slice { delivered += slice.next - index }
        if let slice, slice.isShared {
            if slices.count == 8 { slices.removeFirst() }
            slices.append((key, slice))
        }
        return action
    }
}
