//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import JSONSchema
import PageActions

/// An action as models are told of it: its name, what it is for, its parameters. The schema, the list in the prompt and the
/// parser are made from it.
struct ActionDefinition: Sendable {
    struct Parameter: Sendable {
        enum Kind: Sendable {
            case text
            case integer(ClosedRange<Int>)
            case number(ClosedRange<Double>)
            case flag
            case choice([String])
            /// Any JSON; the schema is for the model.
            case value(JSONValue)
        }

        var name: String
        var kind: Kind
        var about = ""
        var isRequired = true
        /// Whether it is understood though models are not told of it: strict schemas cannot say it.
        var isHidden = false
    }

    var name: String
    /// What the action was called elsewhere; models that have learnt it say so.
    var aliases: [String] = []
    var about: String
    var parameters: [Parameter] = []
    /// Parameters that elsewhere mean what is done here anyway.
    var passedOver: Set<String> = []
    /// Makes the action of arguments that fit.
    var make: @Sendable (ActionArguments) throws(InvalidDecision) -> ModelAction

    /// Whether it has that name, or had it.
    func isCalled(_ name: String) -> Bool { self.name == name || aliases.contains(name) }
}

extension ActionDefinition {
    static let index = Parameter(
        name: "index",
        kind: .integer(0...Int(Int32.max)),
        about: "the element's number"
    )
    private static let tab = Parameter(name: "tab_id", kind: .text, about: "the tab's four characters")

    /// All actions, those that are used most first.
    static let all: [ActionDefinition] = pages + elements + reading + files + ending

    private static let pages: [ActionDefinition] = [
        ActionDefinition(
            name: "navigate",
            aliases: ["go_to_url"],
            about: "Open an address.",
            parameters: [
                Parameter(name: "url", kind: .text),
                Parameter(name: "new_tab", kind: .flag, about: "default false", isRequired: false),
            ],
            make: { .navigate(url: $0.text("url"), newTab: $0.flag("new_tab") ?? false) }
        ),
        ActionDefinition(
            name: "search",
            aliases: ["search_google"],
            about: "Search the web with a search engine. To search on a site, use its own search field.",
            parameters: [
                Parameter(name: "query", kind: .text),
                Parameter(
                    name: "engine",
                    kind: .choice(ModelAction.SearchEngine.allCases.map(\.rawValue)),
                    about: "default duckduckgo",
                    isRequired: false
                ),
            ],
            make: {
                .search(
                    query: $0.text("query"),
                    engine: $0.choice("engine").flatMap { .init(rawValue: $0) } ?? .duckduckgo
                )
            }
        ),
        ActionDefinition(
            name: "go_back",
            about: "Go back to the page before.",
            passedOver: ["description"],
            make: { _ in .goBack }
        ),
        ActionDefinition(
            name: "wait",
            about: "Wait, for a page that is still busy.",
            parameters: [Parameter(name: "seconds", kind: .integer(1...30), about: "default 3", isRequired: false)],
            make: { .wait(seconds: $0.integer("seconds") ?? 3) }
        ),
        ActionDefinition(
            name: "switch",
            aliases: ["switch_tab"],
            about: "Show another open tab.",
            parameters: [tab],
            make: { .switchTab($0.text("tab_id")) }
        ),
        ActionDefinition(
            name: "close",
            aliases: ["close_tab"],
            about: "Close a tab.",
            parameters: [tab],
            make: { .closeTab($0.text("tab_id")) }
        ),
    ]

