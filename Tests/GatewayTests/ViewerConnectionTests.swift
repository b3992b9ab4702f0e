//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

@Suite("A viewer's connection")
struct ViewerConnectionTests {
    private static let key = "browser_use_logs:r1"

    /// Adds records of a kilobyte, a thousand per call.
    private func fill(_ redis: RedisServer, thousands: Int) async throws {
        let script = """
            for i = 1, 1000 do
                local n = redis.call('INCR', KEYS[2])
                redis.call('XADD', KEYS[1], '*', 'msg', n .. string.rep('.', 1000), 'seq', n)
            end
            """
        for _ in 0..<thousands { _ = try await redis.cli("EVAL", script, "2", Self.key, "counter") }
    }

    @Test("That is reset during a write harms no others")
    func reset() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await gateway.withViewer(of: "r1") { viewer in
                    for round in 1...3 {
                        var sockets: [RawViewer] = []
                        for _ in 0..<30 { sockets.append(try await RawViewer(port: gateway.port, requestID: "r1")) }
                        for socket in sockets { #expect(try await socket.read(atLeast: 1) > 0) }
                        async let filling: Void = fill(redis, thousands: 2)
                        // In the middle of the stream, with unread data: the gateway's next write finds the connection
                        // reset.
                        for socket in sockets {
                            _ = try await socket.read(atLeast: 10_000)
                            socket.reset()
                        }
                        try await filling
                        // Without parsing all of them each time, which takes seconds on a slow machine.
                        try await viewer.waits(for: "all records") { viewer in
                            viewer.rawEvents.count { $0.data.hasPrefix(#"{"type":"log""#) } >= round * 2000
                        }
                    }
                    #expect(viewer.sequence == Array(1...6000))
                }
            }
        }
    }

    @Test("That does not read costs the gateway at most 256 KiB, and continues where it was when it reads again")
    func slow() async throws {
        try await withRedisServer(options: ["--save", ""]) { redis in
            try await GatewayProcess.with(redisURL: redis.url) { gateway in
                let count = 60
                // The first viewer creates the topic with its ring; later records are for the slow ones.
                let swift = try await RawViewer(port: gateway.port, requestID: "r1")
                _ = try await swift.read(atLeast: 1)
                try await fill(redis, thousands: 2)
                let total = 8000
                try await swift.readRecords(upTo: 2000)
                let before = try gateway.residentBytes
                var slow: [RawViewer] = []
                for _ in 0..<count {
                    slow.append(try await RawViewer(port: gateway.port, requestID: "r1", receiveBuffer: 4096))
                }
                try await fill(redis, thousands: total / 1000 - 2)
                // Other viewers are not delayed by those that do not read.
                try await swift.readRecords(upTo: total)
                let perViewer = (try gateway.residentBytes - before) / count
                #expect(perViewer < 256 << 10, "\(perViewer) bytes for each viewer")
                for viewer in slow.prefix(3) { try await viewer.readRecords(upTo: total) }
            }
        }
    }

    @Test("That is reset while it is taken over leaves nothing behind")
    func resetAtOnce() async throws {
        try await withRedisServer { redis in
            try await GatewayProcess.with(redisURL: redis.url) { gateway in
                let runs = (1...12).map { "r\($0)" }
                let script = """
                    for i = 1, 900 do redis.call('XADD', KEYS[1], '*', 'msg', string.rep('.', 1000), 'seq', i) end
                    """
                for run in runs { _ = try await redis.cli("EVAL", script, "1", "browser_use_logs:\(run)") }
                var resident: [Int] = []
                for _ in 1...3 {
                    for run in runs {
                        for _ in 0..<12 { try await RawViewer(port: gateway.port, requestID: run).reset() }
                    }
                    let last = try await RawViewer(port: gateway.port, requestID: "r1")
                    try await last.readRecords(upTo: 900)
                    last.reset()
                    try await eventually("all channels to be left") {
                        try await redis.cli("PUBSUB", "CHANNELS", "browser_use_logs:*").isEmpty
                    }
                    resident.append(try gateway.residentBytes)
                }
                #expect(resident[2] - resident[0] < 8 << 20, "\(resident)")
            }
        }
    }

    /// The responses to many simultaneous requests.
    private actor Answers {
        private(set) var statuses: [Int] = []

        func add(_ status: Int) { statuses.append(status) }
    }

    @Test("Is rejected beyond MAX_VIEWERS, even if many connect at once, and then nothing is watched for it")
    func tooMany() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url, settings: ["MAX_VIEWERS": "10"]) { gateway in
                let count = 60
                let answers = Answers()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 1...count {
                        group.addTask {
                            try await gateway.withViewer(of: "r\(number)") { viewer in
                                await answers.add(viewer.head.status)
                                try await eventually("all to be answered") {
                                    let answered = await answers.statuses.count
                                    return answered >= count
                                }
                                if viewer.head.status != 200 { return }
                                try await eventually("its channel to be watched") {
                                    let channels = try await redis.cli("PUBSUB", "CHANNELS", "browser_use_logs:*")
                                    return channels.split(whereSeparator: \.isNewline).count == 10
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let statuses = await answers.statuses
                #expect(statuses.count { $0 == 200 } == 10)
                #expect(statuses.count { $0 == 429 } == count - 10)
                // There is room again when they have left.
                try await eventually("a place") {
                    try await gateway.withViewer(of: "r1") { $0.head.status == 200 }
                }
            }
        }
    }

    @Test("Is kept as long as its viewer reads, however slowly, until it has received all of a large end")
    func slowEnd() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                let size = 6_000_000
                let script = """
                    local data = '{"status":"completed","result":"' .. string.rep('x', \(size)) .. '"}'
                    redis.call('XADD', KEYS[1], '*', 'msg', 'over', 'kind', 'end', 'data', data)
                    """
                _ = try await redis.cli("EVAL", script, "1", Self.key)
                // With a smaller buffer TCP itself may pause for seconds between two probes of a closed window.
                let viewer = try await RawViewer(port: gateway.port, requestID: "r1", receiveBuffer: 64 << 10)
                var total = 0
                while total < size {
                    let count = try await viewer.read(atLeast: size / 40)
                    if count == 0 { break }
                    total += count
                    // Slower than the gateway's limit for a viewer that reads nothing.
                    try await Task.sleep(for: .milliseconds(200))
                }
                #expect(total > size)
            }
        }
    }
}
