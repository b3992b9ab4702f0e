//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// The last lines that the browser wrote to its standard error. All of it is drained, so that a chatty browser never
/// blocks on a full pipe, and little is kept.
final class StandardErrorTail: Sendable {
    private static let maximumLength = 4096

    private let bytes = Mutex<[UInt8]>([])

    func append(_ new: UnsafeRawBufferPointer) {
        bytes.withLock { bytes in
            bytes.append(contentsOf: new.suffix(Self.maximumLength))
            bytes.removeFirst(max(0, bytes.count - Self.maximumLength))
        }
    }

    /// The last lines, at most `count`.
    func lines(_ count: Int) -> [String] {
        let text = bytes.withLock { String(decoding: $0, as: UTF8.self) }
        let lines = text.split(whereSeparator: \.isNewline).map(String.init).filter { !$0.isEmpty }
        return Array(lines.suffix(count))
    }
}
