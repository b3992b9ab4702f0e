//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
package import TestSupport

/// The program `stream-gateway` as a separate process, which a test can measure and kill.
package final class GatewayProcess: Sendable {
    package let process: ChildProcess

    /// The port that it listens on.
    package let port: Int

    private init(
        redisURL: String,
        directory: TemporaryDirectory,
        settings: [String: String],
        descriptors: Int?
    ) async throws {
        let environmentFile = directory.file("empty.env")
        try Data().write(to: URL(filePath: environmentFile))
        let process = try ChildProcess(
            "/bin/sh",
            [
                "-c", "\(descriptors.map { "ulimit -n \($0) && " } ?? "")exec \"$0\" \"$@\"",
                try Executable.built("stream-gateway"), "--env-file", environmentFile,
            ],
            environment: ["REDIS_URL": redisURL, "PORT": "0"].merging(settings) { _, given in given },
            outputPath: directory.file("gateway.log")
        )
        self.process = process
        port = try await eventually("stream-gateway to listen or to end") { () -> Int? in
            guard process.isRunning else { throw TestFailure("stream-gateway has ended: \(process.output)") }
            return process.listeningPort
        }
    }

    /// Runs a gateway while the body runs.
    ///
    /// - Parameter descriptors: The maximum number of open files; by default that of the test process.
    package static func with<Result>(
        redisURL: String,
        settings: [String: String] = [:],
        descriptors: Int? = nil,
        isolation: isolated (any Actor)? = #isolation,
        body: (GatewayProcess) async throws -> Result
    ) async throws -> Result {
        let directory = try TemporaryDirectory()
        defer { directory.remove() }
        let gateway = try await GatewayProcess(
            redisURL: redisURL,
            directory: directory,
            settings: settings,
            descriptors: descriptors
        )
        return try await body(gateway)
    }

    /// The CPU time used by the process so far.
    package var processorTime: Duration {
        get throws {
            let stat = try String(contentsOfFile: "/proc/\(self.process.pid)/stat", encoding: .utf8)
            // After the name, which may contain anything, fields 12 and 13 are in hundredths of a second.
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            guard fields.count > 13, let user = Int(fields[12]), let system = Int(fields[13]) else {
                throw TestFailure("The process \(self.process.pid) has no time")
            }
            return .milliseconds((user + system) * 10)
        }
    }

    /// The private resident memory of the process, in bytes.
    package var residentBytes: Int {
        get throws {
            let status = try String(contentsOfFile: "/proc/\(self.process.pid)/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
            guard let kilobytes = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
                throw TestFailure("The process \(self.process.pid) has no memory")
            }
            return kilobytes << 10
        }
    }
}
