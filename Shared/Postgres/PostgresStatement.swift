//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import FoundationEssentials

/// A value that is bound to a parameter of a statement.
package enum PostgresValue: Sendable {
    case null

    /// For a parameter of any whole type.
    case integer(Int64)
    case boolean(Bool)

    /// Without U+0000, which PostgreSQL refuses.
    case text(String)
    case bytes(Data)

    package static func optional(_ number: (some BinaryInteger)?) -> Self {
        number.map { .integer(Int64($0)) } ?? .null
    }

    package static func optional(_ text: String?) -> Self { text.map { .text($0) } ?? .null }

    package static func optional(_ bytes: Data?) -> Self { bytes.map { .bytes($0) } ?? .null }
}

extension PostgresValue: ExpressibleByIntegerLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
}

/// One statement and the values of its parameters, `$1`, `$2`, ….
package struct PostgresStatement: Sendable {
    package var sql: String
    package var values: [PostgresValue]

    package init(_ sql: String, _ values: [PostgresValue] = []) {
        self.sql = sql
        self.values = values
    }
}

/// The values of a statement as libpq takes them.
///
/// Texts and bytes go as they are, with their lengths. Numbers are written out, so that the server reads them as the type
/// that stands there.
struct BoundValues {
    private var bytes: [UInt8] = []
    private var offsets: [Int?] = []
    private(set) var lengths: [Int32] = []
    private(set) var formats: [Int32] = []
    private(set) var types: [UInt32] = []

    init(_ values: [PostgresValue]) {
        for value in values {
            switch value {
            case .null: append(nil as [UInt8]?, isText: true, type: 0)
            case .integer(let number): append("\(number)".utf8, isText: true, type: 0)
            case .boolean(let flag): append((flag ? "true" : "false").utf8, isText: true, type: 16)
            case .text(let text): append(text.utf8, isText: false, type: 25)
            case .bytes(let data): append(data, isText: false, type: 17)
            }
        }
    }

    private mutating func append(_ content: (some Sequence<UInt8>)?, isText: Bool, type: UInt32) {
        offsets.append(content == nil ? nil : bytes.count)
        let start = bytes.count
        if let content { bytes.append(contentsOf: content) }
        lengths.append(Int32(clamping: bytes.count - start))
        // What is written out ends with a zero; an empty text must have an address too.
        bytes.append(0)
        formats.append(isText ? 0 : 1)
        types.append(type)
    }

    func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            return body(offsets.map { offset in offset.flatMap { offset in start.map { $0 + offset } } })
        }
    }
}
