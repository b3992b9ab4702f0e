//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import Configuration
package import ProgramSettings

/// Reads a service's settings, validates each, and records the values in force.
///
/// The reader's providers determine the precedence: command-line option, environment, `.env` file.
package struct Settings {
    /// The values in force in reading order, with secrets masked, for the log at startup.
    package private(set) var effective: [(variable: String, value: String)] = []

    private let reader: ConfigReader

    /// The names in the `.env` file.
    private let namesInFile: [String]

    private var notes: [String] = []

    /// Reads settings through a reader's providers.
    ///
    /// - Parameter namesInFile: The names in the `.env` file, to be checked for misspellings.
    package init(_ reader: ConfigReader, namesInFile: some Sequence<String> = []) {
        self.reader = reader
        self.namesInFile = namesInFile.sorted()
    }

    /// Settings from variables alone, for tests.
    package init(_ variables: [String: String]) {
        self.init(ConfigReader(provider: InMemoryProvider(variables: variables)))
    }

    /// Reads a setting.
    ///
    /// - Parameter otherwise: The effective default to log, if it depends on other settings.
    /// - Throws: ``InvalidSetting`` if the value is not allowed.
    package mutating func read<Value>(
        _ setting: Setting<Value>,
        otherwise: String? = nil
    ) throws(InvalidSetting) -> Value {
        let variable = setting.declaration.variable
        let (value, shown) = try setting.reading(of: reader.string(forKey: ConfigKey(variable: variable)))
        effective.append((variable, shown ?? otherwise ?? setting.declaration.standard.logged))
        return value
    }

    /// Adds a warning about the settings.
    package mutating func warn(_ text: String) { notes.append(text) }

    /// All warnings about the settings, complete once all settings have been read.
    package var warnings: [String] {
        notes
            + unknownNames.compactMap { name in
                Spelling.nearest(to: name, in: effective.map(\.variable), slips: 2).map {
                    "\(name) in the .env file is not a setting; did you mean \($0)?"
                }
            }
    }

    /// The names in the `.env` file that are not settings of this program, complete once all settings have been read.
    package var unknownNames: [String] {
        let known = Set(effective.map(\.variable))
        return namesInFile.filter { !known.contains($0) }
    }
}

extension ConfigKey {
    /// `REDIS_URL` → `redis.url`, which the environment's provider turns back into `REDIS_URL`.
    init(variable: String) {
        self.init(variable.lowercased().split(separator: "_").map(String.init))
    }
}

extension InMemoryProvider {
    /// A provider of values by the names of environment variables.
    package init(name: String? = nil, variables: [String: String]) {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for (variable, value) in variables {
            values[AbsoluteConfigKey(ConfigKey(variable: variable))] = ConfigValue(.string(value), isSecret: false)
        }
        self.init(name: name, values: values)
    }
}

extension SettingDefault {
    /// The default as the log at startup shows it.
    fileprivate var logged: String {
        switch self {
        case .value(let text): text
        case .words(let text): "(\(text))".replacing("`", with: "")
        }
    }
}
