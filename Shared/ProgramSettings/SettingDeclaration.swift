//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What can be said of a setting without reading it: the source of `--help`, of the documents and of the compose files.
package struct SettingDeclaration: Sendable {
    /// The environment variable, which is also how the documents call the setting.
    package let variable: String

    /// The option of the command line, without dashes; `nil` where the value must not be given there.
    package var option: String?

    /// Earlier names of the option, which still work.
    package var formerOptions: [String] = []

    /// What the setting is for, in one or two sentences. Names and values stand in backticks, as in Markdown.
    package let help: String

    /// What is allowed, as it follows "must be"; `nil` where any text is.
    package let allowed: String?

    /// What is in force without a value.
    package let standard: SettingDefault

    /// Whether the value must never be shown.
    package var isSecret = false

    /// How the compose files treat it.
    package var compose = ComposeTreatment.passed()

    package init(variable: String, help: String, allowed: String?, standard: SettingDefault) {
        self.variable = variable
        option = variable.lowercased().replacing("_", with: "-")
        self.help = help
        self.allowed = allowed
        self.standard = standard
    }

    /// The text for `--help`: what the setting is for, its variable, what is allowed, and the default.
    package var optionHelp: String {
        let facts = [variable, allowed, "default: \(standard)"].compactMap { $0 }
        return "\(help) (\(facts.joined(separator: "; ")))".replacing("`", with: "")
    }
}

/// What is in force where a setting has no value.
package enum SettingDefault: Sendable, Hashable, CustomStringConvertible {
    /// A value, as it could be set.
    case value(String)
    /// What happens then, in words.
    case words(String)

    package static let none = SettingDefault.words("none")

    package var description: String {
        switch self {
        case .value(let text), .words(let text): text
        }
    }
}

/// How the compose files of `deploy` treat a setting of a service.
package enum ComposeTreatment: Sendable, Hashable {
    /// What is set in `deploy/.env` reaches the container; the default is the program's own, or another one.
    case passed(default: String = "")
    /// The compose files set it.
    case fixed(String)
    /// The image or the container's file system decides it.
    case omitted(because: String)

}
