//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import JSONSchema
import Models

/// The actions that are possible in a step.
struct ActionSet: Sendable {
    /// Those used most first.
    let definitions: [ActionDefinition]

    /// What the result must satisfy, if anything.
    let output: JSONSchema?

    init(_ names: Set<String>, output: JSONSchema? = nil) {
        definitions = ActionDefinition.all.filter { names.contains($0.name) }.map { action in
            guard action.name == "done", let output else { return action }
            return .done(output)
        }
        self.output = output
    }

    /// The action of a name, old names included; `nil` for one that is not possible.
    func named(_ name: String) -> ActionDefinition? { definitions.first { $0.isCalled(name) } }

    /// Whose schema the answer follows.
    var schemaOrigin: ModelRequest.SchemaOrigin {
        output.map { .user(fitsStrictMode: $0.fitsStrictMode) } ?? .own
    }

    /// Those that most tasks take, for models that cannot read of all of them.
    var brief: ActionSet {
        ActionSet(Set(definitions.map(\.name)).intersection(Self.briefNames), output: output)
    }

    private static let briefNames: Set<String> = [
        "navigate", "go_back", "wait", "switch", "click", "input", "send_keys", "select_dropdown", "upload_file",
        "scroll", "search_page", "extract", "answer_dialog", "done",
    ]

    /// All names, for messages.
    var names: String { definitions.map(\.name).joined(separator: ", ") }

    /// The only action of the last step.
    static func doneOnly(_ output: JSONSchema? = nil) -> ActionSet { ActionSet(["done"], output: output) }
}

extension ActionDefinition {
    /// The end of a task whose result has a form of its own. As browser-use has it, the result stands in `data`.
    ///
    /// A task that cannot be done has no result, and nobody is made to invent one: then `data` may be left out, and `text`
    /// says why.
    static func done(_ output: JSONSchema) -> ActionDefinition {
        ActionDefinition(
            name: "done",
            about: "End the task. Alone in its step.",
            parameters: [
                Parameter(
                    name: "success",
                    kind: .flag,
                    about: "true, the default, only if all of the task is done",
                    isRequired: false
                ),
                Parameter(
                    name: "data",
                    kind: .value(output.embedded),
                    about: "the whole answer, as the schema of the answer says; null only where success is false",
                    isRequired: false
                ),
                Parameter(
                    name: "text",
                    kind: .text,
                    about: "what is missing, where success is false",
                    isRequired: false
                ),
            ],
            passedOver: ["files_to_display"],
            make: { (arguments) throws(InvalidDecision) in
                let text = arguments.text("text")
                guard arguments.flag("success") ?? true else {
                    return .done(text: arguments.value("data")?.text ?? text, success: false)
                }
                return .done(text: try result(arguments.value("data"), text, of: output), success: true)
            }
        )
    }

    /// The result as JSON text.
    private static func result(
        _ data: JSONValue?,
        _ text: String,
        of output: JSONSchema
    ) throws(InvalidDecision) -> String {
        // Some models write the JSON into a string, or where the text of other tasks stands.
        let written = (data?.string ?? (data == nil ? text : "")).utf8
        if let value = try? JSONValue(parsing: written), output.problems(of: value).isEmpty { return value.text }
        guard let data else {
            throw InvalidDecision(["\"done\" needs \"data\", the answer as its schema says"])
        }
        let problems = output.problems(of: data)
        guard problems.isEmpty else { throw InvalidDecision(problems.map { "\"done\": \($0)" }) }
        return data.text
    }
}
