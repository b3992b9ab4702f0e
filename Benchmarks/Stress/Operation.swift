//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a publisher does to Redis in one step, and what of the ledgers that concerns.
struct Operation {
    /// A command on one of the keys of its publisher, which are counted from 1.
    struct Command {
        var name: String
        var key: Int
        var arguments: [String]
    }

    /// Counts the operations of a publisher, from 1. Given when it is sent.
    var number = 0
    var commands: [Command]
    /// Records that it stores, in order: which ledger, and which record there.
    var stored: [(ledger: Int, record: Int)] = []
    var published: [(ledger: Int, record: Int)] = []
    /// What is done to the ledgers when it is sent first.
    var begin: (_ operation: Int, _ now: Int64) -> Void = { _, _ in }

    /// Whether the stream is as before.
    var isMessageOnly: Bool { stored.isEmpty && commands.allSatisfy { $0.name == "PUBLISH" } }

    /// The command that does it.
    ///
    /// - Parameters:
    ///   - keys: The publisher's streams.
    ///   - marker: Where it is noted what was done.
    func command(keys: [String], marker: String) -> [String] {
        let commands = self.commands.map { command in
            "[" + ([command.name, "\(command.key)"] + command.arguments).map(Self.quote).joined(separator: ",") + "]"
        }
        return ["EVAL", Embedded.operateLua, "\(keys.count + 1)"] + keys + [marker, "\(number)"]
            + ["[\(commands.joined(separator: ","))]"]
    }

    private static func quote(_ text: String) -> String {
        let escaped =
            text.utf8.contains { $0 == 34 || $0 == 92 }
            ? text.replacing(#"\"#, with: #"\\"#).replacing("\"", with: #"\""#) : text
        return "\"\(escaped)\""
    }
}
