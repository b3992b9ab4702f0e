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
    /// The values that were given, by the settings' variables.
    package private(set) var values: [String: String] = [:]

    /// The file that was named by `--env-file`.
    private var filePath: String?

    /// What a parser needs.
    package init() {}

    /// The settings: these options, before the environment, before the `.env` file.
    ///
    /// - Throws: ``InvalidSetting`` when a file that was asked for cannot be read.
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

// ArgumentParser finds the options of a type by reflection, and decodes each by the name that reflection gave. So a type
// can have options that are only known as values: it shows them to reflection and decodes them itself.

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
            help: ArgumentHelp("A file of NAME=value lines, read where it exists. (default: .env)", valueName: "path")
        )
        return declared + [(fileKey, file)]
    }

    /// Under what an option is found: the setting's variable, and for an earlier name of the option that name too.
    private struct Key: CodingKey, Hashable {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
        init(variable: String, option: String) { stringValue = "\(variable) \(option)" }

        var variable: String { String(stringValue.prefix { $0 != " " }) }
    }
}
