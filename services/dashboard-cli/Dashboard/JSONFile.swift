//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// A file of JSON that is given to a command, such as secrets or a schema.
enum JSONFile {
    /// The largest file, in bytes.
    static let maximumSize = 256 << 10

    /// Reads a file; `-` is the standard input.
    ///
    /// - Parameter what: names it in messages, such as `file of secrets`.
    /// - Throws: ``CommandFailure`` that says what is wrong, and shows nothing of what is in it.
    static func read(_ path: String, _ what: String, _ context: CommandContext) async throws -> JSONValue {
        let bytes: [UInt8]
        do {
            let limit = maximumSize + 1
            bytes = path == "-" ? try await context.input(limit) : try await FileInput.read(path: path, limit: limit)
        } catch let error as UnreadableInput {
            throw failure(path, what, "cannot be read: \(error)")
        }
        guard bytes.count <= maximumSize else { throw failure(path, what, "is larger than 256 KiB") }
        guard let value = try? JSONValue(parsingDocument: bytes) else { throw failure(path, what, "is not valid JSON") }
        return value
    }

    static func failure(_ path: String, _ what: String, _ reason: String) -> CommandFailure {
        CommandFailure(status: .usage, message: "the \(what) \(path) \(reason)")
    }
}
