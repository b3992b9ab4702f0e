//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The number of tokens that a model used, as its server counts them. Counts that the server does not report are 0.
///
/// Every count is between 0 and ``largestCount``: whatever the server says is clamped to that range.
package struct TokenUsage: Codable, Sendable, Hashable {
    /// Tokens read by the model, including cached ones.
    package var input: Int
    /// Tokens read that the server had cached from an earlier request.
    package var cachedInput: Int
    /// Tokens written by the model.
    package var output: Int

    /// The largest count, 2^53: JSON numbers are exact up to it.
    package static let largestCount = 1 << 53

    package init(input: Int = 0, cachedInput: Int = 0, output: Int = 0) {
        self.input = Self.bounded(input)
        self.cachedInput = Self.bounded(cachedInput)
        self.output = Self.bounded(output)
    }

    private static func bounded(_ count: Int) -> Int { min(max(count, 0), Self.largestCount) }

    /// A count from a server. Fractions are dropped, and anything that is not a number is 0.
    package static func count(_ value: JSONValue?) -> Int {
        guard let number = value?.number, number > 0 else { return 0 }
        return number >= Double(Self.largestCount) ? Self.largestCount : Int(number)
    }

    private enum CodingKeys: String, CodingKey {
        case cachedInput = "cached_input_tokens"
        case input = "input_tokens"
        case output = "output_tokens"
    }

    /// Reads the counts. Missing numbers are 0.
    ///
    /// - Throws: `DecodingError`.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            input: try container.decodeIfPresent(Int.self, forKey: .input) ?? 0,
            cachedInput: try container.decodeIfPresent(Int.self, forKey: .cachedInput) ?? 0,
            output: try container.decodeIfPresent(Int.self, forKey: .output) ?? 0
        )
    }

    /// Reads the counts of an `end` record; `nil` if the value is not an object.
    package init?(data: JSONValue?) {
        guard let data, data.object != nil else { return nil }
        self.init(
            input: Self.count(data[CodingKeys.input.rawValue]),
            cachedInput: Self.count(data[CodingKeys.cachedInput.rawValue]),
            output: Self.count(data[CodingKeys.output.rawValue])
        )
    }

    /// The counts as a JSON object.
    package var data: JSONValue {
        [
            CodingKeys.input.rawValue: .integer(Int64(input)),
            CodingKeys.cachedInput.rawValue: .integer(Int64(cachedInput)),
            CodingKeys.output.rawValue: .integer(Int64(output)),
        ]
    }

    /// Adds two counts.
    package static func + (a: Self, b: Self) -> Self {
        // Bounded counts cannot overflow, but the properties can be set to anything.
        func sum(_ path: KeyPath<Self, Int>) -> Int { Self.bounded(a[keyPath: path]) + Self.bounded(b[keyPath: path]) }
        return Self(input: sum(\.input), cachedInput: sum(\.cachedInput), output: sum(\.output))
    }

    /// Adds a count.
    package static func += (a: inout Self, b: Self) { a = a + b }
}
