//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents

/// A task that repeats what a run did: the task of that run in a comment, then instructions. It is a text that people read
/// and edit.
package struct RecordedTask: Hashable, Sendable {
    /// What the recorded run was to do.
    package var goal: String
    /// The whole text, with its comments.
    package var text: String

    private static let mark = "# Task: "

    /// Reads a task; `nil` for one that is not recorded.
    package init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).drop { $0.allSatisfy(\.isWhitespace) }
        guard let first = lines.first, first.hasPrefix(Self.mark) else { return nil }
        goal = String(first.dropFirst(Self.mark.count))
        self.text = text
    }

    /// Why a recording cannot be repeated.
    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package var description: String
    }

    /// Writes a recording as a task.
    ///
    /// - Parameters:
    ///   - goal: The task of the recorded run.
    ///   - limit: The most characters of a task.
    /// - Throws: ``Refusal`` that names the first action that cannot be repeated.
    package init(_ recording: Recording, goal: String, limit: Int) throws(Refusal) {
        let goal = goal.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        self.goal = goal
        var lines = [Self.mark + goal]
        var sentences: [String] = []
        var step: Int?
        for entry in recording.entries {
            switch entry.content {
            case .sentence(let sentence):
                if entry.step != step {
                    lines.append("# Step \(entry.step)")
                    step = entry.step
                }
                lines.append(sentence)
                sentences.append(sentence)
            case .unwritable(let action, let reason):
                throw Refusal(description: "step \(entry.step), \(action): \(reason)")
            }
        }
        guard !sentences.isEmpty else { throw Refusal(description: "the run did nothing that could be repeated") }
        guard !recording.isCut else { throw Refusal(description: "the run did more than a task can say") }
        text = lines.joined(separator: "\n") + "\n"
        guard text.count <= limit else {
            throw Refusal(description: "the run did more than a task of \(limit) characters can say")
        }
        // A sentence may be read otherwise beside others.
        let alone = sentences.flatMap { StepGrammar.steps(of: $0).map(\.deeds) }
        let together = StepGrammar.steps(of: text)
        for (index, step) in together.enumerated() where index >= alone.count || step.deeds != alone[index] {
            throw Refusal(description: "\"\(step.spoken)\" would be read otherwise beside the sentence before")
        }
    }

    /// A text without its comments: lines that begin with `# `.
    static func withoutComments(_ text: String) -> String {
        guard text.contains("# ") else { return text }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .filter { line in
                let line = line.drop { $0 == " " || $0 == "\t" }
                return !(line.hasPrefix("# ") || line == "#")
            }
            .joined(separator: "\n")
    }
}