    private static let elements = [
        ActionDefinition(
            name: "click",
            aliases: ["click_element", "click_element_by_index"],
            about: "Click an element.",
            parameters: [index],
            make: { .click(index: $0.integer("index") ?? 0) }
        ),
        ActionDefinition(
            name: "input",
            aliases: ["input_text"],
            about: "Type a text into a field. Dates as 2026-03-12, times as 15:30.",
            parameters: [
                index, Parameter(name: "text", kind: .text),
                Parameter(
                    name: "clear",
                    kind: .flag,
                    about: "true, the default, replaces what the field holds; false adds to it",
                    isRequired: false
                ),
            ],
            make: {
                .input(index: $0.integer("index") ?? 0, text: $0.text("text"), clear: $0.flag("clear") ?? true)
            }
        ),
        ActionDefinition(
            name: "send_keys",
            about: "Press a key such as Enter, Escape, PageDown or Control+A, or type a text where the cursor is.",
            parameters: [Parameter(name: "keys", kind: .text)],
            make: { .sendKeys($0.text("keys")) }
        ),
        ActionDefinition(
            name: "select_dropdown",
            aliases: ["select_dropdown_option"],
            about: "Choose an option of a select element by its text.",
            parameters: [index, Parameter(name: "text", kind: .text)],
            make: { .selectDropdown(index: $0.integer("index") ?? 0, text: $0.text("text")) }
        ),
        ActionDefinition(
            name: "dropdown_options",
            aliases: ["get_dropdown_options"],
            about: "List all options of a select element.",
            parameters: [index],
            make: { .dropdownOptions(index: $0.integer("index") ?? 0) }
        ),
        ActionDefinition(
            name: "upload_file",
            about: "Put a file into a file field.",
            parameters: [index, Parameter(name: "path", kind: .text)],
            make: { .uploadFile(index: $0.integer("index") ?? 0, path: $0.text("path")) }
        ),
        ActionDefinition(
            name: "scroll",
            about: "Scroll by windows; 10 goes to the end.",
            parameters: [
                Parameter(name: "down", kind: .flag, about: "false scrolls up"),
                Parameter(name: "pages", kind: .number(0...1000), about: "default 1", isRequired: false),
                Parameter(
                    name: "index",
                    kind: .integer(0...Int(Int32.max)),
                    about: "an element in the box to scroll; without one the page scrolls",
                    isRequired: false
                ),
            ],
            make: {
                // Models that were taught that 0 is the page itself say so.
                let index = $0.integer("index").flatMap { $0 == 0 ? nil : $0 }
                return .scroll(down: $0.flag("down") ?? true, pages: $0.number("pages") ?? 1, index: index)
            }
        ),
    ]

    private static let reading = [
        ActionDefinition(
            name: "find_text",
            aliases: ["scroll_to_text"],
            about: "Scroll to where a text stands.",
            parameters: [Parameter(name: "text", kind: .text)],
            make: { .findText($0.text("text")) }
        ),
        ActionDefinition(
            name: "extract",
            aliases: ["extract_structured_data"],
            about: "Read the text of the whole page, also what is not shown now, and answer a question from it.",
            parameters: [
                Parameter(name: "query", kind: .text),
                Parameter(
                    name: "output_schema",
                    kind: .value(["type": "object"]),
                    about: "a JSON schema, for an answer that is JSON",
                    isRequired: false,
                    isHidden: true
                ),
            ],
            passedOver: ["extract_links", "extract_images", "start_from_char", "already_collected"],
            make: { (arguments) throws(InvalidDecision) in
                let schema = try arguments.value("output_schema").map(Self.schema)
                return .extract(query: arguments.text("query"), schema: schema)
            }
        ),
        ActionDefinition(
            name: "screenshot",
            about: "Get a picture of what the window shows with the next step.",
            passedOver: ["file_name", "description"],
            make: { _ in .screenshot }
        ),
        ActionDefinition(
            name: "evaluate",
            about: "Run a JavaScript expression on the page and get its value; only where no other action will do.",
            parameters: [Parameter(name: "code", kind: .text)],
            make: { .evaluate(code: $0.text("code")) }
        ),
    ]

    private static func schema(_ value: JSONValue) throws(InvalidDecision) -> JSONSchema {
        do {
            return try JSONSchema(value)
        } catch {
            throw InvalidDecision(error.problems.map { "\"output_schema\" of \"extract\": \($0)" })
        }
    }
}
