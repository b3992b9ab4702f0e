//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// One connection that watches one run: a cursor, and a socket. It lives on the connection's event loop.
///
/// It is written to only when its socket has taken all, so a viewer that does not read costs what one write holds. It
/// keeps its place meanwhile; when the ring has moved on, it goes on from the stream.
final class Viewer {
    /// Where the viewer stands.
    private enum Place {
        /// The topic's log is not loaded yet.
        case waiting

        /// In the ring, at an index.
        case ring(Int)

        /// In the stream, behind the ring; a page is being read, or will be as soon as the socket takes more.
        case stream(StreamCursor, isReading: Bool)

        /// In the stream, before the ring: it waits for the ring to come as far.
        case ahead(EntryID, epoch: Int)

        /// Gone.
        case over
    }

    private let socket: ViewerSocket
    private let topic: Topic
    private let group: ViewerGroup
    private let query: ViewerQuery
    private let pages: PageReader
    private let wheel: HeartbeatWheel
    private var spoke = 0

    private var place = Place.waiting
    private var liveFrom = 0

    /// What is to tell the viewer that it is connected, as long as it was not told.
    private var greeting: ByteBuffer?

    /// The last durable record that was written or filtered out.
    private var last: Frame?

    init(channel: any Channel, topic: Topic, query: ViewerQuery, pages: PageReader, wheel: HeartbeatWheel) {
        self.socket = ViewerSocket(channel)
        self.topic = topic
        self.query = query
        self.pages = pages
        self.wheel = wheel
        self.group = topic.group(on: channel.eventLoop)
    }

    /// Begins, with what stands before all records.
    func start(head: ByteBuffer, greeting: ByteBuffer) {
        var prelude = head
        // Who begins now is connected when it has its place: nothing that is added after that escapes it.
        if case .now = self.query.start, self.topic.isReachable, !self.takePlace() {
            self.greeting = greeting
        } else {
            prelude.writeImmutableBuffer(greeting)
        }
        self.write(prelude)
        self.group.add(self)
        self.spoke = self.wheel.add(self)
        if !self.topic.isReachable {
            self.announce(ByteBuffer(event: .error(message: Topic.unreachable, timestamp: .now())))
        }
        self.pump()
    }

    /// Ends, from whatever side: what was written goes out, and then the connection is closed.
    func end() {
        if case .over = self.place { return }
        self.place = .over
        self.group.remove(self)
        self.wheel.remove(self, from: self.spoke)
        // Closing at once would take back what the socket has not sent yet: the output first, then, when the other side
        // has seen that and closes too, or in a while, the rest.
        let channel = self.socket.channel
        channel.close(mode: .output, promise: nil)
        let patience = channel.eventLoop.scheduleTask(in: Self.closingTime) { channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in patience.cancel() }
    }

    /// Ends with what there is to be seen now.
    func finish() {
        self.pump()
        self.end()
    }

    /// How long a connection may take to be closed from the other side.
    private static let closingTime = TimeAmount.seconds(5)

    /// Writes something that is no record, unless the viewer is busy enough.
    func announce(_ bytes: ByteBuffer) {
        guard self.socket.isReady else { return }
        if case .over = self.place { return }
        // It is connected before it is told anything else, also when its place takes long.
        self.greet()
        self.write(bytes)
    }

    private func greet() {
        if let greeting = self.greeting.take() { self.write(greeting) }
    }

    /// Writes what the viewer has not seen, as far as its socket takes it.
    func pump() {
        var slice = SharedSlice(topic: self.topic)
        self.pump(&slice)
    }

    /// The same, for one of many viewers in a flush.
    func pump(_ shared: inout SharedSlice) {
        while self.socket.isReady, self.advance(&shared) {}
    }

    /// Makes one write, if there is anything to write.
    ///
    /// - Returns: Whether there may be more to do.
    private func advance(_ shared: inout SharedSlice) -> Bool {
        switch self.place {
        case .over, .stream(_, isReading: true):
            return false
        case .stream(let cursor, isReading: false):
            self.readPage(cursor)
            return false
        case .waiting:
            return self.takePlace()
        case .ahead(let id, let epoch):
            let (continuation, current) = self.topic.continuation(after: id, isAtEnd: true)
            guard current == epoch else {
                self.place = .ring(self.topic.startIndex)
                return true
            }
            switch continuation {
            case .ring(let index):
                self.place = .ring(index)
                return true
            case .over:
                self.end()
                return false
            case .ahead, .behind:
                return false
            }
        case .ring(let index):
            guard let slice = shared.read(from: index, level: self.query.level, liveFrom: self.liveFrom) else {
                guard self.topic.hasLost(index) else { return false }
                self.place = .stream(StreamCursor(after: self.last?.id ?? .zero, seq: self.last?.seq), isReading: false)
                return true
            }
            self.place = .ring(slice.next)
            self.last = slice.last ?? self.last
            if slice.bytes.readableBytes > 0 { self.write(slice.bytes) }
            if slice.hasEnd { self.end() }
            return !slice.hasEnd
        }
    }

    private func takePlace() -> Bool {
        guard let (placement, liveFrom) = self.topic.placement(for: self.query.start) else { return false }
        self.greet()
        self.liveFrom = liveFrom
        switch placement {
        case .ring(let index, let gap):
            if let gap { self.write(gap) }
            self.place = .ring(index)
        case .stream(let id):
            self.place = .stream(StreamCursor(after: id, seq: id == .zero ? 0 : nil), isReading: false)
        case .streamTail(let count):
            self.place = .stream(StreamCursor(tail: count), isReading: false)
        case .over:
            self.end()
            return false
        }
        return true
    }

    // MARK: The stream

    private func readPage(_ cursor: StreamCursor) {
        self.place = .stream(cursor, isReading: true)
        let viewer = NIOLoopBound(self, eventLoop: self.socket.channel.eventLoop)
        self.pages.read(cursor, of: self.topic, level: self.query.level, on: self.socket.channel.eventLoop) { result in
            viewer.value.take(result)
        }
    }

    private func take(_ result: PageReader.Result) {
        guard case .stream(let cursor, isReading: true) = self.place else { return }
        switch result {
        case .failed:
            // The topic rings as soon as the stream can be read again, and its flush comes by here.
            self.place = .stream(cursor, isReading: false)
            self.topic.reportUnreachable()
            return
        case .page(let page):
            for bytes in page.bytes { self.write(bytes) }
            self.last = page.last ?? self.last
            if page.hasEnd { return self.end() }
            switch self.topic.continuation(after: page.cursor.position, isAtEnd: page.isEmpty) {
            case (.ring(let index), _):
                self.liveFrom = max(self.liveFrom, index)
                self.place = .ring(index)
            case (.ahead, let epoch):
                self.place = .ahead(page.cursor.position, epoch: epoch)
            case (.over, _):
                return self.end()
            case (.behind, _):
                self.place = .stream(page.cursor, isReading: false)
            }
        }
        self.pump()
    }

    private func write(_ bytes: ByteBuffer) {
        guard let written = self.socket.write(bytes) else { return }
        let viewer = NIOLoopBound(self, eventLoop: self.socket.channel.eventLoop)
        written.whenComplete { result in
            viewer.value.socket.wrote()
            if case .success = result { viewer.value.pump() } else { viewer.value.end() }
        }
    }
}
