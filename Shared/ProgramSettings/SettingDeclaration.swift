//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The static description of a setting: the source of `--help`, the documents and the compose files.
package struct SettingDeclaration: Sendable {
    /// The environment variable, by which the documents name the setting.
    package let variable: String

    /// The command-line option, without dashes; `nil` if the value must not be given there.
    package var option: String?

    /// Former names of the option, which still work.
    package var formerOptions: [String] = []

    /// The setting's purpose, in one or two sentences. Names and values are in backticks, as in Markdown.
    package let help: String

    /// What is allowed, phrased to follow "must be"; `nil` if any text is.
    package let allowed: String?

    /// The default.
    package let standard: SettingDefault

    /// Whether the value must never be shown.
    package var isSecret = false

    /// How the compose files handle it.
    package var compose = ComposeTreatment.passed()

    package init(variable: String, help: String, allowed: String?, standard: SettingDefault) {
        self.variable = variable
        option = variable.lowercased().replacing("_", with: "-")
        self.help = help
        self.allowed = allowed
        self.standard = standard
    }

    /// The text for `--help`: purpose, variable, allowed values and default.
    package var optionHelp: String {
        let facts = [variable, allowed, "default: \(standard)"].compactMap { $0 }
        return "\(help) (\(facts.joined(separator: "; ")))".replacing("`", with: "")
    }
}

/// The default of a setting.
package enum SettingDefault: Sendable, Hashable, CustomStringConvertible {
    /// A value, as it would be set.
    case value(String)
    /// A description of the default.
    case words(String)

    package static let none = SettingDefault.words("none")

    package var description: String {
        switch self {
        case .value(let text), .words(let text): text
        }
    }
}

/// How the compose files in `deploy` handle a setting of a service.
package enum ComposeTreatment: Sendable, Hashable {
    /// The value in `deploy/.env` is passed to the container. The default is the program's own, unless one is given.
    case passed(default: String = "")
    /// The compose files set a fixed value.
    case fixed(String)
    /// The image or the container's file system determines it.
    case omitted(because: String)

}
