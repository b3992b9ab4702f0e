//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a context may download.
package struct DownloadLimits: Sendable, Hashable {
    /// The largest file, in bytes.
    package var fileBytes: Int
    /// All files of a run together, in bytes.
    package var totalBytes: Int
    /// The most files.
    package var count: Int

    package init(fileBytes: Int = 64 << 20, totalBytes: Int = 256 << 20, count: Int = 50) {
        self.fileBytes = fileBytes
        self.totalBytes = totalBytes
        self.count = count
    }
}
