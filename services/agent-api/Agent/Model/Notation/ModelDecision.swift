//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import JSON

/// What a model has made up its mind to do in a step:
/// `{"evaluation_previous_goal","memory","next_goal","action":[{"name":{…}}]}`.
package struct ModelDecision: Sendable, Hashable {
    /// Whether the last step did what it was for, in the model's words.
    package var evaluation: String
    /// What is to be remembered.
    package var memory: String
    /// What this step is for.
    package var nextGoal: String
    /// What to do, in order; at least one, at most ``maximumActions``.
    package var actions: [ModelAction]
    /// How many more actions there were, which are left out.
    package var leftOut: Int

    /// The most actions of a step.
    package static let maximumActions = 5

    package init(
        evaluation: String = "",
        memory: String = "",
        nextGoal: String = "",
        actions: [ModelAction],
        leftOut: Int = 0
    ) {
        self.evaluation = evaluation
        self.memory = memory
        self.nextGoal = nextGoal
        self.actions = actions
        self.leftOut = leftOut
    }

    /// Reads a model's answer.
    ///
    /// Texts that are missing are empty: what counts is what is to be done.
    ///
    /// - Parameter allowed: the actions that are possible now.
    /// - Throws: ``InvalidDecision`` with all that is wrong, in words for the model.
    init(parsing text: String, allowing allowed: ActionSet) throws(InvalidDecision) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text.utf8)
        } catch {
            throw InvalidDecision(["it is \(error)"])
        }
        guard let members = value.object else { throw InvalidDecision(["it is \(value.kind) and not an object"]) }
        // Earlier notations had the texts in an object of their own.
        let state = members["current_state"]?.object ?? [:]
        var problems: [String] = []
        func words(_ name: String) -> String {
            let value = members[name] ?? state[name] ?? .null
            if value != .null, value.string == nil {
                problems.append("\"\(name)\" must be a string, not \(value.kind)")
            }
            return value.string ?? ""
        }
        evaluation = words("evaluation_previous_goal")
        memory = words("memory")
        nextGoal = words("next_goal")
        let list = members["action"]?.array ?? members["action"].flatMap { $0.object == nil ? nil : [$0] }
        if list == nil {
            problems.append("\"action\" must be an array of actions, such as [{\"click\":{\"index\":3}}]")
        }
        if list?.isEmpty == true { problems.append("\"action\" is empty; it must name at least one action") }
        var actions: [ModelAction] = []
        for (number, entry) in (list ?? []).prefix(Self.maximumActions).enumerated() {
            do {
                actions.append(try Self.action(entry, allowing: allowed))
            } catch {
                problems += error.problems.map { "action \(number + 1): \($0)" }
            }
        }
        guard problems.isEmpty else { throw InvalidDecision(problems) }
        self.actions = actions
        leftOut = max((list?.count ?? 0) - Self.maximumActions, 0)
    }

    private static func action(
        _ value: JSONValue,
        allowing allowed: ActionSet
    ) throws(InvalidDecision) -> ModelAction {
        guard let members = value.object else {
            throw InvalidDecision(["it must be an object such as {\"click\":{\"index\":3}}, not \(value.kind)"])
        }
        // Schemas with a place for every action leave those that are not meant empty.
        let named = members.count > 1 ? members.filter { $0.value != .null } : members
        guard let (name, arguments) = named.first, named.count == 1 else {
            let found = named.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
            throw InvalidDecision(["it must name exactly one action, not \(found.isEmpty ? "none" : found)"])
        }
        guard let definition = allowed.named(name) else {
            let known = allowed.names
            let isKnown = ActionDefinition.all.contains { $0.isCalled(name) }
            throw InvalidDecision([
                isKnown
                    ? "\"\(name)\" is not possible now; possible is \(known)"
                    : "there is no action \"\(name.clipped(to: 60))\"; there are \(known)"
            ])
        }
        return try definition.make(try ActionArguments(arguments, of: definition))
    }
}

/// Why an answer is no decision.
package struct InvalidDecision: Error, Sendable, Hashable, CustomStringConvertible {
    /// All that is wrong, each as it completes "the answer was not valid: …".
    package var problems: [String]

    init(_ problems: [String]) { self.problems = problems }

    /// All of it in one line.
    package var description: String { problems.joined(separator: "; ") }
}
