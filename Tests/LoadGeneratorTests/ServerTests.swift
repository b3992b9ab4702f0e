//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dispatch
import Glibc
import Loopback
import Testing

@testable import LoadGenerator

@Suite("Servers under load")
struct ServerTests {
    @Test("A server that was stopped is gone, with all its children")
    func stop() async throws {
        try await Self.onThread {
            let directory = try TemporaryDirectory()
            defer { directory.remove() }
            let log = "\(directory.path)/log"
            let process = try ChildProcess(
                ["sh", "-c", "sleep 100 & echo $!; wait"],
                directory: directory.path,
                log: log
            )
            try process.waitUntilReady { ProcFile.read(log)?.hasSuffix("\n") == true }
            let child = try #require(ProcFile.read(log).flatMap { Int32($0.dropLast()) })
            #expect(process.isRunning)
            #expect(kill(child, 0) == 0)
            process.stop()
            #expect(!process.isRunning)
            #expect(kill(process.id, 0) == -1)
            // Whoever adopted the child may need a moment to take notice of its end.
            let deadline = Clock.now + Int64(seconds: 10)
            while Self.isAlive(child), Clock.now < deadline { usleep(1000) }
            #expect(!Self.isAlive(child))
        }
    }

    @Test("A server that ends at once is an error with the end of its log")
    func failure() async throws {
        try await Self.onThread {
            let directory = try TemporaryDirectory()
            defer { directory.remove() }
            let process = try ChildProcess(
                ["sh", "-c", "echo port in use; exit 3"],
                directory: directory.path,
                log: "\(directory.path)/log"
            )
            let error = #expect(throws: LoadError.self) { try process.waitUntilReady { false } }
            #expect(error?.description == "sh ended at once: port in use")
        }
    }

    @Test("The environment of a server is what it was given, and the PATH")
    func environment() async throws {
        try await Self.onThread {
            let directory = try TemporaryDirectory()
            defer { directory.remove() }
            // One that goes on: a program that ends by itself may do so just before it is looked whether it is ready.
            let process = try ChildProcess(
                ["sleep", "100"],
                environment: ["A": "b c"],
                directory: directory.path,
                log: "\(directory.path)/log"
            )
            defer { process.stop() }
            let files = "/proc/\(process.id)"
            try process.waitUntilReady {
                ProcFile.read("\(files)/cmdline")?.hasPrefix("sleep\0") == true
                    && ProcFile.read("\(files)/environ")?.isEmpty == false
            }
            let variables = ProcFile.read("\(files)/environ")?.split(separator: "\0") ?? []
            #expect(variables.contains("A=b c"))
            #expect(Set(variables.compactMap { $0.split(separator: "=").first }) == ["A", "PATH"])
        }
    }

    @Test("Viewers of the real gateway see each record of their run once")
    func stepcast() async throws {
        try await Self.onThread {
            var setup = ServerSetup(gatewayPath: Self.product("stream-gateway"))
            setup.heartbeatSeconds = 1
            let server = try StepcastServer(setup)
            defer { server.stop() }

            // Enough for processor time that is counted in steps of 10 ms, also on a fast machine.
            let live = LiveLoad(viewers: 20, runs: 4, rate: 400, warmUpSeconds: 0.2, seconds: 1)
            let steady = try live.measure(server, workload: .manyRuns, setup: setup)
            #expect(steady.isFaultless)
            #expect(steady.checked == 2400, "480 records in 4 runs, each with 5 viewers")
            #expect((steady.latencyP99 ?? 0) > 0)
            #expect((steady.serverProcessors ?? 0) > 0)
            #expect((steady.bytesPerDelivery ?? 0) > 300)
        }
    }

