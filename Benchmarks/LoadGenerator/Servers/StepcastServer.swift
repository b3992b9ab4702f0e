//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// `stream-gateway` and a Redis of its own.
final class StepcastServer: StreamServer {
    let name = ServerKind.stepcast.name
    let port: UInt16
    let publishPort: UInt16
    let publishing: any PublishProtocol

    let inFlight = 512
    let token: String?

    var processes: [Int32] { [gateway.id] }
    var companions: [Int32] { [redis.id] }

    private let ports: [ReservedPort]
    private let directory: TemporaryDirectory
    private let redis: ChildProcess
    private let gateway: ChildProcess

    init(_ setup: ServerSetup) throws(LoadError) {
        let directory = try TemporaryDirectory()
        let ports = [try ReservedPort(), try ReservedPort()]
        let (redisPort, port) = (ports[0].number, ports[1].number)
        let redis = try ChildProcess(
            [
                "redis-server", "--port", "\(redisPort)", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--client-output-buffer-limit", "pubsub 256mb 256mb 60",
            ],
            directory: directory.path,
            log: "\(directory.path)/redis.log"
        )
        try redis.waitUntilReady { (try? Exchange.redis(["PING"], port: redisPort))?.string == "PONG" }
        guard let digest = try Exchange.redis(["SCRIPT", "LOAD", Embedded.publishLua], port: redisPort).string else {
            throw LoadError("redis-server does not answer")
        }

        var environment = [
            "REDIS_URL": "redis://127.0.0.1:\(redisPort)/0",
            "HOST": "127.0.0.1",
            "PORT": "\(port)",
            "LOG_LEVEL": "warning",
            "HEARTBEAT_SECONDS": "\(setup.heartbeatSeconds)",
            // Nobody watches any more when it is stopped.
            "SHUTDOWN_SPREAD_SECONDS": "0",
            "MAX_VIEWERS": "20000",
            "MAX_VIEWERS_PER_CLIENT": "20000",
            // All viewers come from one address, and nchan neither limits their rate nor keeps an archive.
            "CONNECT_RATE_PER_CLIENT": "1000000/s",
            "ARCHIVE_URL": "none",
        ]
        environment.merge(setup.gatewayEnvironment) { _, new in new }
        let gateway = try ChildProcess(
            [setup.gatewayPath],
            environment: environment,
            directory: directory.path,
            log: "\(directory.path)/gateway.log"
        )
        try gateway.waitUntilReady { Exchange.status(of: "/readyz", port: port) == 200 }

        token = setup.token
        self.ports = ports
        self.directory = directory
        self.redis = redis
        self.gateway = gateway
        self.port = port
        publishPort = redisPort
        publishing = RedisPublishing(
            digest: digest,
            events: LogEventText(textLength: setup.textLength, form: setup.form),
            streamLength: setup.historyLength
        )
    }

    func request(run: Int, lastEventID: String?) -> [UInt8] {
        self.request(path: "/api/v1/stream-logs/request/\(name(ofRun: run))", lastEventID: lastEventID)
    }

    func request(run: Int, level: String, from id: String) -> [UInt8] {
        self.request(run: run, query: "?level=\(level)&from=\(id)")
    }

    /// The same with any query, or none.
    func request(run: Int, query: String) -> [UInt8] {
        self.request(path: "/api/v1/stream-logs/request/\(name(ofRun: run))\(query)", lastEventID: nil)
    }

    func isWatching(runs: Int) -> Bool {
        let command = ["PUBSUB", "CHANNELS", "browser_use_logs:*"]
        guard case .array(let channels)? = try? Exchange.redis(command, port: publishPort) else { return false }
        return channels.count >= runs
    }

    /// Fills a run with records, without publishing them.
    func fill(run: Int, records: Int) throws(LoadError) {
        let command = ["EVAL", Embedded.fillLua, "1", "browser_use_logs:\(name(ofRun: run))", "\(records)"]
        guard try Exchange.redis(command, port: publishPort).string == "OK" else {
            throw LoadError("Redis is not filled")
        }
    }

    /// Adds one entry of so many bytes to a run, from another process.
    func append(run: Int, bytes: Int) throws(LoadError) -> ChildProcess {
        let key = "browser_use_logs:\(name(ofRun: run))"
        let command =
            "head -c \(bytes) /dev/zero | tr '\\0' x | redis-cli -h 127.0.0.1 -p \(publishPort) -x "
            + "XADD '\(key)' '*' msg"
        return try ChildProcess(
            ["sh", "-c", command],
            directory: directory.path,
            log: "\(directory.path)/append.log"
        )
    }

    func stop() {
        gateway.stop()
        redis.stop()
        directory.remove()
    }
}
