//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A type that is a JSON object to the outside: its `CodingKeys` are the names of the fields in their order, for reading
/// and for writing.
package protocol JSONObject: Codable {}

extension JSONObject {
    /// The object as JSON. Two equal values are the same bytes.
    package var json: [UInt8] {
        do {
            return try JSONWriter.bytes(of: self)
        } catch {
            // Only what an `encode(to:)` of ours throws gets here, and none does.
            preconditionFailure("\(Self.self) cannot be encoded: \(error)")
        }
    }

    /// Reads the object back.
    ///
    /// - Throws: `DecodingError`.
    package init(json: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(json))
    }
}
