//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import GRDB
import GRDBSQLite

/// How well a record matches a search: Okapi BM25 with every word of the search weighing the same.
///
/// FTS5's own `bm25()` weighs rare words more, for which it looks through all matches of each word before the first row:
/// hundreds of milliseconds for a common word among ten million records. All words of a search must occur, so that their
/// weights change little.
enum Relevance {
    /// The SQL function's name. Its argument is a table of FTS5; higher is better.
    static let name = "relevance"

    /// Defines the function for a connection.
    static func define(in database: Database) throws {
        let api = UnsafeMutablePointer(mutating: FTS5.api(database))
        let code = name.withCString { api.pointee.xCreateFunction(api, $0, nil, function, nil) }
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    private static let function: fts5_extension_function = { api, context, result, _, _ in
        guard let api = api?.pointee, let context else { return }
        do throws(Failure) {
            sqlite3_result_double(result, try score(api, context))
        } catch {
            sqlite3_result_error_code(result, error.code)
        }
    }

    private struct Failure: Error {
        var code: CInt
    }

    /// The constants that FTS5 has too.
    private static let (saturation, lengthWeight) = (1.2, 0.75)

    private static func score(_ api: Fts5ExtensionApi, _ context: OpaquePointer) throws(Failure) -> Double {
        func value<Value>(_ zero: Value, _ read: (UnsafeMutablePointer<Value>) -> CInt) throws(Failure) -> Value {
            var value = zero
            let code = read(&value)
            guard code == SQLITE_OK else { throw Failure(code: code) }
            return value
        }
        let rows = try value(sqlite3_int64()) { api.xRowCount(context, $0) }
        let allWords = try value(sqlite3_int64()) { api.xColumnTotalSize(context, -1, $0) }
        let words = try value(CInt()) { api.xColumnSize(context, -1, $0) }
        let length = Double(words) * Double(rows) / Double(max(1, allWords))
        var counts = [Double](repeating: 0, count: Int(api.xPhraseCount(context)))
        for index in 0..<(try value(CInt()) { api.xInstCount(context, $0) }) {
            var (phrase, column, offset): (CInt, CInt, CInt) = (0, 0, 0)
            let code = api.xInst(context, index, &phrase, &column, &offset)
            guard code == SQLITE_OK else { throw Failure(code: code) }
            counts[Int(phrase)] += 1
        }
        let scale = saturation * (1 - lengthWeight + lengthWeight * length)
        return counts.reduce(0) { $0 + $1 * (saturation + 1) / ($1 + scale) }
    }
}
