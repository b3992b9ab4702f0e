//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Rows as `COPY … (FORMAT binary)` takes them.
package struct CopyRows: Sendable {
    /// How many rows there are.
    package private(set) var count = 0

    private var bytes: [UInt8] =
        Array("PGCOPY\n\u{FF}\r\n\0".unicodeScalars.map { UInt8($0.value) }) + [
            0, 0, 0, 0, 0, 0, 0, 0,
        ]

    package init() {}

    /// Begins a row of so many values, which must follow.
    package mutating func begin(columns: Int) {
        count += 1
        append(Int16(columns))
    }

    /// A number of the column's own size: `Int16` for `smallint`, `Int32` for `integer`, `Int64` for `bigint`.
    package mutating func add(_ number: (some FixedWidthInteger)?) {
        guard let number else { return addNull() }
        append(Int32(number.bitWidth / 8))
        append(number)
    }

    /// A `text` or a `bytea`.
    package mutating func add(_ content: (some Collection<UInt8>)?) {
        guard let content else { return addNull() }
        append(Int32(content.count))
        bytes.append(contentsOf: content)
    }

    package mutating func addNull() { append(Int32(-1)) }

    private mutating func append(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// All of them, with the mark of the end.
    var finished: [UInt8] { bytes + [0xFF, 0xFF] }
}
