//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Testing

/// A file of `Tests/Recordings` with externally visible output, which the current services must reproduce.
struct RecordedFile {
    /// The name without its ending.
    let name: String

    /// If set to `1`, the tests rewrite the files instead of comparing them.
    static let variable = "RECORD"

    private var path: String {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return tests.appending(path: "Recordings/\(name).txt").path
    }

    /// Expects the recorded text, or records it.
    func expect(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        if ProcessInfo.processInfo.environment[Self.variable] == "1" {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        guard let recorded = try? String(contentsOfFile: path, encoding: .utf8) else {
            Issue.record("there is no \(path); record it with \(Self.variable)=1", sourceLocation: sourceLocation)
            return
        }
        let differences = Self.differences(from: recorded, to: text)
        guard !differences.isEmpty else { return }
        let comment = """
            what the outside sees differs from Tests/Recordings/\(name).txt (- recorded, + now, with the line's number):
            \(differences.joined(separator: "\n"))
            If that is meant: set \(Self.variable)=1, run the test again, and look through the change of the file.
            """
        Issue.record(Comment(rawValue: comment), sourceLocation: sourceLocation)
    }

    /// The differing lines, in order.
    static func differences(from recorded: String, to text: String) -> [String] {
        func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        let changes = lines(text).difference(from: lines(recorded))
        return changes.map { change in
            switch change {
            case .remove(let place, let line, _): (place, 0, "- \(place + 1): \(line)")
            case .insert(let place, let line, _): (place, 1, "+ \(place + 1): \(line)")
            }
        }
        .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
        .map(\.2)
    }
}
