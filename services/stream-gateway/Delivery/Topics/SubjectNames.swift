//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Keys
package import NIOCore

/// Which run or batch a stream in Redis belongs to, by its name.
package struct SubjectNames: Sendable {
    private let run: (start: [UInt8], end: [UInt8])
    private let batch: (start: [UInt8], end: [UInt8])

    /// Patterns that the names of all streams match, and others too.
    package let patterns: [String]

    /// - Parameter prefix: The setting `REDIS_STREAM`.
    package init(prefix: String) {
        // What stands around an identifier, whichever that is.
        func parts(_ name: (Identifier) -> String) -> (start: String, end: String) {
            guard let sample = Identifier(rawValue: "sample-of-a-name") else { return ("", "") }
            let text = name(sample)
            guard let range = text.ranges(of: sample.rawValue).last else { return (text, "") }
            return (String(text[..<range.lowerBound]), String(text[range.upperBound...]))
        }
        let keys = Keyspace(prefix: prefix)
        let ofRun = parts { keys.run($0).stream }
        let ofBatch = parts { keys.batch($0).stream }
        run = (Array(ofRun.start.utf8), Array(ofRun.end.utf8))
        batch = (Array(ofBatch.start.utf8), Array(ofBatch.end.utf8))
        patterns = [ofRun, ofBatch].map { Self.escaped($0.start) + "*" + Self.escaped($0.end) }
    }

    /// The text as part of a pattern, where it stands for itself.
    private static func escaped(_ text: String) -> String {
        text.map { "*?[]^\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    /// - Returns: `nil` for a name that is none of a stream of ours.
    package func subject(of name: ByteBuffer) -> Subject? {
        subject(of: name.readableBytesView)
    }

    package func subject(of name: some Collection<UInt8>) -> Subject? {
        func identifier(_ parts: (start: [UInt8], end: [UInt8])) -> Identifier? {
            let count = name.count - parts.start.count - parts.end.count
            guard count > 0, name.starts(with: parts.start), name.suffix(parts.end.count).elementsEqual(parts.end)
            else { return nil }
            return Identifier(
                rawValue: String(decoding: name.dropFirst(parts.start.count).prefix(count), as: UTF8.self)
            )
        }
        return identifier(run).map(Subject.run) ?? identifier(batch).map(Subject.batch)
    }
}
