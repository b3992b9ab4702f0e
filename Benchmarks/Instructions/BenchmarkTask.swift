//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// A task in plain English on one page, and the conditions for success. Texts may have placeholders, see ``Template``.
struct BenchmarkTask: Sendable {
    /// The required outcome of a run.
    enum Outcome: Sendable, Equatable {
        /// It completed. If there are answers, its result contains all `answers` as whole words, and none of the
        /// `mistakes`.
        case completed(answers: [String], mistakes: [String])
        /// It failed without changing the pages, and its error names each of these candidates.
        case refused(candidates: [String])
    }

    /// The page and a short name, such as `users/delete-by-name`.
    let name: String
    let category: String
    /// The name of the page on which it starts.
    let page: String
    /// The task as given to the agent.
    let text: String
    let outcome: Outcome
    /// The required changes, as JSON merge patches of the documents' states. Everything else must be unchanged. Any one
    /// of these alternatives suffices.
    let changes: [[String: String]]
    /// Scripts that perform the task, one after the other, for the test of this benchmark.
    let solution: [String]

    /// Whether all tasks of its page are for development.
    var isForDevelopment: Bool { page.hasPrefix("mini-") || page.hasPrefix("small-") }

    /// Whether the task is held out. A hash of its name decides, so that nobody chose.
    var isHeldOut: Bool { !isForDevelopment && SeededGenerator.isEven(name) }
}

extension SeededGenerator {
    /// A pseudo-random bit determined by the text.
    fileprivate static func isEven(_ text: String) -> Bool {
        var generator = SeededGenerator(seed: 15, purpose: text)
        return generator.next().isMultiple(of: 2)
    }
}
