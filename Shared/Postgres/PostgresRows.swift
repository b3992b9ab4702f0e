//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CLibpq
package import FoundationEssentials

/// What a statement gave: its rows, and how many it changed.
package final class PostgresRows {
    private let result: OpaquePointer
    private let columns: [String: Int32]

    /// How many rows there are.
    package let count: Int

    /// - Parameter result: Becomes this object's.
    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        var columns: [String: Int32] = [:]
        for column in 0..<PQnfields(result) {
            if let name = PQfname(result, column) { columns[String(cString: name)] = column }
        }
        self.columns = columns
    }

    deinit { PQclear(result) }

    /// How many rows the statement has inserted, changed or removed.
    package var changedCount: Int { PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0 }

    package var first: PostgresRow? { count > 0 ? self[0] : nil }

    package subscript(index: Int) -> PostgresRow { PostgresRow(rows: self, index: Int32(index)) }

    package func map<Value, Failure>(_ body: (PostgresRow) throws(Failure) -> Value) throws(Failure) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        for index in 0..<count { values.append(try body(self[index])) }
        return values
    }

    fileprivate func bytes(_ row: Int32, _ name: String) -> UnsafeRawBufferPointer? {
        guard let column = columns[name] else { preconditionFailure("there is no column \(name)") }
        if PQgetisnull(result, row, column) == 1 { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(result, row, column),
            count: Int(PQgetlength(result, row, column))
        )
    }
}

/// A row. Values are read by the names of their columns; `nil` is `NULL`.
package struct PostgresRow {
    fileprivate let rows: PostgresRows
    fileprivate let index: Int32

    /// A whole number of any size.
    package func integer(_ name: String) -> Int64? {
        rows.bytes(index, name).map { bytes in
            // Big-endian, in two's complement.
            var number: Int64 = bytes.first.map { $0 >= 0x80 ? -1 : 0 } ?? 0
            for byte in bytes { number = number << 8 | Int64(byte) }
            return number
        }
    }

    package func flag(_ name: String) -> Bool? { rows.bytes(index, name).map { $0.first == 1 } }

    package func text(_ name: String) -> String? { rows.bytes(index, name).map { String(decoding: $0, as: UTF8.self) } }

    package func data(_ name: String) -> Data? { rows.bytes(index, name).map { Data($0) } }
}
