//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// One viewer: watches a run to its `end`, dropping and resuming as it likes, and checks all that it sees.
final class Viewer {
    enum Phase {
        case idle
        case connecting
        case head
        case streaming
    }

    let index: Int
    let habits: ViewerHabits
    private(set) var phase = Phase.idle
    var check: Oracle
    /// Whether nothing is left for it to do with its run: it has seen the `end`, and that it stays the end.
    private(set) var isFinished = false
    /// Whether it reads as fast as it can and stays, so that the test comes to an end.
    var isHurrying = false

    private let poller: Poller
    private let gateways: [UInt16]
    let tally: Tally
    let disturbances: Disturbances
    private let without: Set<Variety>
    private var start = Start.beginning
    var isQuick = true
    private var seenSince = 0
    private var generator: SeededGenerator
    var history = History()
    private var socket: Int32 = -1
    var gateway = 0
    private var head: [UInt8] = []
    private var isResuming = false
    private var chunks: ChunkDecoder?
    private var events = EventStream()
    var isConnected = false
    var complaints: Set<Violation.Kind> = []
    private var isPaused = false
    private var wakeAt: Int64 = 0
    private var leaveAt: Int64 = 0
    private var heardAt: Int64 = 0
    /// When the gateway closed the connection although there was more to come.
    private var closedAt: Int64?

    /// How long nothing may come, in seconds: heartbeats are due each second.
    static let patience = 30.0

    init(
        index: Int,
        topic: Ledger,
        poller: Poller,
        gateways: [UInt16],
        tally: Tally,
        disturbances: Disturbances,
        without: Set<Variety>,
        generator: SeededGenerator
    ) {
        self.index = index
        self.poller = poller
        self.gateways = gateways
        self.tally = tally
        self.generator = generator
        self.disturbances = disturbances
        self.without = without
        self.habits = ViewerHabits(using: &self.generator, without: without)
        self.check = Oracle(ledger: topic, level: self.habits.level)
        self.wakeAt = Clock.now + self.generator.time(in: 0...2)
    }

    deinit {
        if self.socket >= 0 { close(self.socket) }
    }

    /// Watches another topic.
    func watch(_ topic: Ledger) {
        self.leave("watches \(topic.name)", pause: 0...1)
        self.check = Oracle(ledger: topic, level: self.habits.level)
        self.start = self.without.contains(.starts) ? .beginning : topic.start(using: &self.generator)
        self.isFinished = false
    }

    /// Does what is due.
    func tick(_ now: Int64) throws(LoadError) {
        switch self.phase {
        case .idle:
            if now < self.wakeAt || self.isFinished { return }
            // By now it is known whether the gateway has ended.
            if let closedAt = self.closedAt, self.disturbances.isCalm(self.gateway, since: closedAt) {
                self.complain(.endedEarly, "the gateway closed the connection after \(self.check.placeName)")
            }
            self.closedAt = nil
            try self.connect(now)
        case .connecting, .head, .streaming:
            if self.isPaused {
                if now < self.wakeAt, !self.isHurrying { return }
                self.isPaused = false
                self.heardAt = now
                try self.poller.update(self.socket, token: self.index, writable: false)
            } else if now - self.heardAt > Int64(seconds: Self.patience) {
                self.complain(.silent, "nothing came for \(Int(Self.patience)) s (\(self.phase))")
                self.leave("silence", pause: 0...0.5)
            } else if self.phase == .streaming, now >= self.leaveAt, !self.isHurrying {
                self.tally.drops += 1
                self.leave("leaves", pause: 0...0.5)
            }
        }
    }

    /// Loses its connection.
    func drop() {
        if self.phase == .streaming { self.leave("dropped", pause: 0...0.2) }
    }

    func handle(_ readiness: Poller.Readiness) throws(LoadError) {
        switch self.phase {
        case .idle:
            break
        case .connecting:
            try self.sendRequest()
        case .head, .streaming:
            self.receive()
        }
    }

    /// Tells that it has not come to the end.
    func complainUnfinished() {
        let state = "\(self.phase), heard something \(Tally.time(Clock.now - self.heardAt)) s ago"
        if self.check.isDone {
            self.complain(.unfinished, "has seen the end, but is neither told so by 204 nor let go: \(state)")
        } else {
            let place = "\(self.check.place + 1) of \(self.check.ledger.log.count)"
            self.complain(.unfinished, "has come to \(place), \(self.check.placeName): \(state)")
        }
    }

    private func connect(_ now: Int64) throws(LoadError) {
        self.gateway = Int.random(in: self.gateways.indices, using: &self.generator)
        self.heardAt = now
        do {
            self.socket = try Socket.connect(
                port: self.gateways[self.gateway],
                receiveBuffer: self.habits.receiveBuffer
            )
        } catch {
            self.wakeAt = now + self.generator.time(in: 0.05...0.3)
            return
        }
        self.phase = .connecting
        try self.poller.add(self.socket, token: self.index, writable: true)
    }

