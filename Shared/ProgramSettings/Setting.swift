//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A setting of a program, declared once: its names, purpose, default, and parser.
package struct Setting<Value: Sendable>: Sendable {
    /// What `--help`, the documents and the compose files say about it.
    package private(set) var declaration: SettingDeclaration

    /// The default value.
    package let standard: Value

    private let parse: @Sendable (String) throws(SettingFault) -> Value
    private let show: @Sendable (Value) -> String

    /// A setting whose text has its own format.
    ///
    /// - Parameters:
    ///   - variable: The environment variable.
    ///   - help: Its purpose; see ``SettingDeclaration/help``.
    ///   - allowed: What is allowed, phrased to follow "must be".
    ///   - standard: The default value.
    ///   - standardText: The default as the documents show it.
    ///   - show: The text to log for a value.
    ///   - parse: Parses the text, or throws what is wrong with it.
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

    /// A copy with a changed declaration.
    package func with(_ change: (inout SettingDeclaration) -> Void) -> Self {
        var setting = self
        change(&setting.declaration)
        return setting
    }

    /// The value of a text. A missing or blank text counts as not set, so that `PORT=` in a compose file means the
    /// default.
    ///
    /// - Throws: ``InvalidSetting`` if the text is not allowed.
    package func value(of text: String?) throws(InvalidSetting) -> Value {
        try reading(of: text).value
    }

    /// The value of a text, and the text to log for it; `nil` if the default is used.
    ///
    /// - Throws: ``InvalidSetting`` if the text is not allowed.
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

    /// The setting's value in an environment.
    ///
    /// - Throws: ``InvalidSetting`` if the text is not allowed.
    package func value(in environment: [String: String]) throws(InvalidSetting) -> Value {
        try value(of: environment[declaration.variable])
    }

    /// The trimmed text; `nil` if nothing is left.
    private static func meaningful(_ text: String) -> String? {
        let start = text.drop(while: \.isWhitespace)
        return start.lastIndex { !$0.isWhitespace }.map { String(start[...$0]) }
    }
}

/// What is wrong with the text of a setting.
package struct SettingFault: Error {
    /// The reason, phrased to follow the setting's name and a colon.
    package let reason: String

    /// Whether the text may be shown. A text with its own format may contain a password.
    package let showsText: Bool

    /// The text breaks the rule, which the message shows.
    package static func mustBe(_ rule: String) -> SettingFault {
        SettingFault(reason: "must be \(rule)", showsText: true)
    }

    /// A reason that does not show the text.
    package static func because(_ reason: String) -> SettingFault { SettingFault(reason: reason, showsText: false) }
}

/// A setting with a value that is not allowed. Its description is the one line that the program exits with.
package struct InvalidSetting: Error, Equatable, CustomStringConvertible {
    /// The environment variable, by which the documents name the setting.
    package var variable: String

    /// The value; `nil` if it must not be shown.
    package var value: String?

    /// What is wrong: usually "must be" and what is allowed.
    package var reason: String

    package init(variable: String, value: String? = nil, reason: String) {
        self.variable = variable
        self.value = value
        self.reason = reason
    }

    package var description: String { "\(variable)\(value.map { "=\($0)" } ?? ""): \(reason)" }
}
