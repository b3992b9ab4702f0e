//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import Synchronization

/// A log that a test can read.
final class CapturedLog: Sendable {
    private let lines = Mutex<[String]>([])

    /// The logged messages with their levels.
    var text: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "spool") { _ in Handler(log: self) } }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            self.log.lines.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}
