//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import TestSupport
import Testing

/// A part of a document that is generated from the declarations, between two marker lines.
struct GeneratedBlock {
    /// Relative to the repository's root.
    let path: String
    let begin: String
    let end: String

    /// Compares the part with the expected text, or rewrites it with `STEPCAST_UPDATE_DOCUMENTS=1`.
    func check(_ expected: String) throws {
        let file = RepositoryFile(path)
        let text = try file.read()
        guard let head = text.range(of: begin), let tail = text.range(of: end, range: head.upperBound..<text.endIndex)
        else {
            Issue.record("\(path) has no lines \(begin) and \(end)")
            return
        }
        let current = text[head.upperBound..<tail.lowerBound]
        guard current != "\n\(expected)" else { return }
        if ProcessInfo.processInfo.environment["STEPCAST_UPDATE_DOCUMENTS"] == "1" {
            try file.write(text.replacingCharacters(in: head.upperBound..<tail.lowerBound, with: "\n\(expected)"))
        } else {
            Issue.record(
                """
                \(path) differs from the declarations. To rewrite it: \
                STEPCAST_UPDATE_DOCUMENTS=1 swift test --filter SettingsTests
                """
            )
        }
    }
}

struct RepositoryFile {
    private let url: URL

    /// - Parameter path: From the root.
    init(_ path: String) {
        url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(path)").standardized
    }

    func read() throws -> String { try String(contentsOf: url, encoding: .utf8) }

    func write(_ text: String) throws { try Data(text.utf8).write(to: url) }
}
