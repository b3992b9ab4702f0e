//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Setting where Value == String {
    /// Any text.
    package static func text(_ variable: String, _ help: String, default standard: String) -> Self {
        Self(variable, help, default: standard, shownAs: .value(standard), show: { $0 }, parse: { $0 })
    }

    /// A text that follows a rule.
    package static func text(
        _ variable: String,
        _ help: String,
        allowed: String,
        default standard: String,
        where isAllowed: @escaping @Sendable (String) -> Bool
    ) -> Self {
        Self(variable, help, allowed: allowed, default: standard, shownAs: .value(standard), show: \.self) {
            text throws(SettingFault) in
            guard isAllowed(text) else { throw .mustBe(allowed) }
            return text
        }
    }
}

extension Setting where Value == String? {
    /// An optional text.
    package static func text(_ variable: String, _ help: String, without words: SettingDefault = .none) -> Self {
        Self(variable, help, default: nil, shownAs: words, show: { $0 ?? "" }, parse: { $0 })
    }
}

extension Setting where Value == Int {
    /// A whole number.
    package static func integer(
        _ variable: String,
        _ help: String,
        in range: ClosedRange<Int>,
        default standard: Int
    ) -> Self {
        let rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        let shown = SettingDefault.value("\(standard)")
        return Self(variable, help, allowed: rule, default: standard, shownAs: shown, show: \.description) {
            text throws(SettingFault) in
            guard let number = Int(text), range.contains(number) else { throw .mustBe(rule) }
            return number
        }
    }
}

extension Setting where Value == Int? {
    /// A whole number, with a default that is none.
    package static func integer(
        _ variable: String,
        _ help: String,
        in range: ClosedRange<Int>,
        without words: String
    ) -> Self {
        let rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Self(
            variable,
            help,
            allowed: rule,
            default: nil,
            shownAs: .words(words),
            show: { $0?.description ?? "" },
            parse: { text throws(SettingFault) in
                guard let number = Int(text), range.contains(number) else { throw .mustBe(rule) }
                return number
            }
        )
    }
}

extension Setting where Value == Double {
    /// A number, which may have a fraction.
    package static func number(
        _ variable: String,
        _ help: String,
        in range: ClosedRange<Double>,
        default standard: Double
    ) -> Self {
        @Sendable func shown(_ number: Double) -> String { number == number.rounded() ? "\(Int(number))" : "\(number)" }
        let rule = "a number from \(shown(range.lowerBound)) to \(shown(range.upperBound))"
        return Self(variable, help, allowed: rule, default: standard, shownAs: .value(shown(standard)), show: shown) {
            text throws(SettingFault) in
            guard let number = Double(text), range.contains(number) else { throw .mustBe(rule) }
            return number
        }
    }
}

extension Setting where Value == Bool {
    /// Yes or no.
    package static func flag(_ variable: String, _ help: String, default standard: Bool) -> Self {
        Self(
            variable,
            help,
            allowed: "1 or 0",
            default: standard,
            shownAs: .value(Flag.shown(standard)),
            show: Flag.shown
        ) {
            text throws(SettingFault) in
            try Flag.parse(text)
        }
    }
}

extension Setting where Value == Bool? {
    /// Yes or no, with a default that depends on other settings.
    package static func flag(_ variable: String, _ help: String, without words: String) -> Self {
        Self(
            variable,
            help,
            allowed: "1 or 0",
            default: nil,
            shownAs: .words(words),
            show: { $0.map(Flag.shown) ?? "" },
            parse: { text throws(SettingFault) in try Flag.parse(text) }
        )
    }
}

extension Setting where Value: CaseIterable & RawRepresentable<String> {
    /// One of several words, in any case.
    ///
    /// - Parameter aliases: Alternative words for some of them.
    package static func choice(
        _ variable: String,
        _ help: String,
        default standard: Value,
        aliases: [String: Value] = [:]
    ) -> Self {
        let rule = Value.allCases.map(\.rawValue).alternatives
        return Self(
            variable,
            help,
            allowed: rule,
            default: standard,
            shownAs: .value(standard.rawValue),
            show: \.rawValue
        ) {
            text throws(SettingFault) in
            let word = text.lowercased()
            let choice = aliases[word] ?? Value.allCases.first { $0.rawValue.lowercased() == word }
            guard let choice else { throw .mustBe(rule) }
            return choice
        }
    }
}

/// The words for yes and no.
private enum Flag {
    static let rule = "1, true, yes or on, or 0, false, no or off"

    static func shown(_ flag: Bool) -> String { flag ? "1" : "0" }

    static func parse(_ text: String) throws(SettingFault) -> Bool {
        switch text.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off": false
        default: throw .mustBe(rule)
        }
    }
}

extension Setting {
    /// A value with its own format. Its text may hold a password, so an error shows only the parser's reason.
    ///
    /// - Parameters:
    ///   - show: The text to log for a value.
    ///   - parse: Parses the text, or throws an error whose description says what is wrong with it.
    package static func form(
        _ variable: String,
        _ help: String,
        default standard: Value,
        shownAs words: SettingDefault,
        show: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) throws -> Value
    ) -> Self {
        Self(variable, help, default: standard, shownAs: words, show: show) { text throws(SettingFault) in
            do {
                return try parse(text)
            } catch let fault as SettingFault {
                throw fault
            } catch {
                throw .because("\(error)")
            }
        }
    }
}

extension Setting {
    /// Values separated by commas or white space.
    package static func list<Element: CustomStringConvertible & Sendable>(
        _ variable: String,
        _ help: String,
        without words: String,
        parse: @escaping @Sendable (Substring) throws -> Element
    ) -> Self where Value == [Element] {
        form(
            variable,
            help,
            default: [],
            shownAs: .words(words),
            show: { $0.map(\.description).joined(separator: ",") },
            parse: { list in try list.split { $0 == "," || $0.isWhitespace }.map(parse) }
        )
    }
}

extension [String] {
    /// `a, b or c`.
    fileprivate var alternatives: String {
        guard let last, count > 1 else { return first ?? "" }
        return "\(dropLast().joined(separator: ", ")) or \(last)"
    }
}
