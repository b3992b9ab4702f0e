//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The secrets of a run, which are given in a file: on a command line everybody on the machine can read them.
enum SecretsFile {
    /// Reads a file; `-` is the standard input.
    ///
    /// - Throws: ``CommandFailure`` that says what is wrong, and shows nothing of what is in it.
    static func read(_ path: String, _ context: CommandContext) async throws -> SensitiveData {
        let what = "file of secrets"
        guard let data = SensitiveData(try await JSONFile.read(path, what, context)) else {
            throw JSONFile.failure(
                path,
                what,
                "must hold an object of domains, each with an object of names and strings, or one of names and strings"
            )
        }
        return data
    }
}
