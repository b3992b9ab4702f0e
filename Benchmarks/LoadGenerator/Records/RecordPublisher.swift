//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// Publishes records over a few connections, as many at a time as the server keeps up with.
///
/// What is due waits here while the server is busy. A record gets its number when it goes out, so that what is given up
/// in the end leaves no hole; the time that it carries is when it was due.
final class RecordPublisher {
    /// The last number that went out of each run.
    private(set) var lastSeq: [Int]
    /// Records that the server has taken.
    private(set) var acknowledged = 0
    /// Records that went out.
    private(set) var sent = 0

    /// Whether everything that is due was taken.
    var isIdle: Bool { self.connections.allSatisfy { $0.inFlight == 0 && $0.queue.isEmpty } }

    private struct Connection {
        var socket: Int32
        var queue: [(run: Int, due: Int64)] = []
        var queueStart = 0
        var output: [UInt8] = []
        var outputStart = 0
        var input: [UInt8] = []
        var inFlight = 0
        var waitsForRoom = false
    }

    private let poller: Poller
    private let publishing: any PublishProtocol
    private let names: [String]
    private let firstToken: Int
    private let limit: Int
    private var connections: [Connection] = []
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// - Parameters:
    ///   - names: Of the runs.
    ///   - connections: How many. Each run's records go over one of them, so that they stay in order.
    ///   - limit: How many records may be on their way on one connection.
    ///   - firstToken: Of the first connection, for the poller.
    init(
        to server: any StreamServer,
        names: [String],
        connections: Int,
        limit: Int,
        firstToken: Int,
        poller: Poller
    ) throws(LoadError) {
        self.poller = poller
        self.publishing = server.publishing
        self.names = names
        self.firstToken = firstToken
        self.limit = limit
        self.lastSeq = Array(repeating: 0, count: names.count)
        for index in 0..<min(connections, names.count) {
            let socket = try Socket.connect(port: server.publishPort)
            self.connections.append(Connection(socket: socket, waitsForRoom: true))
            try poller.add(socket, token: firstToken + index, writable: true)
        }
    }

    deinit {
        for connection in self.connections { close(connection.socket) }
    }

    /// Publishes a record as soon as the server takes it.
    func publish(run: Int, due: Int64) {
        self.connections[run % self.connections.count].queue.append((run, due))
    }

    /// Gives up what has not gone out yet.
    func dropQueue() {
        for index in self.connections.indices {
            self.connections[index].queue = []
            self.connections[index].queueStart = 0
        }
    }

    /// Sends what can be sent.
    func flush() throws(LoadError) {
        for index in self.connections.indices where !self.connections[index].waitsForRoom { try self.flush(index) }
    }

    /// Does what a connection is ready for.
    func handle(_ index: Int, _ readiness: Poller.Readiness) throws(LoadError) {
        if readiness.isReadable { try self.receive(index) }
        if readiness.isWritable {
            self.connections[index].waitsForRoom = false
            try self.poller.update(self.connections[index].socket, token: self.firstToken + index, writable: false)
        }
        if !self.connections[index].waitsForRoom { try self.flush(index) }
    }

    private func flush(_ index: Int) throws(LoadError) {
        self.encode(index)
        let output = self.connections[index].output[self.connections[index].outputStart...]
        if output.isEmpty { return }
        self.connections[index].outputStart += try Socket.send(output, to: self.connections[index].socket)
        if self.connections[index].outputStart == self.connections[index].output.count {
            self.connections[index].output.removeAll(keepingCapacity: true)
            self.connections[index].outputStart = 0
        } else {
            self.connections[index].waitsForRoom = true
            try self.poller.update(self.connections[index].socket, token: self.firstToken + index, writable: true)
        }
    }

    private func encode(_ index: Int) {
        while self.connections[index].inFlight < self.limit {
            let start = self.connections[index].queueStart
            guard start < self.connections[index].queue.count else {
                self.connections[index].queue.removeAll(keepingCapacity: true)
                self.connections[index].queueStart = 0
                return
            }
            let (run, due) = self.connections[index].queue[start]
            self.connections[index].queueStart += 1
            self.connections[index].inFlight += 1
            self.lastSeq[run] += 1
            self.sent += 1
            let content = RecordText.Content(run: run, seq: self.lastSeq[run], due: due)
            self.publishing.append(content, name: self.names[run], to: &self.connections[index].output)
        }
    }

    private func receive(_ index: Int) throws(LoadError) {
        let socket = self.connections[index].socket
        guard let count = try Socket.receive(from: socket, into: &self.buffer) else { return }
        if count == 0 { throw LoadError("the server closed a publisher's connection") }
        self.connections[index].input.append(contentsOf: self.buffer[..<count])
        let replies = try self.publishing.replies(in: self.connections[index].input[...])
        self.connections[index].input.removeFirst(replies.length)
        self.connections[index].inFlight -= replies.count
        self.acknowledged += replies.count
    }
}
