//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// A wall clock that child processes take for the system's, and that can be set while they run: Debian's `faketime`.
/// Their steady clock stays the system's.
package struct JumpingClock: Sendable {
    private let file: URL

    /// What the child processes need in their environment.
    package let environment: [String: String]

    /// - Parameter directory: Where the time is kept.
    package init(in directory: TemporaryDirectory) throws {
        let places = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map { "/usr/lib/\($0)/faketime/libfaketime.so.1" }
        guard let library = places.first(where: FileManager.default.fileExists(atPath:)) else {
            throw TestFailure("libfaketime is not installed: install the Debian package faketime")
        }
        let timers = try Executable.built("libSteadyTimers.so")
        file = URL(filePath: directory.file("clock"))
        environment = [
            "LD_PRELOAD": "\(timers) \(library)", "FAKETIME_TIMESTAMP_FILE": file.path, "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1",
        ]
        try jump(to: "+0")
    }

    /// Sets the clock.
    ///
    /// - Parameter offset: How far it is from the system's, such as `-2d` or `+400d`.
    package func jump(to offset: String) throws {
        try Data("\(offset)\n".utf8).write(to: file, options: .atomic)
    }
}
