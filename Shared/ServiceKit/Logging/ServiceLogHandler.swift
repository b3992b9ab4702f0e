//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes a service's own log to standard error, one line per message.
package struct ServiceLogHandler: LogHandler {
    /// The lowest level that is written.
    package var logLevel: Logger.Level

    /// The metadata on every line.
    package var metadata: Logger.Metadata = [:]

    private let label: String
    private let format: LogFormat

    package init(label: String, format: LogFormat, level: Logger.Level) {
        self.label = label
        self.format = format
        logLevel = level
    }

    /// A metadata value on every line.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        // One write per line, so that lines of several threads do not mix. A failed write is ignored.
        self.line(for: event, at: .now()).withUnsafeBytes { bytes in
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    /// The line with its line feed.
    func line(for event: LogEvent, at time: Timestamp) -> [UInt8] {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { _, own in own }
        var line =
            switch format {
            case .text: text(event, metadata, time)
            case .json: json(event, metadata, time)
            }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private func text(_ event: LogEvent, _ metadata: Logger.Metadata, _ time: Timestamp) -> [UInt8] {
        var line = "\(time.iso8601) \(event.level.rawValue.uppercased()) \(label): \(event.message)"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        if let error = event.error { line += " error=\(error)" }
        return Array(line.onOneLine.utf8)
    }

    private func json(_ event: LogEvent, _ metadata: Logger.Metadata, _ time: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        writer.field("timestamp", time.iso8601)
        writer.field("level", event.level.rawValue)
        writer.field("service", label)
        writer.field("message", "\(event.message)")
        if let error = event.error { writer.field("error", "\(error)") }
        if !metadata.isEmpty {
            writer.field("metadata", .object(metadata.mapValues { .string("\($0)") }))
        }
        return writer.finish()
    }
}
