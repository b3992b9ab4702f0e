//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// A virtual environment of Python in the build directory, created by `scripts/test`.
package struct PythonEnvironment: Sendable {
    /// Its folder: `clients` has the libraries of others that the tests check our output with.
    package let name: String

    package init(_ name: String) { self.name = name }

    /// The path of the interpreter.
    ///
    /// - Throws: A ``TestFailure`` that says what installs it.
    package var interpreter: String {
        get throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            var directory = own[...]
            while let slash = directory.lastIndex(of: "/") {
                directory = directory[..<slash]
                let path = "\(directory)/\(name)/bin/python"
                if FileManager.default.isExecutableFile(atPath: path) { return path }
            }
            throw TestFailure("There is no \(name)/bin/python above \(own): run scripts/test, which installs it")
        }
    }

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - program: Its text.
    ///   - arguments: What it finds in `sys.argv`, from 1.
    /// - Returns: Its output.
    /// - Throws: A ``TestFailure`` with its output if it fails.
    @discardableResult
    package func run(
        _ program: String,
        _ arguments: [String] = [],
        timeout: Duration = .seconds(60)
    ) async throws -> String {
        let directory = try TemporaryDirectory(prefix: "stepcast-python")
        defer { directory.remove() }
        let process = try ChildProcess(
            try interpreter,
            ["-c", program] + arguments,
            environment: ["PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"],
            outputPath: directory.file("output")
        )
        let exit = try await process.waitForExit(timeout: timeout)
        guard exit == .exited(0) else { throw TestFailure("Python has ended with \(exit):\n\(process.output)") }
        return process.output
    }
}
