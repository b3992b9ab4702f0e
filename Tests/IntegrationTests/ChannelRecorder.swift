//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServiceTesting
import TestSupport

/// The output of `redis-cli SUBSCRIBE` for a channel: the payloads as other subscribers receive them.
final class ChannelRecorder {
    private let directory: TemporaryDirectory
    private let process: ChildProcess

    init(_ redis: RedisServer, channel: String) throws {
        directory = try TemporaryDirectory()
        process = try ChildProcess(
            try Executable.path("redis-cli"),
            ["-p", "\(redis.port)", "--raw", "SUBSCRIBE", channel],
            outputPath: directory.file("channel")
        )
    }

    deinit {
        process.signal(9)
        directory.remove()
    }

    func waitUntilSubscribed() async throws {
        try await eventually("redis-cli to subscribe") { process.output.contains("subscribe\n") }
    }

    func waitForPayloads(_ count: Int) async throws {
        try await eventually("\(count) payloads on the channel") { self.payloads.count >= count }
    }

    /// Each message is three lines: `message`, the channel, the payload, which has no line break.
    var payloads: [String] {
        let lines = process.output.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.indices.dropLast(2).filter { lines[$0] == "message" }.map { String(lines[$0 + 2]) }
    }
}
