//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// A task with its data filled in: what the agent receives, and how the run is judged.
struct Episode: Sendable {
    /// How a run ended, according to agent-api.
    struct Run: Sendable {
        /// `completed`, `failed`, `timed_out`, `cancelled`, or `none` if there was no response.
        let status: String
        let result: String
        let error: String
    }

    enum Verdict: String, Sendable, CaseIterable {
        case done
        /// It failed before anything was changed.
        case refused
        /// It failed after something had been changed.
        case failed
        /// It reported success, but the task is not done.
        case falselyCompleted = "falsely completed"
        /// It took too long, or broke.
        case broken = "crashed or timed out"
    }

    let task: BenchmarkTask
    let text: String
    /// The change of the sentence, if it was changed.
    let mutation: Mutation?
    private let changes: [[String: JSONValue]]
    private let outcome: BenchmarkTask.Outcome
    let solution: [String]

    /// - Parameters:
    ///   - url: The address of the page.
    ///   - mutation: What is said in the place of the task's sentences.
    init(
        _ task: BenchmarkTask,
        data: JSONValue,
        url: String,
        mutation: Mutation? = nil
    ) throws {
        self.task = task
        let template = Template(data: data)
        let opensPage = task.text.contains("@url")
        let sentence = try template.fill(task.text.replacing("@url", with: url))
        self.mutation = mutation
        text = (opensPage ? "" : "Go to \(url). ") + (mutation?.text ?? sentence)
        changes = try task.changes.map {
            try $0.mapValues { try JSONValue(parsing: template.fill($0, isJSON: true).utf8) }
        }
        solution = try task.solution.map { try template.fill($0, isJSON: true) }
        outcome =
            switch task.outcome {
            case .completed(let answers, let mistakes):
                try .completed(
                    answers: answers.map { try template.fill($0) },
                    mistakes: mistakes.map { try template.fill($0) }
                )
            case .refused(let candidates): try .refused(candidates: candidates.map { try template.fill($0) })
            }
    }

    /// Whether the pages are in the required final state.
    func isDone(_ states: PageStates) -> Bool {
        // A task may also be refused before its page is opened.
        if case .refused = outcome { return states.isUntouched }
        return states.isAnyPageOpened && changes.contains { states.haveChanged(by: $0) }
    }

    /// Whether a run has completed a changed sentence with the deed of the original.
    func isOldDeed(_ verdict: Verdict) -> Bool { mutation != nil && verdict == .done }

    /// Judges a run.
    func judge(_ run: Run, _ states: PageStates) -> Verdict {
        switch (run.status, outcome) {
        case ("completed", .completed(let answers, let mistakes)):
            let isAnswered =
                answers.allSatisfy { run.result.hasWords($0) } && !mistakes.contains { run.result.hasWords($0) }
                && (answers.isEmpty || run.result.count <= Self.longestAnswer)
            return isDone(states) && isAnswered ? .done : .falselyCompleted
        case ("completed", .refused): return .falselyCompleted
        case ("failed", .refused(let candidates)):
            guard isDone(states) else { return states.isUntouched ? .refused : .failed }
            return candidates.allSatisfy { run.error.hasWords($0) } ? .done : .refused
        case ("failed", .completed): return states.isUntouched ? .refused : .failed
        default: return .broken
        }
    }

    /// The maximum length of an answer, in characters. A longer text is the page, not an answer.
    private static let longestAnswer = 400
}

extension String {
    /// Whether the text contains the words as whole words, in any case and with any white space.
    fileprivate func hasWords(_ words: String) -> Bool {
        func plain(_ text: String) -> String {
            text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let (text, words) = (plain(self), plain(words))
        return text.ranges(of: words).contains { range in
            let before = text[..<range.lowerBound].last
            let after = text[range.upperBound...].prefix(2)
            // After a point or comma, a number only continues with a digit.
            let goesOn = after.first.map { first in
                first.isWordPart || ((first == "." || first == ",") && after.dropFirst().first?.isNumber == true)
            }
            return before?.isWordPart != true && goesOn != true
        }
    }
}

extension Character {
    fileprivate var isWordPart: Bool { isLetter || isNumber }
}
