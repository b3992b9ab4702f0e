//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// A task in plain English on one page, and what is true when it is done. Texts may have placeholders, see ``Template``.
struct BenchmarkTask: Sendable {
    /// What must have come of a run.
    enum Outcome: Sendable, Equatable {
        /// It has completed. Where there are answers, its result has all of `answers`, as whole words, and none of
        /// `mistakes`.
        case completed(answers: [String], mistakes: [String])
        /// It has failed and left the pages as they were, and its error names each of these candidates.
        case refused(candidates: [String])
    }

    /// The page and a short name, such as `users/delete-by-name`.
    let name: String
    let category: String
    /// The name of the page on which it begins.
    let page: String
    /// The task as it is given to the agent.
    let text: String
    let outcome: Outcome
    /// What must have changed, as JSON merge patches of the documents' states; whatever is not named must not have
    /// changed. Any one of these will do.
    let changes: [[String: String]]
    /// Scripts that do the task, for the test of this benchmark, one after the other.
    let solution: [String]

    /// Whether the task is set aside. Decided by a hash of its name, so that nobody has chosen.
    var isHeldOut: Bool { SeededGenerator.isEven(name) }
}

extension SeededGenerator {
    /// A coin that falls the same way for the same text.
    fileprivate static func isEven(_ text: String) -> Bool {
        var generator = SeededGenerator(seed: 15, purpose: text)
        return generator.next().isMultiple(of: 2)
    }
}
