//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Configuration
package import ProgramSettings
import SystemPackage

/// A command-line option for each declared setting of a service, and `--env-file`.
package struct SettingOptions<Catalogue: SettingCatalogue>: ParsableArguments {
    /// The given values, by environment variable.
    package private(set) var values: [String: String] = [:]

    /// The file given by `--env-file`.
    private var filePath: String?

    /// Required by `ParsableArguments`.
    package init() {}

    /// The settings. Options override the environment, which overrides the `.env` file.
    ///
    /// - Throws: ``InvalidSetting`` if a file given by `--env-file` cannot be read.
    package func settings() throws(InvalidSetting) -> Settings {
        let file = try environmentFile()
        return Settings(
            ConfigReader(providers: [
                InMemoryProvider(name: "command line", variables: values), EnvironmentVariablesProvider(),
                EnvironmentVariablesProvider(environmentVariables: file.variables),
            ]),
            namesInFile: file.variables.keys
        )
    }

    private func environmentFile() throws(InvalidSetting) -> EnvironmentFile {
        let path = FilePath(filePath ?? ".env")
        do {
            return try EnvironmentFile(path: path)
        } catch let error as Errno where error == .noSuchFileOrDirectory && filePath == nil {
            return EnvironmentFile("")
        } catch {
            throw InvalidSetting(
                variable: "--env-file",
                value: path.string,
                reason: "must be a file that can be read (\(error))"
            )
        }
    }
}

// ArgumentParser finds the options of a type by reflection, and decodes each under its reflected name. So a type whose
// options are only known at run time can present them through reflection and decode them itself.

extension SettingOptions: CustomReflectable {
    package var customMirror: Mirror {
        Mirror(self, children: Self.options.map { ($0.key.stringValue, $0.option) })
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        for (key, _) in Self.options {
            guard let value = try container.decode(Option<String?>.self, forKey: key).wrappedValue else { continue }
            if key == Self.fileKey {
                filePath = value
            } else {
                values[key.variable] = value
            }
        }
    }

    private static var fileKey: Key { Key(stringValue: "ENV_FILE") }

    private static var options: [(key: Key, option: Option<String?>)] {
        let declared = Catalogue().declarations.flatMap { declaration in
            guard let name = declaration.option else { return [(key: Key, option: Option<String?>)]() }
            let current = Option<String?>(
                name: .customLong(name),
                help: ArgumentHelp(declaration.optionHelp, valueName: "value")
            )
            let former = declaration.formerOptions.map { name in
                (
                    Key(variable: declaration.variable, option: name),
                    Option<String?>(name: .customLong(name), help: .hidden)
                )
            }
            return former + [(Key(stringValue: declaration.variable), current)]
        }
        let file = Option<String?>(
            name: .customLong("env-file"),
            help: ArgumentHelp("A file of NAME=value lines, read if it exists. (default: .env)", valueName: "path")
        )
        return declared + [(fileKey, file)]
    }

    /// The key of an option: the setting's variable, plus the option's name if it is a former one.
    private struct Key: CodingKey, Hashable {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        init(variable: String, option: String) { stringValue = "\(variable) \(option)" }

        var variable: String { String(stringValue.prefix { $0 != " " }) }
    }
}
