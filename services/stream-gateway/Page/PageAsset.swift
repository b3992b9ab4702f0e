//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CPageAssets

/// A file that the page consists of, embedded in the program.
package struct PageAsset: Sendable {
    /// Its name, without a folder: `run.js`.
    package let name: String

    /// What is in it.
    package let bytes: [UInt8]

    /// All files, in no particular order.
    static let all: [PageAsset] = UnsafeBufferPointer(start: page_assets(), count: page_assets_count()).map { entry in
        PageAsset(
            name: String(cString: entry.name),
            bytes: Array(UnsafeBufferPointer(start: entry.bytes, count: entry.length))
        )
    }

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
