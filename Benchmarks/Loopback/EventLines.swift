//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// Splits an event stream into lines incrementally.
package struct EventLines {
    private var unfinished: [UInt8] = []

    /// The maximum length of a line, in bytes.
    private static let limit = 4 << 20

    package init() {}

    /// Reads more input.
    ///
    /// - Parameter take: Receives each complete line without its end. An empty line ends an event.
    /// - Returns: `false` if a line is too long. It is dropped.
    package mutating func read(
        _ input: UnsafeBufferPointer<UInt8>,
        take: (UnsafeBufferPointer<UInt8>) -> Void
    ) -> Bool {
        guard var start = input.baseAddress else { return true }
        let end = start + input.count
        while start < end {
            guard let newline = memchr(start, 0x0A, end - start) else {
                unfinished.append(contentsOf: UnsafeBufferPointer(start: start, count: end - start))
                if unfinished.count <= Self.limit { return true }
                unfinished = []
                return false
            }
            let count = UnsafeRawPointer(newline) - UnsafeRawPointer(start)
            let line = UnsafeBufferPointer(start: start, count: count)
            start += count + 1
            if unfinished.isEmpty {
                take(Self.withoutReturn(line))
            } else {
                unfinished.append(contentsOf: line)
                unfinished.withUnsafeBufferPointer { take(Self.withoutReturn($0)) }
                unfinished.removeAll(keepingCapacity: true)
            }
        }
        return true
    }

    private static func withoutReturn(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        line.last == UInt8(ascii: "\r") ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    }

    /// The value after a field's name (`data:`) and an optional space; `nil` for another field.
    package static func value(
        of name: StaticString,
        in line: UnsafeBufferPointer<UInt8>
    ) -> UnsafeBufferPointer<UInt8>? {
        let count = name.utf8CodeUnitCount
        guard line.count >= count, let base = line.baseAddress, memcmp(base, name.utf8Start, count) == 0 else {
            return nil
        }
        let skipped = line.count > count && base[count] == UInt8(ascii: " ") ? count + 1 : count
        return UnsafeBufferPointer(start: base + skipped, count: line.count - skipped)
    }
}
