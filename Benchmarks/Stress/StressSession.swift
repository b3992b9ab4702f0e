//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// One test, from the start of its servers to the last check.
///
/// All of it happens on one thread around one poller; only the servers are processes of their own.
final class StressSession {
    let tally = Tally()
    private(set) var faults: [String: Int] = [:]
    /// All runs and batches, in the order in which they began.
    private(set) var topics: [Ledger] = []
    /// What happened to their streams.
    let events = Events()
    /// The most memory that a gateway had at the end, in kB.
    private(set) var gatewayMemory = 0
    private(set) var writers: [Writer] = []
    var archive = ArchiveTally()

    private let seed: UInt64
    let options: StressOptions
    private let poller: Poller
    private let directory: TemporaryDirectory
    let redis: Server
    let gateways: [Server]

    /// `nil` where the archive is in SQLite, or there is none.
    let archiveServer: ArchiveServer?
    private let without: Set<Variety>
    private let disturbances: Disturbances
    private var viewers: [Viewer] = []
    private var made = 0
    private var faultGenerator: SeededGenerator
    private var choice: SeededGenerator
    private var isFinishing = false
    private var readiness = RedisReadiness()
    private var steppedAt = Clock.now

    init(seed: UInt64, options: StressOptions, gatewayPath: String) throws(LoadError) {
        self.seed = seed
        self.options = options
        // An archive that is behind cannot tell entries with the same ids apart (protocol, section 3).
        without = Set(options.without).union(options.archive ? [.reuse] : [])
        disturbances = Disturbances(count: 2)
        poller = try Poller()
        directory = try TemporaryDirectory("stepcast-stress")
        directory.isKept = options.keep
        faultGenerator = SeededGenerator(seed: seed, stream: 1)
        choice = SeededGenerator(seed: seed, stream: 2)
        // Ports depend on what else the machine does, and so on no seed.
        var system = SystemRandomNumberGenerator()
        let redisPort = try Socket.lastingPort(using: &system)
        self.redis = Server(
            name: "redis",
            port: redisPort,
            arguments: [
                "redis-server", "--port", "\(redisPort)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes",
                "--appendfsync", "always", "--auto-aof-rewrite-percentage", "0",
            ],
            directory: directory.path
        )
        archiveServer =
            try options.postgres
            ? ArchiveServer(generator: SeededGenerator(seed: seed, stream: 3), log: directory.path) : nil
        let file = "sqlite:\(directory.path)/archive/archive.sqlite"
        let archiveURL = options.archive ? archiveServer?.url ?? file : "none"
        var gateways: [Server] = []
        for index in 0..<2 {
            let port = try Socket.lastingPort(using: &system)
            let environment = [
                "REDIS_URL": "redis://127.0.0.1:\(redisPort)/0", "HOST": "127.0.0.1", "PORT": "\(port)",
                "LOG_LEVEL": "info", "HEARTBEAT_SECONDS": "1", "SHUTDOWN_SPREAD_SECONDS": "1",
                "MAX_VIEWERS": "20000", "MAX_VIEWERS_PER_CLIENT": "20000", "CONNECT_RATE_PER_CLIENT": "1000000/s",
                "ARCHIVE_URL": archiveURL,
            ]
            gateways.append(
                Server(
                    name: "gateway-\(index)",
                    port: port,
                    arguments: [gatewayPath],
                    environment: environment,
                    directory: directory.path
                )
            )
        }
        self.gateways = gateways
        for server in [self.redis] + gateways { try server.start() }
        addWriters()
        addViewers()
    }

    /// Where the servers' logs are.
    var path: String { directory.path }

    /// Lets things break, and then everybody come to the end.
    ///
    /// - Parameter tell: Prints a line.
    func run(tell: (String) -> Void) throws(LoadError) {
        let end = tally.origin + Int64(seconds: options.seconds)
        let latest = tally.origin + Int64(seconds: options.seconds * 3)
        var nextFault = tally.origin + Int64(seconds: 2)
        // The servers have only just been started.
        for index in gateways.indices { disturbances.note(index, isBroken: true, at: Clock.now) }
        // Faults come in storms: what a gateway does while nothing is broken is to be seen too.
        var left = 10
        while true {
            let now = Clock.now
            if now >= end, tally.deliveries >= options.deliveriesAtLeast || now >= latest { break }
            try step(now)
            if now < nextFault || without.contains(.faults) { continue }
            let fault = Fault(
                using: &faultGenerator,
                gateways: gateways.count,
                writers: writers.count
            )
            let happened = cause(fault)
            if happened { self.faults[fault.kind, default: 0] += 1 }
            let note = happened ? "" : " (left out: it is down as it is)"
            tell("\(Tally.time(now - tally.origin)) \(fault)\(note)")
            nextFault = now + faultGenerator.time(in: 0.1...(2 * options.faultInterval))
            left -= 1
            if left > 0 { continue }
            left = Int.random(in: 5...15, using: &faultGenerator)
            nextFault += faultGenerator.time(in: 10...18)
        }
        tell("\(Tally.time(Clock.now - tally.origin)) no more faults; everybody comes to the end")
        try finish()
        gatewayMemory = gateways.map(\.peakMemory).max() ?? 0
        try compareWithRedis()
        if options.archive { try compareWithArchive(tell: tell) }
    }

    /// Ends the servers.
    func stop() {
        for gateway in gateways { gateway.stop() }
        redis.stop()
        archiveServer?.stop()
        directory.remove()
    }

