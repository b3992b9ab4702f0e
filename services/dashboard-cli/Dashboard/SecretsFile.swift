//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The secrets of a run, which are given in a file: on a command line everybody on the machine can read them.
enum SecretsFile {
    /// The largest file, in bytes.
    static let maximumSize = 256 << 10

    /// Reads a file; `-` is the standard input.
    ///
    /// - Throws: ``CommandFailure`` that says what is wrong, and shows nothing of what is in it.
    static func read(_ path: String, _ context: CommandContext) async throws -> SensitiveData {
        let bytes: [UInt8]
        do {
            let limit = maximumSize + 1
            bytes = path == "-" ? try await context.input(limit) : try await FileInput.read(path: path, limit: limit)
        } catch let error as UnreadableFile {
            throw failure(path, "cannot be read: \(error)")
        }
        guard bytes.count <= maximumSize else { throw failure(path, "is larger than 256 KiB") }
        guard let value = try? JSONValue(parsing: bytes) else { throw failure(path, "is no valid JSON") }
        guard let data = SensitiveData(value) else {
            throw failure(
                path,
                "must hold an object of domains, each with an object of names and strings, or one of names and strings"
            )
        }
        return data
    }

    private static func failure(_ path: String, _ reason: String) -> CommandFailure {
        CommandFailure(status: .usage, message: "the file of secrets \(path) \(reason)")
    }
}
