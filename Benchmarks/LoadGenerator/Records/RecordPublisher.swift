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
    var isIdle: Bool { connections.allSatisfy { $0.inFlight == 0 && $0.queue.isEmpty } }

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
        publishing = server.publishing
        self.names = names
        self.firstToken = firstToken
        self.limit = limit
        lastSeq = Array(repeating: 0, count: names.count)
        for index in 0..<min(connections, names.count) {
            let socket = try Socket.connect(port: server.publishPort)
            self.connections.append(Connection(socket: socket, waitsForRoom: true))
            try poller.add(socket, token: firstToken + index, writable: true)
        }
    }

    deinit {
        for connection in connections { close(connection.socket) }
    }

    /// Publishes a record as soon as the server takes it.
    func publish(run: Int, due: Int64) {
        connections[run % connections.count].queue.append((run, due))
    }

    /// Gives up what has not gone out yet.
    func dropQueue() {
        for index in connections.indices {
            connections[index].queue = []
            connections[index].queueStart = 0
        }
    }

    /// Sends what can be sent.
    func flush() throws(LoadError) {
        for index in connections.indices where !connections[index].waitsForRoom { try self.flush(index) }
    }

    /// Does what a connection is ready for.
    func handle(_ index: Int, _ readiness: Poller.Readiness) throws(LoadError) {
        if readiness.isReadable { try receive(index) }
        if readiness.isWritable {
            connections[index].waitsForRoom = false
            try poller.update(connections[index].socket, token: firstToken + index, writable: false)
        }
        if !connections[index].waitsForRoom { try flush(index) }
    }

    private func flush(_ index: Int) throws(LoadError) {
        encode(index)
        let output = connections[index].output[connections[index].outputStart...]
        if output.isEmpty { return }
        connections[index].outputStart += try Socket.send(output, to: connections[index].socket)
        if connections[index].outputStart == connections[index].output.count {
            connections[index].output.removeAll(keepingCapacity: true)
            connections[index].outputStart = 0
        } else {
            connections[index].waitsForRoom = true
            try poller.update(connections[index].socket, token: firstToken + index, writable: true)
        }
    }

    private func encode(_ index: Int) {
        while connections[index].inFlight < limit {
            let start = connections[index].queueStart
            guard start < connections[index].queue.count else {
                connections[index].queue.removeAll(keepingCapacity: true)
                connections[index].queueStart = 0
                return
            }
            let (run, due) = connections[index].queue[start]
            connections[index].queueStart += 1
            connections[index].inFlight += 1
            lastSeq[run] += 1
            sent += 1
            let content = RecordText.Content(run: run, seq: lastSeq[run], due: due)
            publishing.append(content, name: names[run], to: &connections[index].output)
        }
    }

    private func receive(_ index: Int) throws(LoadError) {
        let socket = connections[index].socket
        guard let count = try Socket.receive(from: socket, into: &buffer) else { return }
        if count == 0 { throw LoadError("the server closed a publisher's connection") }
        connections[index].input.append(contentsOf: buffer[..<count])
        let replies = try publishing.replies(in: connections[index].input[...])
        connections[index].input.removeFirst(replies.length)
        connections[index].inFlight -= replies.count
        acknowledged += replies.count
    }
}
