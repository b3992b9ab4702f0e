//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ArgumentParser
import Glibc
import Loopback

/// The program `stepcast-load`.
package struct LoadCommand: ParsableCommand {
    /// How it is called.
    package static let configuration = CommandConfiguration(
        commandName: "stepcast-load",
        abstract: "Loads stream-gateway and nchan with records and viewers, checks all that comes, and compares them.",
        discussion: """
            A: 1000 viewers of one run, 1000 records/s. B: the same, 100 records/s. C: 1000 runs with one viewer \
            each, 5000 records/s. D: 10000 idle viewers. E: 1000 viewers reconnect, 1000 records behind. F, G: as C, \
            published by XADD and PUBLISH, or by PUBLISH alone. H, I: as B in the same ways. J: 300 viewers that do \
            not read. K, L: 50 runs while another has an entry of 300 MB, or viewers that want its last 10000 records \
            (Stepcast alone). It starts the \
            servers by itself, on free ports of 127.0.0.1, and ends them. Exit status 1: a measurement failed, or a record \
            was lost, repeated, out of order or harmed by Stepcast. A missed target is told in the table alone.
            """
    )

    @Argument(help: "Which workloads (default: all).")
    var workloads: [Workload] = Workload.allCases

    @OptionGroup var options: WorkloadOptions

    @Option(help: "How often to measure each; the medians are compared.")
    var rounds = 1

    @Option(help: "Which servers: stepcast, nchan, or both.")
    var servers = Servers.both

    @Option(help: "Worker processes of nginx: 1, auto, or best (both, and the better one is compared).")
    var nchanWorkers = Workers.best

    @Option(help: "The length of each record's text, in bytes.")
    var textBytes = 100

    @Option(
        help: "How many records may be on their way to a server on one publisher's connection (default: what suits it)."
    )
    var inFlight: Int?

    @Option(help: "The program stream-gateway (default: beside this one).")
    var gateway: String?

    @Option(help: "NAME=VALUE: one more variable in the gateway's environment.")
    var gatewayEnv: [String] = []

    @Option(help: "The file with the token that Stepcast's viewers send (--gateway-env AUTH_JWT_SECRET_FILE=…).")
    var tokenFile: String?

    @Option(help: "The file that takes the report as JSON; - for the standard output, instead of the table.")
    var json: String?

    enum Servers: String, ExpressibleByArgument, CaseIterable {
        case stepcast
        case nchan
        case both
    }

    enum Workers: String, ExpressibleByArgument, CaseIterable {
        case one = "1"
        case auto
        case best
    }

    /// What a parser needs.
    package init() {}

    /// Checks the options.
    package func validate() throws {
        guard RecordText.lengths.contains(textBytes) else {
            let range = RecordText.lengths
            throw ValidationError(
                "--text-bytes must be from \(range.lowerBound) to \(range.upperBound), not \(textBytes)."
            )
        }
        guard (1...100).contains(self.rounds) else {
            throw ValidationError("--rounds must be from 1 to 100, not \(self.rounds).")
        }
        guard (1...100_000).contains(inFlight ?? 1) else {
            throw ValidationError("--in-flight must be from 1 to 100000, not \(inFlight ?? 1).")
        }
        for variable in gatewayEnv where !variable.contains("=") {
            throw ValidationError("--gateway-env must be NAME=VALUE, not \(variable).")
        }
    }

    /// Measures.
    package func run() throws {
        do {
            Interruption.install()
            try Self.raiseDescriptorLimit()
            let report = try self.report()
            let titles = Dictionary(
                uniqueKeysWithValues: Workload.allCases.map { ($0.rawValue, $0.title(options)) }
            )
            if self.json != "-" { print(report.markdown(titles: titles)) }
            if let json = self.json { try ProcFile.write(report.json(), to: json == "-" ? "/dev/stdout" : json) }
            let own = report.measurements.filter { $0.server == ServerKind.stepcast.name }
            let isComplete = report.measurements.allSatisfy { $0.failure == nil }
            if !isComplete || !own.allSatisfy(\.isFaultless) { throw ExitCode(1) }
        } catch let error as LoadError {
            Self.tell("stepcast-load: \(error)")
            throw ExitCode(1)
        }
    }

    private func report() throws(LoadError) -> Report {
        let setup = try self.setup()
        var measurements: [Measurement] = []
        for round in 1...self.rounds {
            for workload in workloads {
                for kind in kinds where workload.suits(kind) {
                    Self.tell("\(workload.rawValue), \(kind.name), round \(round) of \(rounds) …")
                    do {
                        measurements.append(try measure(workload, kind, workload.setup(setup)))
                    } catch {
                        // What has been measured so far is worth having; what one server cannot do, another may.
                        Self.tell("failed: \(error)")
                        measurements.append(Measurement(workload, kind, failure: "\(error)"))
                        if Interruption.isWanted {
                            return Report(measurements, workloads: workloads, textLength: textBytes)
                        }
                    }
                }
            }
        }
        return Report(measurements, workloads: workloads, textLength: textBytes)
    }

    private func measure(
        _ workload: Workload,
        _ kind: ServerKind,
        _ setup: ServerSetup
    ) throws(LoadError) -> Measurement {
        let server = try kind.start(setup)
        defer { server.stop() }
        return try workload.measure(server, options: options, setup: setup)
    }

    /// The servers to measure, one after the other.
    private var kinds: [ServerKind] {
        var kinds: [ServerKind] = []
        if servers != .nchan { kinds.append(.stepcast) }
        if servers == .stepcast { return kinds }
        let workers = nchanWorkers == .best ? [Workers.one, .auto] : [nchanWorkers]
        return kinds + workers.map { .nchan(workers: $0.rawValue) }
    }

    private func setup() throws(LoadError) -> ServerSetup {
        var setup = ServerSetup(gatewayPath: try gatewayPath())
        setup.textLength = textBytes
        setup.inFlight = inFlight
        if let tokenFile {
            guard let text = ProcFile.read(tokenFile) else { throw LoadError("no file \(tokenFile) that can be read") }
            setup.token = text.split(whereSeparator: \.isWhitespace).first.map(String.init)
        }
        for variable in gatewayEnv {
            let parts = variable.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            setup.gatewayEnvironment[String(parts[0])] = String(parts[1])
        }
        return setup
    }

    private func gatewayPath() throws(LoadError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let beside = own.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/stream-gateway"
        guard let resolved = realpath(self.gateway ?? beside, nil) else {
            throw LoadError("no program \(self.gateway ?? beside): build it, or name it with --gateway")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Viewers are descriptors, here and in the servers, which inherit the limit.
    private static func raiseDescriptorLimit() throws(LoadError) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = min(limit.rlim_max, 20_000)
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) < 0 {
            throw LoadError("raising the limit of open files", errno: errno)
        }
    }

    private static func tell(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }
}
