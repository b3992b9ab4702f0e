//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
public import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Writes a service's own log to standard error, a line a message.
public struct ServiceLogHandler: LogHandler {
    /// The least severe level that is written.
    public var logLevel: Logger.Level

    /// What every line carries.
    public var metadata: Logger.Metadata = [:]

    private let label: String
    private let format: LogFormat

    /// A handler for one logger.
    public init(label: String, format: LogFormat, level: Logger.Level) {
        self.label = label
        self.format = format
        self.logLevel = level
    }

    /// A value of the metadata that every line carries.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    /// Writes a line.
    public func log(event: LogEvent) {
        let metadata = self.metadata.merging(event.metadata ?? [:]) { _, own in own }
        var line: [UInt8]
        switch self.format {
        case .text: line = self.text(event, metadata)
        case .json: line = self.json(event, metadata)
        }
        line.append(UInt8(ascii: "\n"))
        // One write a line, so that lines of several threads do not mix. A log that cannot be written is no reason to stop.
        line.withUnsafeBytes { bytes in
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
    }

    private func text(_ event: LogEvent, _ metadata: Logger.Metadata) -> [UInt8] {
        var line = "\(Timestamp.now().iso8601) \(event.level.rawValue.uppercased()) \(self.label): \(event.message)"
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { line += " \(key)=\(value)" }
        if let error = event.error { line += " error=\(error)" }
        // What comes from outside must not be able to forge a line.
        return line.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }
    }

    private func json(_ event: LogEvent, _ metadata: Logger.Metadata) -> [UInt8] {
        var writer = JSONWriter()
        writer.field("timestamp", Timestamp.now().iso8601)
        writer.field("level", event.level.rawValue)
        writer.field("service", self.label)
        writer.field("message", "\(event.message)")
        if let error = event.error { writer.field("error", "\(error)") }
        if !metadata.isEmpty {
            writer.field("metadata", .object(metadata.mapValues { .string("\($0)") }))
        }
        return writer.finish()
    }
}
