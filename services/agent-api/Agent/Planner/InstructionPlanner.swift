//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Turns a task in plain English into steps, without a model.
///
/// It understands a fixed set of sentences, and says so when it meets another: it never guesses, and nothing of a task
/// is dropped.
public struct InstructionPlanner: Sendable {
    /// The most characters that a task may have.
    public static let maximumLength = 20_000

    /// What it understands, in one line for people.
    public static let vocabulary = """
        go to ADDRESS; search for TEXT; click NAME; type TEXT into FIELD; press KEY; check or uncheck NAME; select OPTION from LIST; \
        wait for TEXT; wait 2 seconds; scroll down; go back; reload; read the title; make sure the page shows TEXT
        """

    /// Makes a planner.
    public init() {}

    /// Splits a task into steps and reads each.
    ///
    /// - Throws: ``InstructionError`` that names the step that is not understood.
    public func plan(_ task: String) throws(InstructionError) -> [Instruction] {
        guard task.count <= Self.maximumLength else {
            throw InstructionError("the task is longer than \(Self.maximumLength) characters")
        }
        let text = QuotedText(task)
        let steps = StepSplitter.split(text.masked, beginsInstruction: InstructionParser.beginsInstruction)
        guard !steps.isEmpty else { throw InstructionError("the task is empty; understood are: \(Self.vocabulary)") }
        var instructions: [Instruction] = []
        for (index, step) in steps.enumerated() {
            let source = text.restore(step)
            do {
                let actions = try InstructionParser(text).parse(step)
                instructions += actions.map { Instruction(source: source, action: $0) }
            } catch {
                throw InstructionError(
                    "step \(index + 1), \"\(source)\", \(error.reason)",
                    step: index + 1,
                    source: source
                )
            }
        }
        return instructions
    }
}

/// Why a task cannot be carried out as it is written.
public struct InstructionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what would be understood.
    public var description: String
    /// The number of the step that is not understood, from 1.
    public var step: Int?
    /// Its words.
    public var source: String?

    init(_ description: String, step: Int? = nil, source: String? = nil) {
        self.description = description
        self.step = step
        self.source = source
    }
}
