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
        get { self.counts.pointee }
        set { self.counts.pointee = newValue }
    }

    /// The measured time.
    var window: Range<Int64> {
        get { self.counts.pointee.window }
        set { self.counts.pointee.window = newValue }
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
        self.viewers = .allocate(capacity: count)
        for index in 0..<count {
            let viewer = Viewer(run: index % runs, textLength: textLength, next: next)
            (self.viewers.baseAddress.map { $0 + index })?.initialize(to: viewer)
        }
        self.counts = .allocate(capacity: 1)
        self.counts.initialize(to: Deliveries())
        self.buffer = .allocate(byteCount: 256 << 10, alignment: 64)
    }

    deinit {
        self.close()
        self.viewers.deinitialize()
        self.viewers.deallocate()
        self.counts.deinitialize(count: 1)
        self.counts.deallocate()
        self.buffer.deallocate()
    }

    /// Begins to connect all viewers.
    ///
    /// - Parameter concurrency: How many connections may be on their way at a time.
    func connect(concurrency: Int) throws(LoadError) {
        self.concurrency = concurrency
        try self.connectMore()
    }

    /// Closes all connections.
    func close() {
        for index in self.viewers.indices { self.close(index) }
    }

    /// Lets those read that did not.
    func wake() throws(LoadError) {
        self.isStalled = false
        for index in self.viewers.indices where self.viewers[index].socket >= 0 {
            try self.poller.update(self.viewers[index].socket, token: index, writable: false)
        }
    }

    /// Does what a viewer's socket is ready for.
    func handle(_ index: Int, _ readiness: Poller.Readiness) throws(LoadError) {
        switch self.viewers[index].phase {
        case .connecting:
            try self.sendRequest(index)
        case .head, .streaming:
            try self.receive(index)
        case .idle, .closed:
            break
        }
    }

    private func connectMore() throws(LoadError) {
        while self.started < self.viewers.count, self.pending < self.concurrency {
            let index = self.started
            self.started += 1
            self.pending += 1
            let socket = try Socket.connect(port: self.server.port, receiveBuffer: self.receiveBuffer)
            self.viewers[index].socket = socket
            self.viewers[index].phase = .connecting
            try self.poller.add(socket, token: index, writable: true)
        }
    }

    private func sendRequest(_ index: Int) throws(LoadError) {
        let socket = self.viewers[index].socket
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size)
        if code != 0 { throw LoadError("connecting viewer \(index) to \(self.server.name)", errno: code) }
        let run = self.viewers[index].run
        let request = self.request?(run) ?? self.server.request(run: run, lastEventID: self.lastEventID)
        if try Socket.send(request[...], to: socket) != request.count {
            throw LoadError("a request did not fit into an empty socket")
        }
        self.viewers[index].phase = .head
        self.asked += 1
        try self.poller.update(socket, token: index, readable: !self.isStalled, writable: false)
    }

    private func receive(_ index: Int) throws(LoadError) {
        let count: Int?
        do {
            count = try Socket.receive(from: self.viewers[index].socket, into: self.buffer)
        } catch {
            // A reset is an end like any other: what is missing then shows in the counts.
            count = 0
        }
        guard let count else { return }
        let wasHead = self.viewers[index].phase == .head
        if count == 0 {
            self.counts.pointee.dropped += 1
            self.close(index)
        } else {
            let bytes = UnsafeRawBufferPointer(rebasing: self.buffer[..<count]).bindMemory(to: UInt8.self)
            try self.viewers[index].receive(bytes, into: &self.counts.pointee)
        }
        if wasHead, self.viewers[index].phase != .head {
            self.pending -= 1
            try self.connectMore()
        }
    }

    private func close(_ index: Int) {
        if self.viewers[index].socket >= 0 { Glibc.close(self.viewers[index].socket) }
        self.viewers[index].socket = -1
        self.viewers[index].phase = .closed
    }
}
