//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds the browser on this machine.
package enum BrowserExecutable {
    /// The names that are looked for on `PATH`, in order. Without a window the shell comes first, which starts in less than half the
    /// time and takes half the memory; it has no windows.
    package static func names(headless: Bool) -> [String] {
        let shells = ["chromium-headless-shell", "headless-shell"]
        return (headless ? shells : [])
            + ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    }

    static let advice = "install one with: apt-get install chromium-headless-shell (or chromium), or set BROWSER_PATH"

    /// The path of the executable.
    ///
    /// - Parameters:
    ///   - configured: a path, a name to look for, or `nil` for any of ``names(headless:)``.
    ///   - headless: whether it is to run without a window.
    ///   - searchPath: directories separated by colons, as in `PATH`.
    /// - Throws: ``BrowserError`` (`browserNotFound`) that names the package to install.
    package static func find(_ configured: String?, headless: Bool, searchPath: String) throws(BrowserError) -> String {
        let configured = configured?.isEmpty == true ? nil : configured
        if let configured, configured.contains("/") {
            guard isExecutableFile(configured) else {
                throw BrowserError(.browserNotFound, "no browser at \(configured): \(advice)")
            }
            return configured
        }
        let names = configured.map { [$0] } ?? names(headless: headless)
        for name in names {
            for directory in searchPath.split(separator: ":") {
                let path = "\(directory)/\(name)"
                if isExecutableFile(path) { return path }
            }
        }
        throw BrowserError(
            .browserNotFound,
            "no browser found: none of \(names.joined(separator: ", ")) is on PATH; \(advice)"
        )
    }

    private static func isExecutableFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
