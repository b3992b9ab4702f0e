//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A file that the page consists of, embedded in the program.
package struct PageAsset: Sendable {
    /// Its name, without a folder: `run.js`.
    package let name: String

    package let bytes: [UInt8]

    /// All files. Browsers get the modules without the licence header, which would be in each of them.
    static let all = Embedded.files.map { PageAsset(name: $0.key, bytes: Array($0.value.trimmingPrefix(header).utf8)) }

    private static let header = """
        // This source file is part of Stepcast: live steps of browser agents.
        // SPDX-License-Identifier: Apache-2.0


        """

    /// What a browser is told that it is; `nil` for what is not served by itself.
    package var contentType: String? {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: nil
        }
    }
}