    private func addWriters() {
        for index in 0..<options.writers {
            let writer = Writer(
                token: options.viewers + index,
                port: redis.port,
                poller: poller,
                generator: SeededGenerator(seed: seed, stream: 1000 + UInt64(index))
            )
            for _ in 0..<options.runsPerWriter { writer.add(makeAuthor()) }
            writer.nextAuthor = { [unowned self] in isFinishing ? nil : makeAuthor() }
            writers.append(writer)
        }
    }

    private func addViewers() {
        for index in 0..<options.viewers {
            viewers.append(
                Viewer(
                    index: index,
                    topic: chooseTopic(),
                    poller: poller,
                    gateways: gateways.map(\.port),
                    tally: tally,
                    disturbances: disturbances,
                    without: without,
                    generator: SeededGenerator(seed: seed, stream: 10_000 + UInt64(index))
                )
            )
        }
    }

    private func makeAuthor() -> Author {
        made += 1
        var generator = SeededGenerator(seed: seed, stream: 1_000_000 + UInt64(made))
        let length = Int.random(in: generator.chance(0.1) ? 1...20 : 50...1200, using: &generator)
        let name = "stress-\(seed)-\(made)"
        let story = Story(title: name, salt: generator.next())
        var ledgers = [Ledger(name: name, story: story)]
        if generator.chance(0.15), !without.contains(.batches) {
            ledgers = [Ledger(name: name, isBatch: true, story: story)]
            ledgers += (1...3).map { Ledger(name: "\(name).\($0)", story: story) }
            events.note("batches")
        }
        for ledger in ledgers { ledger.isArchived = options.archive }
        topics += ledgers
        return Author(
            ledgers: ledgers,
            length: length,
            without: without,
            events: events,
            generator: generator,
            at: Clock.now
        )
    }

    /// One that is being written or about to begin, or at times one that is over.
    private func chooseTopic() -> Ledger {
        let current = writers.flatMap(\.ledgers)
        let candidates = choice.chance(0.15) ? Array(topics.suffix(3 * current.count)) : current
        return candidates.randomElement(using: &choice) ?? makeAuthor().ledgers[0]
    }

    private func step(_ now: Int64) throws(LoadError) {
        try Interruption.check()
        for server in [redis] + gateways {
            guard let lastWords = try server.tick(now) else { continue }
            tally.add(Violation(kind: .crashed, text: "\(server.name) ended by itself: \(lastWords)"))
        }
        let breaks = !isFinishing && !without.contains(.faults)
        if let lastWords = try archiveServer?.tick(now, breaks: breaks) {
            tally.add(Violation(kind: .crashed, text: "postgres ended by itself: \(lastWords)"))
        }
        readiness.update(redis, at: now)
        // Where this program did not get to run, the servers did not either.
        let wasAway = now - steppedAt > Int64(seconds: 1)
        steppedAt = now
        for (index, gateway) in gateways.enumerated() {
            disturbances.note(index, isBroken: !gateway.isUp || !readiness.isServing || wasAway, at: now)
        }
        for writer in writers { try writer.tick(now) }
        for viewer in viewers {
            if viewer.isFinished, !isFinishing { viewer.watch(chooseTopic()) }
            try viewer.tick(now)
        }
        let deadline = now + 2_000_000
        repeat {
            let count = try poller.wait(until: deadline)
            for index in 0..<count {
                let readiness = poller[index]
                if readiness.token < viewers.count {
                    try viewers[readiness.token].handle(readiness)
                } else {
                    try writers[readiness.token - viewers.count].handle(readiness)
                }
            }
            // A reader that has much to read shall not keep the others from what is due.
        } while Clock.now < deadline
    }

    /// Breaks something.
    ///
    /// - Returns: Whether it could be.
    private func cause(_ fault: Fault) -> Bool {
        switch fault {
        case .redisKill(let time):
            guard redis.isUp else { return false }
            redis.kill(for: Int64(seconds: time))
        case .redisStop(let time):
            guard redis.isUp else { return false }
            redis.pause(for: Int64(seconds: time))
        case .redisDropSubscribers, .redisDropClients:
            guard redis.isUp else { return false }
            let type = if case .redisDropClients = fault { "normal" } else { "pubsub" }
            for index in gateways.indices { disturbances.note(index, isBroken: true, at: Clock.now) }
            let command = ["CLIENT", "KILL", "TYPE", type, "SKIPME", "yes"]
            return (try? Exchange.redis(command, port: redis.port, patience: 1)) != nil
        case .gatewayKill(let index, let time):
            guard gateways[index].isUp else { return false }
            gateways[index].kill(for: Int64(seconds: time))
        case .gatewayTerminate(let index, let time):
            guard gateways[index].isUp else { return false }
            gateways[index].terminate(for: Int64(seconds: time))
        case .gatewayStop(let index, let time):
            guard gateways[index].isUp else { return false }
            gateways[index].pause(for: Int64(seconds: time))
        case .writerKill(let index, let time):
            writers[index].kill(for: Int64(seconds: time))
        case .viewersDrop(let share):
            for viewer in viewers where choice.chance(share) { viewer.drop() }
        }
        return true
    }

    private func finish() throws(LoadError) {
        isFinishing = true
        for server in [redis] + gateways { server.heal() }
        archiveServer?.heal()
        for writer in writers { writer.isFinishing = true }
        let deadline = Clock.now + Int64(seconds: options.drainSeconds)
        while Clock.now < deadline {
            try step(Clock.now)
            if !writers.allSatisfy(\.isDone) { continue }
            for viewer in viewers { viewer.isHurrying = true }
            if viewers.allSatisfy(\.isFinished) { return }
        }
        for viewer in viewers where !viewer.isFinished { viewer.complainUnfinished() }
    }
}
