//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser

/// The names of the commands, and what somebody may have meant who wrote another.
enum CommandNames {
    static let all = DashboardCLI.configuration.subcommands.compactMap { $0.configuration.commandName }

    /// - Throws: ``CommandFailure`` when the first argument is no command.
    static func check(_ arguments: [String]) throws {
        guard let name = arguments.first, !name.hasPrefix("-"), name != "help", !all.contains(name) else { return }
        throw CommandFailure(status: .usage, message: message(for: name, in: arguments))
    }

    private static func message(for name: String, in arguments: [String]) -> String {
        var message = "there is no command \(name.debugDescription)"
        if let near = Spelling.nearest(to: name, in: all) {
            message += "; did you mean \(near)?"
        } else if arguments.count > 1 || name.contains(where: \.isWhitespace) {
            let task = arguments.prefix { !$0.hasPrefix("-") }.joined(separator: " ")
            message += "; to start a run: dashboard-cli run \(Shell.quoted(task))"
        }
        return message + "\nThe commands are \(all.joined(separator: ", ")). See dashboard-cli --help."
    }
}

/// Words as a shell takes them.
enum Shell {
    /// The text, in quotation marks where the shell would make something else of it.
    static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-._:/@%+=,[]".utf8.contains(byte)
            }
        }
        return isPlain && !text.isEmpty ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
