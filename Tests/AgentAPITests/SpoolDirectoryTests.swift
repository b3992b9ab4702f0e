//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import ServiceTesting
import TestSupport
import Testing

@Suite("A SPOOL_DIRECTORY")
struct SpoolDirectoryTests {
    @Test("That is not writable prevents the start with one line that names it")
    func unwritable() async throws {
        try await withTemporaryDirectory { directory in
            try Data().write(to: URL(filePath: directory.file("file")))
            let spool = directory.file("file/spool")
            let process = try ChildProcess(
                try Executable.built("agent-api"),
                ["--env-file", directory.file("file"), "--port", "0", "--spool-directory", spool],
                outputPath: directory.file("log")
            )
            #expect(try await process.waitForExit() == .exited(2))
            let lines = process.output.split(separator: "\n")
            #expect(lines.count == 1, "\(lines)")
            #expect(lines.first?.hasPrefix("agent-api: SPOOL_DIRECTORY: \(spool)") == true, "\(lines)")
        }
    }
}
