//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Glibc
import Loopback

/// The program `stepcast-stress`.
@main
struct StressCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stepcast-stress",
        abstract: "Breaks Redis, gateways, writers and viewers by a seeded schedule, and checks what each viewer sees.",
        discussion: """
            It starts a redis-server and two stream-gateways of its own, on free ports of 127.0.0.1, and ends them. \
            Exit status 1: a record was lost, repeated, out of order or changed, a viewer did not come to the end, or \
            there were too few deliveries.
            """
    )

    @OptionGroup var options: StressOptions

    func run() throws {
        Interruption.install()
        let seed = options.seed ?? UInt64.random(in: 1...999_999)
        Self.tell("seed \(seed)")
        do {
            try Self.raiseDescriptorLimit()
            let path = try gatewayPath()
            let session = try StressSession(seed: seed, options: options, gatewayPath: path)
            defer { session.stop() }
            if options.keep { Self.tell("logs in \(session.path)") }
            do {
                try session.run { Self.tell($0) }
            } catch {
                Self.tell(session.report(seed: seed))
                throw error
            }
            Self.tell(session.report(seed: seed))
            let isEnough = session.tally.deliveries >= options.deliveriesAtLeast
            if !isEnough { Self.tell("too few deliveries: \(options.deliveriesAtLeast) were asked for") }
            if !isEnough || !session.tally.unexplained.isEmpty { throw ExitCode(1) }
        } catch let error as LoadError {
            Self.tell("stepcast-stress: \(error)")
            throw ExitCode(1)
        }
    }

    /// Prints a line at once: whoever reads it through a pipe wants to see it while the test goes on.
    private static func tell(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }

    private func gatewayPath() throws(LoadError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let beside = own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/stream-gateway"
        guard let resolved = realpath(options.gateway ?? beside, nil) else {
            throw LoadError("no program \(options.gateway ?? beside): build it, or name it with --gateway")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Viewers are descriptors, here and in the gateways, which inherit the limit.
    private static func raiseDescriptorLimit() throws(LoadError) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 20_000)
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) < 0 {
            throw LoadError("raising the limit of open files", errno: errno)
        }
    }
}
