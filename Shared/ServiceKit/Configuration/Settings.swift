//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import Configuration
import Logging
import SystemPackage

/// Reads a service's settings by the names of their environment variables, checks each, and remembers what came out.
///
/// Where a value comes from is the reader's affair: command-line option before environment before `.env` file. An empty
/// value counts as none, so that `PORT=` in a compose file means the default.
package struct Settings {
    /// What is in force, in the order in which it was read, secrets masked: for the log at start.
    package private(set) var effective: [(variable: String, value: String)] = []

    private let reader: ConfigReader

    /// The names in the `.env` file.
    private let namesInFile: [String]

    private var notes: [String] = []

    /// Settings from a reader's providers.
    ///
    /// - Parameter namesInFile: The names in the `.env` file, which may be misspelt.
    package init(_ reader: ConfigReader, namesInFile: some Sequence<String> = []) {
        self.reader = reader
        self.namesInFile = namesInFile.sorted()
    }

    /// What whoever has set this should know, each on a line. To be looked at when all settings have been read.
    package var warnings: [String] {
        let known = effective.map(\.variable)
        return notes
            + namesInFile.compactMap { name in
                // A file may be shared with other programs: only what looks like a slip is worth a word.
                guard !known.contains(name), let near = Spelling.nearest(to: name, in: known, slips: 2) else {
                    return nil
                }
                return "\(name) in the .env file is no setting; did you mean \(near)?"
            }
    }

    /// Notes something that whoever has set this should know.
    package mutating func warn(_ text: String) { notes.append(text) }

    /// Settings from variables alone, as the tests have them.
    package init(_ variables: [String: String]) {
        self.init(ConfigReader(provider: InMemoryProvider(variables: variables)))
    }

    /// A text, or `nil` when the variable is not set.
    ///
    /// - Parameters:
    ///   - isSecret: Whether the value must not be shown.
    ///   - otherwise: What counts without one, to be shown.
    package mutating func optionalText(
        _ variable: String,
        isSecret: Bool = false,
        otherwise: String = "(none)"
    ) -> String? {
        let value = self.value(of: variable)
        effective.append((variable, value.map { isSecret ? "***" : $0 } ?? otherwise))
        return value
    }

    /// The path of a directory that exists, or `nil` when the variable is not set.
    ///
    /// - Throws: ``InvalidSetting`` when there is no such directory, or it cannot be read.
    package mutating func optionalDirectory(_ variable: String) throws(InvalidSetting) -> String? {
        guard let path = optionalText(variable) else { return nil }
        do {
            try FileDescriptor.open(FilePath(path), .readOnly, options: .directory).close()
            return path
        } catch {
            throw InvalidSetting(variable: variable, value: path, allowed: "a directory that can be read (\(error))")
        }
    }

    /// A text.
    package mutating func text(_ variable: String, default standard: String) -> String {
        let value = self.value(of: variable) ?? standard
        effective.append((variable, value))
        return value
    }

    /// A whole number.
    ///
    /// - Throws: ``InvalidSetting`` when it is none, or out of range.
    package mutating func integer(
        _ variable: String,
        in range: ClosedRange<Int>,
        default standard: Int
    ) throws(InvalidSetting) -> Int {
        let rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return try parsed(variable, allowed: rule, default: standard) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// A number.
    ///
    /// - Throws: ``InvalidSetting`` when it is none, or out of range.
    package mutating func number(
        _ variable: String,
        in range: ClosedRange<Double>,
        default standard: Double
    ) throws(InvalidSetting) -> Double {
        let rule = "a number from \(range.lowerBound) to \(range.upperBound)"
        return try parsed(variable, allowed: rule, default: standard) { text in
            Double(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Yes or no.
    ///
    /// - Throws: ``InvalidSetting`` when it is neither.
    package mutating func flag(_ variable: String, default standard: Bool) throws(InvalidSetting) -> Bool {
        try parsed(variable, allowed: "1, true, yes, on, or 0, false, no, off", default: standard) { text in
            switch text.lowercased() {
            case "1", "true", "yes", "on": true
            case "0", "false", "no", "off": false
            default: nil
            }
        }
    }

    /// One of a few words, in any case.
    ///
    /// - Parameter aliases: Other words for some of them.
    /// - Throws: ``InvalidSetting`` when it is another.
    package mutating func choice<Choice>(
        _ variable: String,
        default standard: Choice,
        aliases: [String: Choice] = [:]
    ) throws(InvalidSetting) -> Choice where Choice: CaseIterable & RawRepresentable<String> {
        let names = Choice.allCases.map(\.rawValue)
        let choice = try parsed(variable, allowed: names.joined(separator: ", "), default: standard.rawValue) {
            text in
            let word = text.lowercased()
            return aliases[word]?.rawValue ?? (names.contains(word) ? word : nil)
        }
        return Choice(rawValue: choice) ?? standard
    }

    /// A name that may stand in a Redis key.
    ///
    /// - Throws: ``InvalidSetting`` when it breaks the rule of identifiers.
    package mutating func identifier(
        _ variable: String,
        default standard: String
    ) throws(InvalidSetting) -> String {
        try parsed(variable, allowed: Identifier.rule, default: standard) { Identifier(rawValue: $0)?.rawValue }
    }

    /// The first line of the file that the variable names, or `nil` when the variable is not set: a secret that should
    /// not be in the environment, where every child process and whoever inspects a container sees it.
    ///
    /// - Throws: ``InvalidSetting`` when the file cannot be read, or its first line is empty.
    package mutating func firstLine(ofFile variable: String) throws(InvalidSetting) -> String? {
        guard let path = self.value(of: variable) else {
            effective.append((variable, "(none)"))
            return nil
        }
        let line: Substring?
        do {
            line = try String(contentsOf: FilePath(path)).split(
                maxSplits: 1,
                omittingEmptySubsequences: false,
                whereSeparator: \.isNewline
            ).first
        } catch {
            throw InvalidSetting(variable: variable, value: path, allowed: "a file that can be read (\(error))")
        }
        guard let line, !line.isEmpty else {
            throw InvalidSetting(variable: variable, value: path, allowed: "a file whose first line is not empty")
        }
        effective.append((variable, path))
        return String(line)
    }

    /// A value with a form of its own.
    ///
    /// - Parameters:
    ///   - parse: Understands the text, or throws an error whose description says what is wrong with it.
    ///   - show: What to log of it; the text itself unless told.
    /// - Throws: ``InvalidSetting`` with the parser's reason.
    package mutating func value<Value>(
        _ variable: String,
        default standard: String,
        show: (Value) -> String,
        parse: (String) throws -> Value
    ) throws(InvalidSetting) -> Value {
        let text = self.value(of: variable) ?? standard
        do {
            let value = try parse(text)
            effective.append((variable, show(value)))
            return value
        } catch {
            // The text itself stays out of the message: it may hold a password.
            throw InvalidSetting(variable: variable, value: nil, allowed: "\(error)")
        }
    }

    private mutating func parsed<Value>(
        _ variable: String,
        allowed: String,
        default standard: Value,
        parse: (String) -> Value?
    ) throws(InvalidSetting) -> Value {
        guard let text = self.value(of: variable) else {
            effective.append((variable, "\(standard)"))
            return standard
        }
        guard let value = parse(text) else { throw InvalidSetting(variable: variable, value: text, allowed: allowed) }
        effective.append((variable, "\(value)"))
        return value
    }

    private func value(of variable: String) -> String? {
        guard let text = reader.string(forKey: ConfigKey(variable: variable)) else { return nil }
        let trimmed = text.trimmingWhitespace()
        return trimmed.isEmpty ? nil : trimmed
    }
}

/// A setting that makes no sense. Its description is the one line that a service stops with.
package struct InvalidSetting: Error, Equatable, CustomStringConvertible {
    /// The environment variable, which is also how the documents call the setting.
    package var variable: String

    /// What it was set to; `nil` when that must not be shown.
    package var value: String?

    /// What is allowed, or what is wrong.
    package var allowed: String

    /// Puts the error together.
    package init(variable: String, value: String?, allowed: String) {
        self.variable = variable
        self.value = value
        self.allowed = allowed
    }

    /// Names the variable, the value and what is allowed.
    package var description: String {
        if let value = self.value {
            "\(variable)=\(value) makes no sense; allowed: \(allowed)".onOneLine
        } else {
            "\(variable) makes no sense: \(allowed)".onOneLine
        }
    }
}

extension ConfigKey {
    /// `REDIS_URL` → `redis.url`, which the environment's provider turns back into `REDIS_URL`.
    init(variable: String) {
        self.init(variable.lowercased().split(separator: "_").map(String.init))
    }
}

extension InMemoryProvider {
    /// A provider of values under the names of environment variables.
    package init(name: String? = nil, variables: [String: String]) {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (variable, value) in variables {
            values[AbsoluteConfigKey(ConfigKey(variable: variable))] = ConfigValue(.string(value), isSecret: false)
        }
        self.init(name: name, values: values)
    }
}

extension String {
    fileprivate func trimmingWhitespace() -> String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
