//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A type that is a JSON object outside the program. Its `CodingKeys` give the names and the order of the fields, for
/// reading and writing.
package protocol JSONObject: Codable {}

extension JSONObject {
    /// The object as JSON. Equal values give the same bytes.
    package var json: [UInt8] {
        do {
            return try JSONWriter.bytes(of: self)
        } catch {
            // Only an `encode(to:)` of our own could throw here, and none does.
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
