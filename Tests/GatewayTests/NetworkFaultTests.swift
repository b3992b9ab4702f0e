//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import Redis
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

/// A way through the network, and what is wrong with it.
struct BadNetwork: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var faults = NetworkFaults()

    /// Whether connections break, and are made again.
    let breaks: Bool

    init(_ description: String, breaks: Bool = false, _ change: (inout NetworkFaults) -> Void) {
        testDescription = description
        self.breaks = breaks
        change(&faults)
    }

    static let all = [
        BadNetwork("delays everything") { $0.delay = 0...150 },
        BadNetwork("passes a few bytes at a time") { ($0.piece, $0.delay) = (31, 0...1) },
        BadNetwork("resets connections in the middle of an event", breaks: true) { $0.reset = 300...6000 },
        BadNetwork("falls silent and keeps connections open", breaks: true) { $0.freeze = 2000...20_000 },
        BadNetwork("does both, and delays everything", breaks: true) {
            ($0.freeze, $0.reset, $0.delay) = (4000...60_000, 500...30_000, 0...40)
        },
    ]
}

@Suite("Through a network that is bad")
struct NetworkFaultTests {
    private static let count = 200

    /// Writes records of many sizes, and the end.
    private func write(to redis: RedisServer) async throws {
        try await withRedisClient(of: redis) { client in
            for number in 1...Self.count {
                let text = "\(number) " + String(repeating: "x", count: .random(in: 0...600))
                let isEnd = number == Self.count
                _ = try await client.send(
                    RedisCommand(
                        "XADD",
                        "browser_use_logs:r",
                        "*",
                        "msg",
                        text,
                        "request_id",
                        "r",
                        "seq",
                        number,
                        "kind",
                        isEnd ? "end" : "log",
                        "data",
                        isEnd ? #"{"status":"completed","steps":1}"# : "{}"
                    )
                )
                try await Task.sleep(for: .milliseconds(5))
            }
        }
    }

    /// Watches the run as a program does that comes back with the last id whenever the stream ends or is silent.
    private func watch(
        _ port: Int,
        _ client: HTTPClient,
        patience: Duration? = .seconds(3)
    ) async throws -> (numbers: [Int], gaps: Int) {
        var numbers: [Int] = []
        var gaps = 0
        var lastEventID: String?
        let gateway = RunningGateway(port: port, client: client)
        while true {
            var headers: HTTPClient.Headers = ["Accept": "text/event-stream"]
            if let lastEventID { headers.append("Last-Event-ID", lastEventID) }
            let request = HTTPClient.Request(
                gateway.streamURL("r", query: "?from=start"),
                headers: headers,
                idleTimeout: patience
            )
            var parser = EventParser()
            do {
                for try await chunk in try await client.stream(request).body {
                    for event in parser.feed(chunk) {
                        if let id = event.id, !id.isEmpty { lastEventID = id }
                        switch StreamEvent(json: event.data.utf8) {
                        case .log(let record, _): numbers.append(record.seq ?? 0)
                        case .end: return (numbers, gaps)
                        case .gap: gaps += 1
                        default: break
                        }
                    }
                }
            } catch is HTTPError {
                // The network.
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("Each record comes once and in order to a viewer", arguments: BadNetwork.all)
    func viewers(_ network: BadNetwork) async throws {
        try await withRedisAndGateway(settings: ["HEARTBEAT_SECONDS": "1"]) { redis, gateway in
            try await FaultyProxy.with(to: gateway.port, network.faults) { proxy in
                async let first = watch(proxy.port, gateway.client)
                async let second = watch(proxy.port, gateway.client)
                try await write(to: redis)
                for seen in try await [first, second] {
                    #expect(seen.numbers == Array(1..<Self.count))
                    #expect(seen.gaps == 0)
                }
                #expect(!network.breaks || proxy.broken > 0, "the proxy broke nothing")
            }
        }
    }

    @Test("Each record comes once and in order where the gateway reaches Redis through it", arguments: BadNetwork.all)
    func redis(_ network: BadNetwork) async throws {
        var network = network
        // A reply that is larger than what a connection lasts for would never come through.
        if network.faults.freeze != nil { network.faults.freeze = 10_000...40_000 }
        if network.faults.reset != nil { network.faults.reset = 5000...40_000 }
        network.faults.broken = 12
        try await withRedisServer { [network] redis in
            try await FaultyProxy.with(to: redis.port, network.faults) { proxy in
                let settings = ["HEARTBEAT_SECONDS": "1"]
                try await withGateway(redisURL: "redis://127.0.0.1:\(proxy.port)/0", settings: settings) { gateway in
                    async let seen = watch(gateway.port, gateway.client)
                    try await write(to: redis)
                    let (numbers, gaps) = try await seen
                    #expect(numbers == Array(1..<Self.count))
                    #expect(gaps == 0)
                    #expect(!network.breaks || proxy.broken > 0, "the proxy broke nothing")
                }
            }
        }
    }

    @Test("A proxy that buffers holds events up, and loses and repeats none")
    func buffering() async throws {
        var faults = NetworkFaults()
        faults.buffer = 8192
        try await withRedisAndGateway(settings: ["HEARTBEAT_SECONDS": "1"]) { redis, gateway in
            try await FaultyProxy.with(to: gateway.port, faults) { proxy in
                async let seen = watch(proxy.port, gateway.client, patience: nil)
                try await write(to: redis)
                #expect(try await seen.numbers == Array(1..<Self.count))
            }
        }
    }
}
