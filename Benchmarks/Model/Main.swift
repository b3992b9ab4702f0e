//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import DeliveryModel

/// The program `stepcast-model`.
@main
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stepcast-model",
        abstract: "Runs random interleavings of everything that can happen against the gateway's state machines.",
        discussion:
            "Every viewer's events are compared with what it must have seen. A failing case is shrunk and printed."
    )

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many interleavings to run, each from a seed of its own.")
    var count: UInt64 = 100_000

    @Option(help: "How many steps an interleaving has.")
    var steps = 120

    @Option(help: "How many failing cases to print.")
    var failures = 5

    @Flag(help: "Archive the run, so that viewers get what Redis has trimmed.")
    var archive = false

    @Flag(help: "Count the kinds of violations only.")
    var tally = false

    func run() throws {
        var counts: [Violation.Kind: Int] = [:]
        var failing = 0
        for seed in self.seed..<(self.seed + count) {
            let steps = Simulation.steps(seed: seed, count: self.steps, hasPast: archive)
            let violations = Simulation.run(steps)
            guard let first = violations.first else { continue }
            failing += 1
            for kind in Set(violations.map(\.kind)) { counts[kind, default: 0] += 1 }
            if tally { continue }
            let shrunk = Simulation.shrink(steps, keeping: first.kind)
            print("seed \(seed): \(first)")
            print("  \(Simulation.run(shrunk).first.map(String.init(describing:)) ?? "")")
            for line in Simulation.story(of: shrunk) { print("  \(line)") }
            print("  \(shrunk.map(\.description).joined(separator: ", "))")
            if failing >= failures { break }
        }
        let kinds = counts.map { "\($0.key.rawValue) \($0.value)" }.sorted().joined(separator: ", ")
        print(
            "\(count) interleavings of \(self.steps) steps: \(failing) failing\(kinds.isEmpty ? "" : " (\(kinds))")"
        )
        if failing > 0 { throw ExitCode(1) }
    }
}
