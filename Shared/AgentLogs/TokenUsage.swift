//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How many tokens a model has used, as its server counts them. What the server does not tell is 0.
public struct TokenUsage: Codable, Sendable, Hashable {
    /// Read by the model, those that it knew already included.
    public var input: Int
    /// Of those read, the ones that the server had from an earlier request.
    public var cachedInput: Int
    /// Written by the model.
    public var output: Int

    /// Makes a count.
    public init(input: Int = 0, cachedInput: Int = 0, output: Int = 0) {
        self.input = input
        self.cachedInput = cachedInput
        self.output = output
    }

    private enum CodingKeys: String, CodingKey {
        case input = "input_tokens"
        case cachedInput = "cached_input_tokens"
        case output = "output_tokens"
    }

    /// Reads a count back. Numbers that are missing are 0.
    ///
    /// - Throws: `DecodingError`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.input = try container.decodeIfPresent(Int.self, forKey: .input) ?? 0
        self.cachedInput = try container.decodeIfPresent(Int.self, forKey: .cachedInput) ?? 0
        self.output = try container.decodeIfPresent(Int.self, forKey: .output) ?? 0
    }

    /// Reads the count of an `end` record; `nil` for what is no object.
    public init?(data: JSONValue?) {
        guard let data, data.object != nil else { return nil }
        self.input = data[CodingKeys.input.rawValue]?.integer ?? 0
        self.cachedInput = data[CodingKeys.cachedInput.rawValue]?.integer ?? 0
        self.output = data[CodingKeys.output.rawValue]?.integer ?? 0
    }

    /// The count as a JSON object.
    public var data: JSONValue {
        [
            CodingKeys.input.rawValue: .integer(Int64(self.input)),
            CodingKeys.cachedInput.rawValue: .integer(Int64(self.cachedInput)),
            CodingKeys.output.rawValue: .integer(Int64(self.output)),
        ]
    }

    /// Adds two counts. What servers tell may be any number, so that a sum may be too large to be one.
    public static func + (a: Self, b: Self) -> Self {
        Self(
            input: a.input.addingReportingOverflow(b.input).partialValue,
            cachedInput: a.cachedInput.addingReportingOverflow(b.cachedInput).partialValue,
            output: a.output.addingReportingOverflow(b.output).partialValue
        )
    }

    /// Adds a count.
    public static func += (a: inout Self, b: Self) { a = a + b }
}
