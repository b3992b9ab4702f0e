//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore
import Redis

/// What a follower gets: events as viewers get them, and what is known of each.
package struct FollowedPart: Sendable {
    /// The run or the batch.
    package var subject: Subject

    /// The ``FollowedLog`` that it is of.
    package var follow: Int

    /// Whole events.
    package var bytes: ByteBuffer

    /// The frames of those events that are in the stream, and maybe more.
    package var frames: ArraySlice<Frame>

    /// Whether the end is among them. It is the last then, and nothing follows.
    package var isEnd: Bool
}

/// Where a follower's events go. Called on the event loop of the topics; it must not block.
package protocol FollowerSink: Sendable {
    /// Whether it takes events now. Who is refused is to be woken by ``FollowedLog/resume()``.
    var isReady: Bool { get }

    func take(_ part: FollowedPart)

    /// The log has ended, and all of it was taken.
    func ended(_ subject: Subject)
}

/// Follows a run or a batch in this process, like a viewer without a socket: everything once and in order, and gaps are
/// told. It lives on the event loop of the topics.
final class Follower {
    private let number: Int
    private let topic: Topic
    private let group: ViewerGroup
    private let pages: PageQueue
    private let sink: any FollowerSink
    private var state: ViewerState
    private var isOver = false

    init(_ number: Int, topic: Topic, query: ViewerQuery, pages: PageQueue, sink: any FollowerSink) {
        self.number = number
        self.topic = topic
        self.pages = pages
        self.sink = sink
        group = topic.group(on: topic.deliveryLoop)
        state = ViewerState(query: query)
    }

    func start() {
        group.add(self)
        pump()
    }

    func end() {
        if isOver { return }
        isOver = true
        state.finish()
        group.remove(self)
    }

    var place: ViewerState.Place { state.place }

    var position: Position { state.position }

    /// Gives what there is, as far as it is taken.
    func pump() {
        while !isOver, sink.isReady {
            var slice: FrameRing.Slice?
            let action = topic.withLog { log in
                let action = state.next(&log, slice: &slice)
                return action
            }
            guard perform(action, slice) else { return }
        }
    }

    /// Tries again to read the stream, if that has failed.
    func retry() {
        state.resume()
        pump()
    }

    /// - Returns: Whether there may be more to do.
    private func perform(_ action: ViewerState.Action, _ slice: FrameRing.Slice?) -> Bool {
        switch action {
        case .nothing:
            return false
        case .write(let bytes, let isEnd):
            let frames = slice?.frames ?? state.pageFrames[...]
            state.pageFrames = []
            sink.take(
                FollowedPart(subject: topic.name, follow: number, bytes: bytes, frames: frames, isEnd: isEnd)
            )
            if isEnd { finish() }
            return !isEnd
        case .read(let request):
            read(request)
            return false
        case .look:
            topic.ring()
            return false
        case .end:
            finish()
            return false
        }
    }

    private func finish() {
        end()
        sink.ended(topic.name)
    }

    private func read(_ request: PageRequest) {
        let follower = NIOLoopBound(self, eventLoop: topic.deliveryLoop)
        pages.read(request, on: topic.deliveryLoop) { follower.value.take($0) }
    }

    private func take(_ result: Result<EncodedPage, RedisError>) {
        if isOver { return }
        switch result {
        case .success(let page):
            let action = self.topic.withLog { state.take(page, &$0) }
            if perform(action, nil) || !isOver { pump() }
        case .failure(let error):
            state.takeFailure()
            if error.meaning == .gone || error.meaning == .notReady { topic.ring() }
            let follower = NIOLoopBound(self, eventLoop: topic.deliveryLoop)
            topic.deliveryLoop.scheduleTask(in: .seconds(1)) { follower.value.retry() }
        }
    }
}
