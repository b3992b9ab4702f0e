//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Where the files of a context are: those that it downloads, and those that it may upload.
final class ContextFiles: Sendable {
    /// The directory of the downloads; `nil` where there can be none, as in a browser on another machine.
    let directory: String?
    /// Where files may lie that pages are given.
    let uploads: UploadDirectories
    let downloads: Watched<DownloadList>

    init(parent: String?, uploadDirectory: String?, limits: DownloadLimits) {
        directory = parent.map { "\($0)/downloads-\(UUID().uuidString)" }
        uploads = UploadDirectories([uploadDirectory, directory].compactMap { $0 })
        downloads = Watched(DownloadList(limits: limits))
    }

    /// Gives a file that has come its name.
    func finish(_ guid: String, as name: String) -> (path: String?, reason: String?) {
        guard let directory else { return (nil, "there is no place for it") }
        let path = "\(directory)/\(name)"
        do {
            try FileManager.default.moveItem(atPath: "\(directory)/\(guid)", toPath: path)
            return (path, nil)
        } catch {
            return (nil, "it could not be named \(name)")
        }
    }

    func discard(_ guid: String) {
        guard let directory else { return }
        for name in [guid, "\(guid).crdownload"] { try? FileManager.default.removeItem(atPath: "\(directory)/\(name)") }
    }

    /// Whether a file of that id lies here.
    func holds(_ guid: String) -> Bool {
        guard let directory else { return false }
        return FileManager.default.fileExists(atPath: "\(directory)/\(guid)")
            || FileManager.default.fileExists(atPath: "\(directory)/\(guid).crdownload")
    }

    /// Removes the downloads from the disk.
    func remove() {
        if let directory { try? FileManager.default.removeItem(atPath: directory) }
    }
}
