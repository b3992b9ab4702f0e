//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// One thread that publishes and watches: the loop that drives a pool of viewers and a publisher.
final class LoadSession {
    let pool: ViewerPool
    let publisher: RecordPublisher

    let poller: Poller
    /// Takes what is ready of other connections on the same poller, counted from ``DiscardingViewer/firstToken``.
    var other: (Int, Poller.Readiness) throws(LoadError) -> Void = { _, _ in }
    private let server: any StreamServer

    /// Above the numbers of viewers.
    private static let firstPublisher = 1 << 32

    /// - Parameters:
    ///   - lastEventID: Where viewers resume, if they do.
    ///   - next: The number of the first record that each viewer is to see.
    init(
        _ server: any StreamServer,
        viewers: Int,
        runs: Int,
        setup: ServerSetup,
        lastEventID: String? = nil,
        next: Int = 1
    ) throws(LoadError) {
        self.server = server
        poller = try Poller()
        pool = ViewerPool(
            of: server,
            count: viewers,
            runs: runs,
            textLength: setup.textLength,
            lastEventID: lastEventID,
            next: next,
            poller: poller
        )
        let needsID = setup.form != .published
        for index in pool.viewers.indices { pool.viewers[index].reader.needsID = needsID }
        publisher = try RecordPublisher(
            to: server,
            names: (0..<runs).map { server.name(ofRun: $0) },
            connections: 4,
            limit: setup.inFlight ?? server.inFlight,
            firstToken: Self.firstPublisher,
            poller: poller
        )
    }

    /// Works on whatever is ready, and waits if nothing is.
    ///
    /// - Parameters:
    ///   - deadline: The latest time to return.
    ///   - pace: Is called now and then between viewers, however many of them are ready.
    func step(until deadline: Int64, pace: () throws(LoadError) -> Void = {}) throws(LoadError) {
        try Interruption.check()
        let count = try poller.wait(until: deadline)
        for index in 0..<count {
            let readiness = poller[index]
            if readiness.token >= DiscardingViewer.firstToken {
                try other(readiness.token - DiscardingViewer.firstToken, readiness)
                try pace()
            } else if readiness.token >= Self.firstPublisher {
                try publisher.handle(readiness.token - Self.firstPublisher, readiness)
            } else {
                try pool.handle(readiness.token, readiness)
                if index % 8 == 7 { try pace() }
            }
        }
        try pace()
    }

    /// Works until something is the case.
    ///
    /// - Throws: ``LoadError`` that names it when it takes too long.
    func run(until what: String, within seconds: Double, _ isDone: () -> Bool) throws(LoadError) {
        let deadline = Clock.now + Int64(seconds: seconds)
        while !isDone() {
            if Clock.now > deadline {
                throw LoadError("\(server.name): not after \(seconds) s: \(what)")
            }
            try step(until: Clock.now + Int64(seconds: 0.1))
        }
    }

    /// Connects all viewers.
    ///
    /// - Returns: How long it took, in seconds.
    func connect() throws(LoadError) -> Double {
        let start = Clock.now
        try pool.connect(concurrency: 128)
        let all = pool.viewers.count
        try self.run(until: "\(all) viewers are connected", within: 120) { pool.deliveries.begun == all }
        let runs = publisher.lastSeq.count
        try self.run(until: "\(runs) runs are watched", within: 30) { server.isWatching(runs: runs) }
        return (Clock.now - start).seconds
    }

    /// Publishes records of the first run, and waits until all viewers have seen them.
    func publish(_ count: Int) throws(LoadError) {
        for _ in 0..<count { publisher.publish(run: 0, due: Clock.now) }
        try publisher.flush()
        let all = pool.deliveries.records + count * pool.viewers.count
        try run(until: "\(all) records are published and seen", within: 60) {
            publisher.isIdle && pool.deliveries.records >= all
        }
    }

    /// Works until all viewers have seen what was published, nothing comes any more, or a minute has passed.
    ///
    /// - Returns: Whether more was still coming after that minute.
    func drain() throws(LoadError) -> Bool {
        publisher.dropQueue()
        try run(until: "publishers are answered", within: 60) { publisher.isIdle }
        let expected = pool.viewers.reduce(0) { $0 + publisher.lastSeq[$1.run] }
        let end = Clock.now + Int64(seconds: 60)
        var (seen, progress) = (pool.deliveries.records, Clock.now)
        while pool.deliveries.records < expected {
            let now = Clock.now
            if pool.deliveries.records > seen { (seen, progress) = (pool.deliveries.records, now) }
            if now > progress + Int64(seconds: 10) { return false }
            if now > end { return true }
            try step(until: now + Int64(seconds: 0.1))
        }
        return false
    }
}
