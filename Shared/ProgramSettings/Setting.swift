//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A setting of a program, declared once: its names, what it is for, its default, and how its text is understood.
package struct Setting<Value: Sendable>: Sendable {
    /// What `--help`, the documents and the compose files say of it.
    package private(set) var declaration: SettingDeclaration

    /// What is in force without a value.
    package let standard: Value

    private let parse: @Sendable (String) throws(SettingFault) -> Value
    private let show: @Sendable (Value) -> String

    /// A setting whose text has a form of its own.
    ///
    /// - Parameters:
    ///   - variable: The environment variable.
    ///   - help: What it is for; see ``SettingDeclaration/help``.
    ///   - allowed: What is allowed, as it follows "must be".
    ///   - standard: The value in force without one.
    ///   - standardText: How the documents put that.
    ///   - show: What to log of a value.
    ///   - parse: Understands the text, or throws what is wrong with it.
    package init(
        _ variable: String,
        _ help: String,
        allowed: String? = nil,
        default standard: Value,
        shownAs standardText: SettingDefault,
        show: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) throws(SettingFault) -> Value
    ) {
        declaration = SettingDeclaration(variable: variable, help: help, allowed: allowed, standard: standardText)
        self.standard = standard
        self.show = show
        self.parse = parse
    }

    /// The same with changes in what is said of it.
    package func with(_ change: (inout SettingDeclaration) -> Void) -> Self {
        var setting = self
        change(&setting.declaration)
        return setting
    }

    /// The value of a text. None, or one of white space alone, counts as not set, so that `PORT=` in a compose file
    /// means the default.
    ///
    /// - Throws: ``InvalidSetting`` when the text is not allowed.
    package func value(of text: String?) throws(InvalidSetting) -> Value {
        try reading(of: text).value
    }

    /// The value of a text, and what to log of it; `nil` where the default is in force.
    ///
    /// - Throws: ``InvalidSetting`` when the text is not allowed.
    package func reading(of text: String?) throws(InvalidSetting) -> (value: Value, shown: String?) {
        guard let text = text.flatMap(Self.meaningful) else { return (standard, nil) }
        do {
            let value = try parse(text)
            return (value, declaration.isSecret ? "***" : show(value))
        } catch {
            let isShown = error.showsText && !declaration.isSecret
            throw InvalidSetting(variable: declaration.variable, value: isShown ? text : nil, reason: error.reason)
        }
    }

    /// The value that an environment gives it.
    ///
    /// - Throws: ``InvalidSetting`` when the text is not allowed.
    package func value(in environment: [String: String]) throws(InvalidSetting) -> Value {
        try value(of: environment[declaration.variable])
    }

    /// The text without the white space around it; `nil` when nothing is left.
    private static func meaningful(_ text: String) -> String? {
        let start = text.drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) }
    }
}

/// What is wrong with the text of a setting.
package struct SettingFault: Error {
    /// The reason, as it follows the setting's name and a colon.
    package let reason: String

    /// Whether the text may be shown; in one with a form of its own a password may stand.
    package let showsText: Bool

    /// The text breaks the rule that is shown as what is allowed.
    package static func mustBe(_ rule: String) -> SettingFault {
        SettingFault(reason: "must be \(rule)", showsText: true)
    }

    /// A reason that does not show the text.
    package static func because(_ reason: String) -> SettingFault { SettingFault(reason: reason, showsText: false) }
}

/// A setting with a value that is not allowed. Its description is the one line that a program stops with.
package struct InvalidSetting: Error, Equatable, CustomStringConvertible {
    /// The environment variable, which is also how the documents call the setting.
    package var variable: String

    /// What it was set to; `nil` when that must not be shown.
    package var value: String?

    /// What is wrong: mostly "must be" and what is allowed.
    package var reason: String

    package init(variable: String, value: String? = nil, reason: String) {
        self.variable = variable
        self.value = value
        self.reason = reason
    }

    package var description: String { "\(variable)\(value.map { "=\($0)" } ?? ""): \(reason)" }
}