    private func sendRequest() throws(LoadError) {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(self.socket, SOL_SOCKET, SO_ERROR, &code, &size)
        if code != 0 {
            self.tally.refused += 1
            self.leave(nil, pause: 0.05...0.3)
            return
        }
        var path = self.check.ledger.path
        var parameters: [String] = []
        if self.habits.level != .debug { parameters.append("level=\(self.habits.level.name)") }
        var header = ""
        self.isResuming = self.check.cursor != nil
        if let id = self.check.cursor {
            if self.generator.chance(0.3) {
                parameters.append("last_event_id=\(id)")
            } else {
                header = "Last-Event-ID: \(id)\r\n"
            }
        }
        if case .tail = self.start, self.check.ledger.isOver { self.start = .beginning }
        if !self.isResuming, let parameter = self.start.parameter { parameters.append(parameter) }
        self.check.connect(self.start, at: Clock.now)
        if !parameters.isEmpty { path += "?" + parameters.joined(separator: "&") }
        let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\(header)\r\n"
        let bytes = Array(request.utf8)
        guard (try? Socket.send(bytes[...], to: self.socket)) == bytes.count else {
            self.leave("could not send its request", pause: 0.05...0.3)
            return
        }
        self.phase = .head
        self.history.add(
            "asks gateway \(self.gateway) \(self.isResuming ? "after \(self.check.placeName)" : "\(self.start)")"
        )
        try self.poller.update(self.socket, token: self.index, writable: false)
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: self.isHurrying ? 65_536 : self.habits.appetite ?? 65_536)
        let count = (try? Socket.receive(from: self.socket, into: &buffer)) ?? (errno == EAGAIN ? -1 : 0)
        if count < 0 { return }
        if count == 0 {
            self.closed()
            return
        }
        self.heardAt = Clock.now
        buffer.withUnsafeBufferPointer { bytes in
            let bytes = UnsafeBufferPointer(rebasing: bytes[..<count])
            if self.phase == .head { self.readHead(bytes) } else { self.readBody(bytes) }
        }
        if self.phase == .streaming, !self.isHurrying, let pause = self.habits.pause,
            self.generator.chance(self.habits.pauseChance)
        {
            self.isPaused = true
            self.isQuick = false
            self.tally.stalls += self.habits.isStalling ? 1 : 0
            self.wakeAt = Clock.now + self.generator.time(in: pause)
            try? self.poller.update(self.socket, token: self.index, readable: false, writable: false)
        }
    }

    private func readHead(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.head.append(contentsOf: bytes)
        let parsed: ResponseHead?
        do {
            parsed = try ResponseHead(self.head)
        } catch {
            self.complain(.protocolError, "\(error)")
            self.leave("no answer", pause: 0.1...0.5)
            return
        }
        guard let head = parsed else { return }
        switch head.status {
        case 200:
            self.phase = .streaming
            self.tally.connections += 1
            if self.isResuming { self.tally.resumes += 1 }
            self.isQuick = self.habits.appetite == nil
            self.leaveAt = Clock.now + self.generator.time(in: self.habits.stay)
            if head.isChunked { self.chunks = ChunkDecoder() }
            let rest = Array(self.head[head.length...])
            self.head = []
            rest.withUnsafeBufferPointer { self.readBody($0) }
        case 204:
            // An id ahead of the stream may be one behind the end, for who has it from elsewhere.
            let isAhead = self.check.connection.isAhead && !self.isResuming && self.check.ledger.isOver
            if self.check.isDone || isAhead || self.check.isBehindEnd {
                self.tally.noContents += 1
                self.isFinished = true
            } else {
                self.complain(.endedEarly, "204 after \(self.check.placeName)")
            }
            self.leave("got 204", pause: 0.1...0.5)
        case 422 where self.start == .after(.highest):
            self.isFinished = true
            self.leave("got 422", pause: 0.1...0.5)
        case 429, 503:
            self.tally.turnedAway += 1
            self.leave("got \(head.status)", pause: 0.1...0.5)
        default:
            let body = String(decoding: self.head[head.length...].prefix(300), as: UTF8.self)
            self.complain(.protocolError, "status \(head.status): \(body)")
            self.leave("got \(head.status)", pause: 0.1...0.5)
        }
    }

    private func readBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard var chunks = self.chunks else {
            self.take(self.events.read(bytes))
            return
        }
        var input = bytes
        var events: [EventStream.Event] = []
        while let piece = chunks.next(&input) { events += self.events.read(piece) }
        self.chunks = chunks
        if chunks.isMalformed { self.complain(.protocolError, "a body whose chunks make no sense") }
        self.take(events)
        if chunks.isDone || chunks.isMalformed, self.phase == .streaming { self.closed() }
    }

    private func closed() {
        let isDone = self.check.isDone
        if !isDone, self.phase == .streaming, self.isQuick { self.closedAt = Clock.now }
        if isDone {
            self.tally.ends += 1
            // Some look once more: then it must be 204.
            self.isFinished = self.generator.chance(0.5)
        }
        self.leave(isDone ? "ended" : "closed by the gateway", pause: isDone ? 0...0.5 : 0.02...0.5)
    }

    private func leave(_ why: String?, pause: ClosedRange<Double>) {
        if self.phase == .streaming {
            let moment = self.moment
            self.complain(
                self.check.leave(moment) { self.disturbances.isCalm(self.gateway, since: $0) }
            )
        }
        if let why { self.history.add(why) }
        if self.socket >= 0 {
            if self.generator.chance(0.3) {
                // By a reset, as when a network breaks.
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(self.socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            }
            close(self.socket)
        }
        self.socket = -1
        self.phase = .idle
        self.isPaused = false
        self.isConnected = false
        self.complaints = []
        self.head = []
        self.chunks = nil
        self.events = EventStream()
        self.wakeAt = Clock.now + self.generator.time(in: pause)
    }
}
