//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// A task with its data filled in: what a run is told, and how it is judged.
struct Episode: Sendable {
    /// How a run has ended, as agent-api says.
    struct Run: Sendable {
        /// `completed`, `failed`, `timed_out`, `cancelled`, or `none` where there was no answer.
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
        /// It says that it has completed, and the task is not done.
        case falselyCompleted = "falsely completed"
        /// It took too long, or broke.
        case broken = "crashed or timed out"
    }

    let task: BenchmarkTask
    let text: String
    private let changes: [[String: JSONValue]]
    private let outcome: BenchmarkTask.Outcome
    let solution: [String]

    /// - Parameter url: The address of the page.
    init(_ task: BenchmarkTask, data: JSONValue, url: String) throws {
        self.task = task
        let template = Template(data: data)
        let opensPage = task.text.contains("@url")
        text = try (opensPage ? "" : "Go to \(url). ") + template.fill(task.text.replacing("@url", with: url))
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

    /// Whether the pages are as they must be in the end.
    func isDone(_ states: PageStates) -> Bool {
        // A task may also be refused before its page is opened.
        if case .refused = outcome { return states.isUntouched }
        return states.isAnyPageOpened && changes.contains { states.haveChanged(by: $0) }
    }

    /// What has come of a run.
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

    /// An answer that is longer is the page and not an answer, in characters.
    private static let longestAnswer = 400
}

extension String {
    /// Whether the words stand in it as whole words, in any case and with any space between.
    fileprivate func hasWords(_ words: String) -> Bool {
        func plain(_ text: String) -> String {
            text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        let (text, words) = (plain(self), plain(words))
        return text.ranges(of: words).contains { range in
            let before = text[..<range.lowerBound].last
            let after = text[range.upperBound...].prefix(2)
            // A number goes on behind a point or comma only if a digit follows.
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
