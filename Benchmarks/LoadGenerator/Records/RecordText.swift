//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import Loopback

/// What a record of the load says. It names its run and its number in it, so that a viewer can tell what it misses,
/// and when it was due, so that a viewer can tell how late it is; the rest is filler, which is compared as well.
///
/// ```
/// 📍 Step 1: Navigate to google.com [load 12 345 81234567890123 cdefgh…]
/// ```
enum RecordText {
    /// What a viewer reads out of it.
    struct Content: Equatable {
        /// The run, counted from 0.
        var run: Int
        /// The record's number in its run, counted from 1.
        var seq: Int
        /// When it was due, by ``Clock``.
        var due: Int64
    }

    /// How long a text may be, in bytes.
    static let lengths = 100...100_000

    private static let opening = Array("📍 Step 1: Navigate to google.com ".utf8)
    private static let marker: StaticString = "[load "
    private static let markerStart = UInt8(ascii: "[")
    private static let markerLength = 6
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz".utf8)
    private static let filler = Array((0..<(Self.lengths.upperBound / 26 + 2)).map { _ in Self.alphabet }.joined())

    /// Appends the text of a record, `length` bytes in all.
    static func append(_ content: Content, length: Int, to output: inout [UInt8]) {
        let end = output.count + length
        output.append(contentsOf: opening)
        output.append("\(self.marker)")
        output.append(decimal: content.run)
        output.append(UInt8(ascii: " "))
        output.append(decimal: content.seq)
        output.append(UInt8(ascii: " "))
        output.append(decimal: Int(content.due))
        output.append(UInt8(ascii: " "))
        let start = content.seq % alphabet.count
        output.append(contentsOf: filler[start..<(start + max(0, end - output.count - 1))])
        output.append(UInt8(ascii: "]"))
    }

    /// The text of a record in a line, from behind the marker on.
    ///
    /// - Returns: `nil` when there is none.
    static func find(in line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard var start = line.baseAddress else { return nil }
        let end = start + line.count
        while let found = memchr(start, Int32(markerStart), end - start) {
            start = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
            if end - start >= markerLength, memcmp(start, self.marker.utf8Start, markerLength) == 0 {
                start += markerLength
                return UnsafeBufferPointer(start: start, count: end - start)
            }
            start += 1
        }
        return nil
    }

    /// Reads what follows the marker.
    ///
    /// - Returns: `nil` when any byte of it is not as it was sent.
    static func parse(_ text: UnsafeBufferPointer<UInt8>, length: Int) -> Content? {
        var index = 0
        guard let run = self.number(text, &index), let seq = self.number(text, &index),
            let due = self.number(text, &index)
        else { return nil }
        let rest = length - opening.count - markerLength - index - 1
        guard rest >= 0, index + rest < text.count, text[index + rest] == UInt8(ascii: "]"),
            let base = text.baseAddress
        else { return nil }
        let start = seq % alphabet.count
        let isWhole = self.filler.withUnsafeBufferPointer { filler in
            guard let filler = filler.baseAddress, start + rest <= self.filler.count else { return false }
            return memcmp(filler + start, base + index, rest) == 0
        }
        return isWhole ? Content(run: run, seq: seq, due: Int64(due)) : nil
    }

    /// Reads a number and the space behind it.
    private static func number(_ text: UnsafeBufferPointer<UInt8>, _ index: inout Int) -> Int? {
        var value = 0
        let start = index
        while index < text.count, index - start <= 18 {
            let digit = text[index] &- UInt8(ascii: "0")
            if digit > 9 { break }
            value = value &* 10 &+ Int(digit)
            index += 1
        }
        guard index > start, index < text.count, text[index] == UInt8(ascii: " ") else { return nil }
        index += 1
        return value
    }
}

extension [UInt8] {
    /// Appends a number of 0 or more in decimal.
    mutating func append(decimal number: Int) {
        if number >= 10 { self.append(decimal: number / 10) }
        self.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Appends a number of 0 or more in decimal, with leading zeros.
    mutating func append(decimal number: Int, digits: Int) {
        if digits > 1 { self.append(decimal: number / 10, digits: digits - 1) }
        self.append(UInt8(ascii: "0") + UInt8(number % 10))
    }

    /// Appends text in UTF-8.
    mutating func append(_ text: String) {
        self.append(contentsOf: text.utf8)
    }
}
