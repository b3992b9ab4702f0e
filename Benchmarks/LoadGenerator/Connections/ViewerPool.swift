//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// Many viewers of one server, on one thread.
final class ViewerPool {
    /// Counts of what they have seen.
    var deliveries: Deliveries {
        get { counts.pointee }
        set { counts.pointee = newValue }
    }

    /// The measured time.
    var window: Range<Int64> {
        get { counts.pointee.window }
        set { counts.pointee.window = newValue }
    }

    let viewers: UnsafeMutableBufferPointer<Viewer>

    /// What each viewer of a run asks, if that is not what all viewers ask.
    var request: ((_ run: Int) -> [UInt8])?
    /// How much the system may keep for each, in bytes; `nil` leaves that to it.
    var receiveBuffer: Int32?
    /// Whether they ask and then do not read.
    var isStalled = false
    /// How many have asked.
    private(set) var asked = 0

    private let poller: Poller
    private let server: any StreamServer
    private let lastEventID: String?
    private let counts: UnsafeMutablePointer<Deliveries>
    private let buffer: UnsafeMutableRawBufferPointer
    /// How many have begun to connect.
    private var started = 0
    /// How many of these wait for the response.
    private var pending = 0
    private var concurrency = 0

    /// - Parameters:
    ///   - count: How many viewers.
    ///   - runs: How many runs they are spread over.
    ///   - lastEventID: Where they resume, if they do.
    ///   - next: The number of the first record that each is to see.
    init(
        of server: any StreamServer,
        count: Int,
        runs: Int,
        textLength: Int,
        lastEventID: String? = nil,
        next: Int = 1,
        poller: Poller
    ) {
        self.server = server
        self.lastEventID = lastEventID
        self.poller = poller
        viewers = .allocate(capacity: count)
        for index in 0..<count {
            let viewer = Viewer(run: index % runs, textLength: textLength, next: next)
            (viewers.baseAddress.map { $0 + index })?.initialize(to: viewer)
        }
        counts = .allocate(capacity: 1)
        counts.initialize(to: Deliveries())
        buffer = .allocate(byteCount: 256 << 10, alignment: 64)
    }

    deinit {
        close()
        self.viewers.deinitialize()
        self.viewers.deallocate()
        counts.deinitialize(count: 1)
        counts.deallocate()
        buffer.deallocate()
    }

    /// Begins to connect all viewers.
    ///
    /// - Parameter concurrency: How many connections may be on their way at a time.
    func connect(concurrency: Int) throws(LoadError) {
        self.concurrency = concurrency
        try connectMore()
    }

    /// Closes all connections.
    func close() {
        for index in viewers.indices { self.close(index) }
    }

    /// Lets those read that did not.
    func wake() throws(LoadError) {
        isStalled = false
        for index in viewers.indices where viewers[index].socket >= 0 {
            try poller.update(viewers[index].socket, token: index, writable: false)
        }
    }

    /// Does what a viewer's socket is ready for.
    func handle(_ index: Int, _ readiness: Poller.Readiness) throws(LoadError) {
        switch viewers[index].phase {
        case .connecting:
            try sendRequest(index)
        case .head, .streaming:
            try receive(index)
        case .idle, .closed:
            break
        }
    }

    private func connectMore() throws(LoadError) {
        while started < viewers.count, pending < concurrency {
            let index = started
            started += 1
            pending += 1
            let socket = try Socket.connect(port: server.port, receiveBuffer: receiveBuffer)
            viewers[index].socket = socket
            viewers[index].phase = .connecting
            try poller.add(socket, token: index, writable: true)
        }
    }

    private func sendRequest(_ index: Int) throws(LoadError) {
        let socket = viewers[index].socket
        let code = Socket.connectError(of: socket)
        if code != 0 { throw LoadError("connecting viewer \(index) to \(server.name)", errno: code) }
        let run = viewers[index].run
        let request = self.request?(run) ?? server.request(run: run, lastEventID: lastEventID)
        if try Socket.send(request[...], to: socket) != request.count {
            throw LoadError("a request did not fit into an empty socket")
        }
        viewers[index].phase = .head
        asked += 1
        try poller.update(socket, token: index, readable: !isStalled, writable: false)
    }

    private func receive(_ index: Int) throws(LoadError) {
        let count: Int?
        do {
            count = try Socket.receive(from: viewers[index].socket, into: buffer)
        } catch {
            // A reset is an end like any other: what is missing then shows in the counts.
            count = 0
        }
        guard let count else { return }
        let wasHead = viewers[index].phase == .head
        if count == 0 {
            self.counts.pointee.dropped += 1
            close(index)
        } else {
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count]).bindMemory(to: UInt8.self)
            try viewers[index].receive(bytes, into: &self.counts.pointee)
        }
        if wasHead, viewers[index].phase != .head {
            pending -= 1
            try connectMore()
        }
    }

    private func close(_ index: Int) {
        if viewers[index].socket >= 0 { Glibc.close(viewers[index].socket) }
        viewers[index].socket = -1
        viewers[index].phase = .closed
    }
}