    @Test(
        "Records of other publishers come whole through the real gateway",
        arguments: [Workload.manyRunsStored, .calmRunStored, .manyRunsPublished, .calmRunPublished]
    )
    func forms(workload: Workload) async throws {
        try await Self.onThread {
            let setup = workload.setup(ServerSetup(gatewayPath: Self.product("stream-gateway")))
            let server = try StepcastServer(setup)
            defer { server.stop() }
            let runs = workload.runs == .many ? 4 : 1
            let live = LiveLoad(viewers: 4, runs: runs, rate: 100, warmUpSeconds: 0.2, seconds: 0.5)
            let result = try live.measure(server, workload: workload, setup: setup)
            #expect(result.isFaultless)
            #expect(result.checked == (runs == 1 ? 280 : 70))
        }
    }

    @Test("Viewers of the real gateway that did not read see all of it when they do")
    func stalled() async throws {
        try await Self.onThread {
            let setup = ServerSetup(gatewayPath: Self.product("stream-gateway"))
            let server = try StepcastServer(setup)
            defer { server.stop() }
            let load = StalledLoad(viewers: 5, records: 3000, seconds: 0.5)
            let result = try load.measure(server, workload: .stalled, setup: setup)
            #expect(result.isFaultless)
            #expect(result.checked == 3001 + 5 * 3000)
            #expect(result.kilobytesPerViewer != nil)
        }
    }

    @Test(
        "Viewers of the real gateway see their runs while another has something large",
        arguments: [LargeLoad.Burden.entry(bytes: 3_000_000), .tail(records: 500)]
    )
    func large(burden: LargeLoad.Burden) async throws {
        try await Self.onThread {
            let setup = ServerSetup(gatewayPath: Self.product("stream-gateway"))
            let server = try StepcastServer(setup)
            defer { server.stop() }
            let load = LargeLoad(runs: 4, rate: 100, seconds: 0.5, burden: burden)
            let result = try load.measure(server, workload: .largeEntry, setup: setup)
            #expect(result.isFaultless)
            #expect(result.checked >= 150)
            #expect((result.latencyMaximum ?? 0) > 0)
            #expect((result.peakMegabytes ?? 0) > 0)
        }
    }

    @Test("Idle viewers of the real gateway hear heartbeats, and are there when a record comes")
    func idle() async throws {
        try await Self.onThread {
            var setup = ServerSetup(gatewayPath: Self.product("stream-gateway"))
            setup.heartbeatSeconds = 1
            let server = try StepcastServer(setup)
            defer { server.stop() }
            let result = try IdleLoad(viewers: 20, seconds: 0.5).measure(server, workload: .idle, setup: setup)
            #expect(result.isFaultless)
            #expect(result.checked == 20)
            #expect(result.kilobytesPerViewer != nil)
        }
    }

    @Test("Viewers who come back to the real gateway see what they have missed, and nothing else")
    func reconnect() async throws {
        try await Self.onThread {
            let setup = ServerSetup(gatewayPath: Self.product("stream-gateway"))
            let server = try StepcastServer(setup)
            defer { server.stop() }
            let load = ReconnectLoad(viewers: 20, records: 30, times: 2)
            let result = try load.measure(server, workload: .reconnect, setup: setup)
            #expect(result.isFaultless)
            #expect(result.checked == 31 + 2 * 20 * 30)
            #expect(result.catchUps?.count == 2)
        }
    }

    /// The load generator blocks its thread: it must not be one of those that all tests share.
    private static func onThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
        }
    }

    /// Whether a process is there and has not ended.
    private static func isAlive(_ process: Int32) -> Bool {
        guard let stat = ProcFile.read("/proc/\(process)/stat"), let name = stat.lastIndex(of: ")") else {
            return false
        }
        return stat[name...].split(separator: " ").dropFirst().first != "Z"
    }

    /// A program of this package, which is built beside the tests.
    private static func product(_ name: String) -> String {
        let bundle = CommandLine.arguments.drop { $0 != "--test-bundle-path" }.dropFirst().first
        let path = bundle ?? CommandLine.arguments[0]
        return path.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/\(name)"
    }
}
