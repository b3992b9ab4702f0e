//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The words of a record with their positions, as PostgreSQL's `tsvector` is sent.
///
/// A `tsvector` has bounds: 1 MiB, positions up to 16,383, and 255 of them for each word. What is beyond is found by its
/// words, not by phrases; of what is beyond 1 MiB, the words that come last are left out.
struct WordVector {
    private struct Word {
        var start: Int
        var count: Int
        var position: Int
    }

    private var bytes: [UInt8] = []
    private var words: [Word] = []
    private var position = 0

    /// The bounds of a `tsvector`, the last one with room for padding.
    private static let limits = (position: 16_383, positions: 255, word: 2000, bytes: 1_000_000)

    /// Begins another text. A phrase does not go from one to the next.
    mutating func beginText() { if position > 0 { position += 1 } }

    mutating func add(_ word: UnsafeRawBufferPointer) {
        let word = Self.shortened(word)
        position += 1
        words.append(Word(start: bytes.count, count: word.count, position: min(position, Self.limits.position)))
        bytes.append(contentsOf: word)
    }

    /// The beginning of a word that is too long, in whole characters.
    static func shortened(_ word: UnsafeRawBufferPointer) -> Slice<UnsafeRawBufferPointer> {
        var end = min(word.count, limits.word)
        while end < word.count, end > 0, word[end] & 0xC0 == 0x80 { end -= 1 }
        return word[..<end]
    }

    /// In the order of PostgreSQL, each word once with its positions.
    var encoded: [UInt8] {
        let sorted = bytes.withUnsafeBytes { buffer in
            words.sorted { left, right in
                let order = Self.compare(left, right, buffer)
                return order == 0 ? left.start < right.start : order < 0
            }
        }
        let groups = bounded(groups(of: sorted), of: sorted)
        var vector: [UInt8] = []
        vector.reserveCapacity(bytes.count + 8 * words.count + 4)
        func append(_ number: Int, bytes: Int) {
            for shift in stride(from: 8 * (bytes - 1), through: 0, by: -8) {
                vector.append(UInt8(truncatingIfNeeded: number >> shift))
            }
        }
        append(groups.count, bytes: 4)
        for group in groups {
            let word = sorted[group.lowerBound]
            vector += bytes[word.start..<word.start + word.count]
            vector.append(0)
            let place = vector.count
            append(0, bytes: 2)
            var count = 0
            var last = 0
            for word in sorted[group] where count < Self.limits.positions && word.position != last {
                append(word.position, bytes: 2)
                (count, last) = (count + 1, word.position)
            }
            vector[place + 1] = UInt8(count)
        }
        return vector
    }

    /// Where each word stands among the sorted ones.
    private func groups(of sorted: [Word]) -> [Range<Int>] {
        var groups: [Range<Int>] = []
        groups.reserveCapacity(sorted.count)
        bytes.withUnsafeBytes { buffer in
            for index in sorted.indices {
                if let last = groups.last, Self.compare(sorted[last.lowerBound], sorted[index], buffer) == 0 {
                    groups[groups.count - 1] = last.lowerBound..<index + 1
                } else {
                    groups.append(index..<index + 1)
                }
            }
        }
        return groups
    }

    private static func compare(_ left: Word, _ right: Word, _ buffer: UnsafeRawBufferPointer) -> Int32 {
        guard let start = buffer.baseAddress else { return 0 }
        let order = memcmp(start + left.start, start + right.start, min(left.count, right.count))
        return order == 0 ? Int32(left.count - right.count) : order
    }

    /// Leaves out what is too much for one `tsvector`.
    private func bounded(_ groups: [Range<Int>], of sorted: [Word]) -> [Range<Int>] {
        func size(_ group: Range<Int>) -> Int {
            sorted[group.lowerBound].count + 4 + 2 * min(group.count, Self.limits.positions)
        }
        if groups.reduce(0, { $0 + size($1) }) <= Self.limits.bytes { return groups }
        var left = Self.limits.bytes
        var end = bytes.count
        for group in groups.sorted(by: { sorted[$0.lowerBound].start < sorted[$1.lowerBound].start }) {
            left -= size(group)
            if left < 0 {
                end = sorted[group.lowerBound].start
                break
            }
        }
        return groups.filter { sorted[$0.lowerBound].start < end }
    }
}
