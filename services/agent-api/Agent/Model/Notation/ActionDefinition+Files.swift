//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension ActionDefinition {
    private static let file = Parameter(name: "file_name", kind: .text)

    /// What is done with files, in a directory of the run's own, and with questions of the page.
    static let files = [
        ActionDefinition(
            name: "answer_dialog",
            about:
                "Say how the next question of the page by a dialog is answered, before what opens it. Without that it is Cancel.",
            parameters: [
                Parameter(name: "accept", kind: .flag, about: "true for OK, false for Cancel"),
                Parameter(
                    name: "text",
                    kind: .text,
                    about: "what to enter, where it asks for a text",
                    isRequired: false
                ),
            ],
            make: {
                let text = $0.text("text")
                return .answerDialog(accept: $0.flag("accept") ?? false, text: text.isEmpty ? nil : text)
            }
        ),
        ActionDefinition(
            name: "search_page",
            about: "Find the lines of the page's text that contain a text, also below the window.",
            parameters: [
                Parameter(name: "pattern", kind: .text),
                Parameter(name: "regex", kind: .flag, about: "default false", isRequired: false),
            ],
            passedOver: ["case_sensitive", "context_chars", "css_scope", "max_results"],
            make: { .searchPage(text: $0.text("pattern"), isPattern: $0.flag("regex") ?? false) }
        ),
        ActionDefinition(
            name: "find_elements",
            about: "List what a CSS selector matches, with its text.",
            parameters: [Parameter(name: "selector", kind: .text)],
            passedOver: ["attributes", "max_results", "include_text"],
            make: { .findElements(selector: $0.text("selector"), attributes: ["id", "href", "src", "value", "title"]) }
        ),
        ActionDefinition(
            name: "save_as_pdf",
            about: "Save the page as a PDF file.",
            parameters: [Parameter(name: "file_name", kind: .text, isRequired: false)],
            passedOver: ["print_background", "landscape", "scale", "paper_format"],
            make: {
                let name = $0.text("file_name")
                return .saveAsPDF(name: name.isEmpty ? nil : name)
            }
        ),
        ActionDefinition(
            name: "write_file",
            about: "Write a text file, for notes or to upload it.",
            parameters: [
                file, Parameter(name: "content", kind: .text),
                Parameter(name: "append", kind: .flag, about: "default false", isRequired: false),
            ],
            passedOver: ["trailing_newline", "leading_newline"],
            make: {
                .writeFile(
                    name: $0.text("file_name"),
                    contents: $0.text("content"),
                    appends: $0.flag("append") ?? false
                )
            }
        ),
        ActionDefinition(
            name: "replace_file",
            aliases: ["replace_file_str"],
            about: "Replace a text in a file.",
            parameters: [file, Parameter(name: "old_str", kind: .text), Parameter(name: "new_str", kind: .text)],
            make: {
                .replaceInFile(name: $0.text("file_name"), old: $0.text("old_str"), new: $0.text("new_str"))
            }
        ),
        ActionDefinition(
            name: "read_file",
            about: "Read a text file that was written or downloaded.",
            parameters: [file],
            make: { .readFile(name: $0.text("file_name")) }
        ),
    ]
}

extension ActionDefinition {
    static let ending = [
        ActionDefinition(
            name: "ask_human",
            aliases: ["ask_user"],
            about:
                "Ask the user, and wait for the answer: for what only the user knows or may decide, such as a code that "
                + "was sent to the user. Not for what the page can answer.",
            parameters: [Parameter(name: "question", kind: .text)],
            make: { .askHuman($0.text("question")) }
        ),
        ActionDefinition(
            name: "done",
            about: "End the task. Alone in its step.",
            parameters: [
                Parameter(name: "text", kind: .text, about: "the whole answer for the user"),
                Parameter(name: "success", kind: .flag, about: "true only if all of the task is done"),
            ],
            passedOver: ["files_to_display"],
            make: { .done(text: $0.text("text"), success: $0.flag("success") ?? false) }
        ),
    ]
}
