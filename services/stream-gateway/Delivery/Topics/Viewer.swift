//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis

/// One connection that watches one run: a state, and a socket. It lives on the connection's event loop.
///
/// It is written to only when its socket has taken all, so a viewer that does not read costs what one write holds. It
/// keeps its place meanwhile; when the ring has moved on, it goes on from the stream.
final class Viewer {
    private let socket: ViewerSocket
    private let topic: Topic
    private let group: ViewerGroup
    private let query: ViewerQuery
    private let pages: PageQueue
    private let wheel: HeartbeatWheel
    private var spoke = 0
    private var state: ViewerState

    /// Whether the viewer has left its group and its wheel.
    private var isOver = false

    /// What is to tell the viewer that it is connected, as long as it was not told.
    private var greeting: ByteBuffer?

    /// Whether the viewer is counted among those that came back.
    private var isCounted = false

    /// Whether the viewer was told that its place cannot be read.
    private var knowsOfFailure = false

    init(socket: ViewerSocket, topic: Topic, query: ViewerQuery, pages: PageQueue, wheel: HeartbeatWheel) {
        self.socket = socket
        self.topic = topic
        self.query = query
        self.pages = pages
        self.wheel = wheel
        group = topic.group(on: socket.channel.eventLoop)
        state = ViewerState(query: query)
    }

    /// Begins, with what stands before all records.
    func start(head: ByteBuffer, greeting: ByteBuffer) {
        // Before anything is written: a socket that was reset ends the viewer at once.
        group.add(self)
        spoke = wheel.add(self)
        let action = topic.withLog { state.next(&$0) }
        var prelude = head
        // Who begins now is connected when it has its place: nothing that is added after that escapes it.
        if isFromNow, !state.isPlaced {
            self.greeting = greeting
        } else {
            prelude.writeImmutableBuffer(greeting)
            appendPlace(to: &prelude)
        }
        write(prelude)
        if let trouble = topic.trouble {
            announce(ByteBuffer(event: .error(message: trouble, timestamp: .now())))
        }
        if perform(action) { pump() }
    }

    private var isFromNow: Bool {
        if case .now = query.start { true } else { false }
    }

    /// Tells a viewer where it begins, so that it can come back to that place before it has seen a record.
    private func appendPlace(to bytes: inout ByteBuffer) {
        if let id = state.startID { bytes.append(cursor: id) }
    }

    /// Ends, from whatever side: what was written goes out, and then the connection is closed.
    func end() {
        if isOver { return }
        isOver = true
        state.finish()
        group.remove(self)
        wheel.remove(self, from: spoke)
        socket.close()
    }

    /// Ends with what there is to be seen now.
    func finish() {
        pump()
        end()
    }

    /// Ends because the viewer's token has expired. With a new one it comes back to where it was.
    func expire() {
        pump()
        announce(
            ByteBuffer(event: .error(message: "The token has expired.", code: "token_expired", timestamp: .now()))
        )
        end()
    }

    /// Writes something that is no record, unless the viewer is busy enough.
    func announce(_ bytes: ByteBuffer) {
        guard socket.isReady, !isOver else { return }
        write(bytes)
    }

    private func greet() {
        guard var greeting = self.greeting.take() else { return }
        appendPlace(to: &greeting)
        write(greeting)
    }

    /// Writes what the viewer has not seen, as far as its socket takes it.
    func pump() {
        var slices = SharedSlices(topic: topic)
        self.pump(&slices)
        DeliveryCounts.records.add(slices.delivered)
    }

    /// The same, for one of many viewers in a flush.
    func pump(_ slices: inout SharedSlices) {
        while socket.isReady, !isOver, perform(slices.next(for: &state, level: query.level)) {}
    }

    /// Tries again to read the stream, if that has failed.
    func retry() {
        state.resume()
        pump()
    }

    /// - Returns: Whether there may be more to do.
    private func perform(_ action: ViewerState.Action) -> Bool {
        if greeting != nil, state.isPlaced { greet() }
        if !isCounted, let isRecovered = state.isRecovered {
            isCounted = true
            (isRecovered ? DeliveryCounts.recovered : DeliveryCounts.unrecovered).add()
        }
        switch action {
        case .nothing:
            return false
        case .write(let bytes, let isEnd):
            if bytes.readableBytes > 0 { write(bytes) }
            if isEnd { end() }
            return !isEnd
        case .read(let request):
            read(request)
            return false
        case .look:
            topic.ring()
            return false
        case .end:
            end()
            return false
        }
    }

    // MARK: The stream

    private func read(_ request: PageRequest) {
        let viewer = NIOLoopBound(self, eventLoop: socket.channel.eventLoop)
        pages.read(request, on: socket.channel.eventLoop) { viewer.value.take($0) }
    }

    private func take(_ result: Result<EncodedPage, RedisError>) {
        if isOver { return }
        switch result {
        case .success(let page):
            knowsOfFailure = false
            let action = self.topic.withLog { state.take(page, &$0) }
            if perform(action) || !isOver { pump() }
        case .failure(let error):
            fail(error)
        }
    }

    /// Waits before it reads again, whatever the reason. That this viewer's page cannot be read is nobody else's matter;
    /// whether Redis can be reached, the topic finds out itself.
    private func fail(_ error: RedisError) {
        state.takeFailure()
        if error.meaning == .gone || error.meaning == .notReady {
            topic.ring()
        } else if !knowsOfFailure {
            knowsOfFailure = true
            announce(ByteBuffer(event: .error(message: Self.unreadable, timestamp: .now())))
        }
        let viewer = NIOLoopBound(self, eventLoop: socket.channel.eventLoop)
        socket.channel.eventLoop.scheduleTask(in: Self.pause) { viewer.value.retry() }
    }

    /// How long a viewer waits before it reads a page again that could not be read.
    private static let pause = TimeAmount.seconds(1)

    private static let unreadable = "The records that follow cannot be read from Redis; trying again."

    private func write(_ bytes: ByteBuffer) {
        guard let written = socket.write(bytes) else { return }
        let viewer = NIOLoopBound(self, eventLoop: socket.channel.eventLoop)
        written.whenComplete { result in
            viewer.value.socket.wrote()
            if case .success = result { viewer.value.pump() } else { viewer.value.end() }
        }
    }
}
