//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import TestSupport
import Testing

/// What libFuzzer runs (`scripts/fuzz`), without libFuzzer: in debug builds, with all checks of Swift.
@Suite("Parsers of what comes from outside")
struct ReplayTests {
    @Test("Keep their promises for each input of the corpora", arguments: FuzzTarget.all.map(\.name))
    func replays(name: String) async throws {
        let (target, corpus) = try target(name)
        #expect(!corpus.isEmpty, "the corpus is empty")
        for (file, input) in corpus {
            let broken = await outcome(of: input, by: target)
            #expect(broken == nil, "\(file)")
        }
    }

    @Test("Keep their promises for inputs that are mutations of the corpora", arguments: FuzzTarget.all.map(\.name))
    func mutates(name: String) async throws {
        let (target, corpus) = try target(name)
        let seed = UInt64.random(in: .min ... .max)
        var mutator = Mutator(seed: seed)
        for _ in 0..<100 {
            let input = mutator.input(from: corpus.map(\.input))
            let broken = await outcome(of: input, by: target)
            #expect(broken == nil, "seed \(seed): \(Data(input).base64EncodedString())")
        }
    }

    /// Runs a target on a thread of its own: one that waits for a task must not hold a thread that tasks need.
    ///
    /// - Returns: The promise that was broken.
    private func outcome(of input: [UInt8], by target: FuzzTarget) async -> String? {
        await withCheckedContinuation { continuation in
            Thread {
                do throws(BrokenPromise) {
                    try target.run(input)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: "\(error)")
                }
            }
            .start()
        }
    }

    private func target(_ name: String) throws -> (FuzzTarget, [(file: String, input: [UInt8])]) {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Corpora/\(name)")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        let corpus = try files.sorted { $0.path < $1.path }.map {
            ($0.lastPathComponent, Array(try Data(contentsOf: $0)))
        }
        return (target, corpus)
    }
}

/// Makes new inputs of those of a corpus.
private struct Mutator {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Two inputs of the corpus joined somewhere, with some bytes changed, removed or repeated.
    mutating func input(from corpus: [[UInt8]]) -> [UInt8] {
        var input = cut(corpus.randomElement(using: &random) ?? [])
        if Bool.random(using: &random) { input += cut(corpus.randomElement(using: &random) ?? []) }
        for _ in 0..<Int.random(in: 0...4, using: &random) where !input.isEmpty {
            let place = Int.random(in: input.indices, using: &random)
            let end = min(input.count, place + Int.random(in: 1...8, using: &random))
            switch Int.random(in: 0..<4, using: &random) {
            case 0: input[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: input[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: input.removeSubrange(place..<end)
            default: input.insert(contentsOf: input[place..<end], at: place)
            }
        }
        return input
    }

    /// Mostly the whole input.
    private mutating func cut(_ input: [UInt8]) -> [UInt8] {
        guard Int.random(in: 0..<4, using: &random) == 0 else { return input }
        return Array(input.prefix(.random(in: 0...input.count, using: &random)))
    }
}
