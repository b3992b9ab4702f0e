//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// Finds programs on `PATH`.
package enum Executable {
    /// The path of a program.
    /// - Throws: A ``TestFailure`` if it does not exist.
    package static func path(_ name: String) throws -> String {
        guard let path = find([name]) else { throw TestFailure("\(name) is not installed") }
        return path
    }

    /// The path of one of our programs, which is built beside the tests.
    /// - Throws: A ``TestFailure`` if it does not exist.
    package static func built(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        var directory = own[...]
        while let slash = directory.lastIndex(of: "/") {
            directory = directory[..<slash]
            let path = "\(directory)/\(name)"
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue {
                return path
            }
        }
        throw TestFailure("\(name) is not built: there is none beside \(own)")
    }

    package static func find(_ names: [String]) -> String? {
        // Servers are not on everybody's PATH.
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin") + ":/usr/sbin"
        for name in names {
            for directory in path.split(separator: ":") {
                let candidate = "\(directory)/\(name)"
                if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            }
        }
        return nil
    }
}

/// Finds the browser for the tests.
package enum Chromium {
    static let names = [
        "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    ]

    /// The path of Chromium or Chrome: `BROWSER_PATH` if set, otherwise the first one on `PATH`.
    /// - Throws: A ``TestFailure`` that names the Debian package if there is none.
    package static var path: String {
        get throws {
            if let path = ProcessInfo.processInfo.environment["BROWSER_PATH"], !path.isEmpty {
                guard FileManager.default.isExecutableFile(atPath: path) else {
                    throw TestFailure("BROWSER_PATH=\(path) is not an executable program")
                }
                return path
            }
            guard let path = Executable.find(Self.names) else {
                throw TestFailure(
                    """
                    No Chromium found: install the Debian package chromium-headless-shell or chromium, or set \
                    BROWSER_PATH to one
                    """
                )
            }
            return path
        }
    }
}
