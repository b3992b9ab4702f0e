//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import ProgramSettings
import SystemPackage

extension Setting where Value == String {
    /// A text that is valid in a Redis key.
    package static func identifier(_ variable: String, _ help: String, default standard: String) -> Self {
        text(variable, help, allowed: Identifier.rule, default: standard) { Identifier(rawValue: $0) != nil }
    }
}

extension Setting where Value == String? {
    /// The path of a readable directory.
    package static func directory(_ variable: String, _ help: String) -> Self {
        let rule = "a directory that can be read"
        return Self(
            variable,
            help,
            allowed: rule,
            default: nil,
            shownAs: .none,
            show: { $0 ?? "" },
            parse: { path throws(SettingFault) in
                do {
                    try FileDescriptor.open(FilePath(path), .readOnly, options: .directory).close()
                    return path
                } catch {
                    throw .mustBe("\(rule) (\(error))")
                }
            }
        )
    }
}

/// A secret in a file, so that it need not be in the environment, which child processes and container inspection
/// expose.
package struct FileSecret: Sendable {
    /// The file's path.
    package let path: String

    /// The first line of the file.
    package let value: String

    fileprivate init(path: String) throws(SettingFault) {
        let lines: [Substring]
        do {
            lines = try String(contentsOf: FilePath(path))
                .split(maxSplits: 1, omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        } catch {
            throw .mustBe("a file that can be read (\(error))")
        }
        guard let line = lines.first, !line.isEmpty else { throw .mustBe("a file whose first line is not empty") }
        self.path = path
        value = String(line)
    }
}

extension Setting where Value == FileSecret? {
    /// A file whose first line is a secret.
    package static func secretFile(_ variable: String, _ help: String) -> Self {
        Self(
            variable,
            help,
            allowed: "a file that can be read",
            default: nil,
            shownAs: .none,
            show: { $0?.path ?? "" },
            parse: { path throws(SettingFault) in try FileSecret(path: path) }
        )
    }
}
