//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// How many tokens a model can read and write in one request, as servers tell it.
enum ContextLength {
    /// Fewer than these are another number.
    private static let smallest = 256
    private static let largest = 100_000_000

    /// What stands in front of the number in the messages of servers.
    private static let leads = [
        "context length is ", "context length of only ", "context length of ", "context window of ",
        "context window is ", "context size (", "context size of ", "context size is ", "tokens allowed (",
        "n_ctx\":", "n_ctx=", "n_ctx: ",
    ]
    /// What stands behind it.
    private static let trails = [" maximum context", " maximum"]

    /// The length that an error message states.
    static func stated(in message: String) -> Int? {
        let text = message.lowercased()
        for lead in leads {
            guard let end = text.firstRange(of: lead)?.upperBound else { continue }
            if let length = number(text[end...].drop { $0 == " " }.prefix { $0.isNumber || $0 == "," }) {
                return length
            }
        }
        for trail in trails {
            guard let start = text.firstRange(of: trail)?.lowerBound else { continue }
            let digits = text[..<start].reversed().prefix { $0.isNumber || $0 == "," }.reversed()
            if let length = number(Substring(String(digits))) { return length }
        }
        return nil
    }

    private static func number(_ digits: Substring) -> Int? {
        Int(digits.filter { $0 != "," }).flatMap { (smallest...largest).contains($0) ? $0 : nil }
    }

    /// The members of a model's entry in `/v1/models` that tell it. What a server has set up comes before what the
    /// model was trained for.
    private static let members = [
        "n_ctx", "loaded_context_length", "max_model_len", "context_length", "context_window", "max_context_length",
        "n_ctx_train",
    ]

    /// The length in an answer of `GET /v1/models`.
    ///
    /// - Parameter model: the name of the model; a list of a single model is about that one whatever it is called.
    static func ofModel(_ model: String, in list: JSONValue) -> Int? {
        let entries = list["data"]?.array ?? list["models"]?.array ?? []
        let entry = entries.first { $0["id"]?.string == model } ?? (entries.count == 1 ? entries.first : nil)
        guard let entry else { return nil }
        return members.lazy.compactMap { name in
            length(entry[name]) ?? length(entry["meta"]?[name])
        }.first
    }

    /// The length in an answer of `GET /props`, as llama.cpp has it.
    static func inProperties(_ properties: JSONValue) -> Int? {
        length(properties["default_generation_settings"]?["n_ctx"]) ?? length(properties["n_ctx"])
    }

    private static func length(_ value: JSONValue?) -> Int? {
        value?.integer.flatMap { (smallest...largest).contains($0) ? $0 : nil }
    }
}
