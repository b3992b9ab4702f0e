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
    private var response = ResponseReader()
    private var isResuming = false
    private var events = EventStream()
    var isConnected = false
    var complaints: Set<Violation.Kind> = []
    private var isPaused = false
    private var wakeAt: Int64 = 0
    private var leaveAt: Int64 = 0
    var heardAt: Int64 = 0
    /// When the connection was asked for that the gateway closed although there was more to come.
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
        habits = ViewerHabits(using: &self.generator, without: without)
        check = Oracle(ledger: topic, level: habits.level)
        wakeAt = Clock.now + self.generator.time(in: 0...2)
    }

    deinit {
        if socket >= 0 { close(socket) }
    }

    /// Watches another topic.
    func watch(_ topic: Ledger) {
        leave("watches \(topic.name)", pause: 0...1)
        check = Oracle(ledger: topic, level: habits.level)
        start = without.contains(.starts) ? .beginning : topic.start(using: &generator)
        isFinished = false
    }

    /// Does what is due.
    func tick(_ now: Int64) throws(LoadError) {
        switch phase {
        case .idle:
            if now < wakeAt || isFinished { return }
            // By now it is known whether the gateway has ended.
            if let closedAt = self.closedAt, disturbances.isCalm(self.gateway, since: closedAt) {
                complain(.endedEarly, "the gateway closed the connection after \(check.placeName)")
            }
            self.closedAt = nil
            try connect(now)
        case .connecting, .head, .streaming:
            if isPaused {
                if now < wakeAt, !isHurrying { return }
                isPaused = false
                heardAt = now
                try poller.update(socket, token: index, writable: false)
            } else if now - heardAt > Int64(seconds: Self.patience) {
                complain(.silent, "nothing came for \(Int(Self.patience)) s (\(phase))")
                leave("silence", pause: 0...0.5)
            } else if phase == .streaming, now >= leaveAt, !isHurrying {
                tally.drops += 1
                leave("leaves", pause: 0...0.5)
            }
        }
    }

    /// Loses its connection.
    func drop() {
        if phase == .streaming { leave("dropped", pause: 0...0.2) }
    }

    func handle(_ readiness: Poller.Readiness) throws(LoadError) {
        switch phase {
        case .idle:
            break
        case .connecting:
            try sendRequest()
        case .head, .streaming:
            receive()
        }
    }

    private func connect(_ now: Int64) throws(LoadError) {
        gateway = Int.random(in: gateways.indices, using: &generator)
        heardAt = now
        do {
            socket = try Socket.connect(
                port: gateways[gateway],
                receiveBuffer: habits.receiveBuffer
            )
        } catch {
            wakeAt = now + generator.time(in: 0.05...0.3)
            return
        }
        phase = .connecting
        try poller.add(socket, token: index, writable: true)
    }

    private func sendRequest() throws(LoadError) {
        if Socket.connectError(of: socket) != 0 {
            tally.refused += 1
            leave(nil, pause: 0.05...0.3)
            return
        }
        var path = check.ledger.path
        var parameters: [String] = []
        if habits.level != .debug { parameters.append("level=\(habits.level.name)") }
        var header = ""
        isResuming = check.cursor != nil
        if let id = check.cursor {
            if generator.chance(0.3) {
                parameters.append("last_event_id=\(id)")
            } else {
                header = "Last-Event-ID: \(id)\r\n"
            }
        }
        if case .tail = start, check.ledger.isOver { start = .beginning }
        if !isResuming, let parameter = start.parameter { parameters.append(parameter) }
        check.connect(start, at: Clock.now)
        if !parameters.isEmpty { path += "?" + parameters.joined(separator: "&") }
        let request = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\(header)\r\n"
        let bytes = Array(request.utf8)
        guard (try? Socket.send(bytes[...], to: socket)) == bytes.count else {
            leave("could not send its request", pause: 0.05...0.3)
            return
        }
        phase = .head
        history.add(
            "asks gateway \(self.gateway) \(isResuming ? "after \(check.placeName)" : "\(start)")"
        )
        try poller.update(socket, token: index, writable: false)
    }

    private func receive() {
        var buffer = [UInt8](repeating: 0, count: isHurrying ? 65_536 : habits.appetite ?? 65_536)
        let count = (try? Socket.receive(from: socket, into: &buffer)) ?? (errno == EAGAIN ? -1 : 0)
        if count < 0 { return }
        if count == 0 {
            closed()
            return
        }
        heardAt = Clock.now
        buffer.withUnsafeBufferPointer { bytes in
            let bytes = UnsafeBufferPointer(rebasing: bytes[..<count])
            if phase == .head { readHead(bytes) } else { readBody(bytes) }
        }
        if phase == .streaming, !isHurrying, let pause = habits.pause,
            generator.chance(habits.pauseChance)
        {
            isPaused = true
            isQuick = false
            tally.stalls += habits.isStalling ? 1 : 0
            wakeAt = Clock.now + generator.time(in: pause)
            try? poller.update(socket, token: index, readable: false, writable: false)
        }
    }

    private func readHead(_ bytes: UnsafeBufferPointer<UInt8>) {
        let parsed: (head: ResponseHead, body: [UInt8])?
        do {
            parsed = try response.readHead(bytes)
        } catch {
            complain(.protocolError, "\(error)")
            leave("no answer", pause: 0.1...0.5)
            return
        }
        guard let (head, body) = parsed else { return }
        switch head.status {
        case 200:
            phase = .streaming
            tally.connections += 1
            if isResuming { tally.resumes += 1 }
            isQuick = habits.appetite == nil
            leaveAt = Clock.now + generator.time(in: habits.stay)
            body.withUnsafeBufferPointer { readBody($0) }
        case 204:
            // An id ahead of the stream may be one behind the end, for who has it from elsewhere.
            let isAhead = check.connection.isAhead && !isResuming && check.ledger.isOver
            if check.isDone || isAhead || isBehindEnd {
                tally.noContents += 1
                isFinished = true
            } else {
                complain(.endedEarly, "204 after \(check.placeName)")
            }
            leave("got 204", pause: 0.1...0.5)
        case 422 where start == .after(.highest):
            isFinished = true
            leave("got 422", pause: 0.1...0.5)
        case 429, 503:
            tally.turnedAway += 1
            leave("got \(head.status)", pause: 0.1...0.5)
        default:
            let text = String(decoding: body.prefix(300), as: UTF8.self)
            complain(.protocolError, "status \(head.status): \(text)")
            leave("got \(head.status)", pause: 0.1...0.5)
        }
    }

    private func readBody(_ bytes: UnsafeBufferPointer<UInt8>) {
        var events: [EventStream.Event] = []
        response.readBody(bytes) { events += self.events.read($0) }
        let isMalformed = response.isMalformed
        let isOver = response.isDone || isMalformed
        if isMalformed { complain(.protocolError, "the body's chunks are malformed") }
        take(events)
        if isOver, phase == .streaming { closed() }
    }

    /// Whether nothing comes any more for who asks as the viewer did.
    private var isBehindEnd: Bool { check.isBehindEnd || !isResuming && check.isBehindEnd(start) }

    private func closed() {
        let isDone = check.isDone
        // What a gateway has written before it ended may be read long after that.
        if !isDone, !isBehindEnd, phase == .streaming, isQuick { closedAt = check.connection.requestedAt }
        if isDone {
            tally.ends += 1
            // Some look once more: then it must be 204.
            isFinished = generator.chance(0.5)
        }
        leave(isDone ? "ended" : "closed by the gateway", pause: isDone ? 0...0.5 : 0.02...0.5)
    }

    private func leave(_ why: String?, pause: ClosedRange<Double>) {
        if phase == .streaming {
            let moment = self.moment
            complain(
                check.leave(moment) { disturbances.isCalm(gateway, since: $0) }
            )
        }
        if let why { history.add(why) }
        if socket >= 0 {
            if generator.chance(0.3) {
                // By a reset, as when a network breaks.
                var option = linger(l_onoff: 1, l_linger: 0)
                setsockopt(socket, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            }
            close(socket)
        }
        socket = -1
        phase = .idle
        isPaused = false
        isConnected = false
        complaints = []
        response = ResponseReader()
        events = EventStream()
        wakeAt = Clock.now + generator.time(in: pause)
    }
}
