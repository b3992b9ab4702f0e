//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How a run ended: the data of its `end` record.
package struct RunOutcome: Hashable, Sendable {
    /// A final status.
    package var status: RunStatus

    /// What the run found or answered.
    package var result: String?

    /// Why the run did not complete, for people.
    package var error: String?

    /// The number of steps begun.
    package var steps: Int

    /// The tokens used, if a model planned the run.
    package var usage: TokenUsage?

    package init(
        status: RunStatus,
        result: String? = nil,
        error: String? = nil,
        steps: Int,
        usage: TokenUsage? = nil
    ) {
        self.status = status
        self.result = result
        self.error = error
        self.steps = steps
        self.usage = usage
    }

    /// Reads the data of an `end` record. Other publishers may leave out everything but the status. An unknown status
    /// counts as completed if there is no error, and as failed otherwise.
    package init(data: JSONValue?) {
        let error = Self.text(data?["error"])
        self.error = error
        self.result = Self.text(data?["result"])
        self.steps = data?["steps"].flatMap { $0.whole(from: 0) } ?? 0
        self.usage = TokenUsage(data: data?["usage"])
        let status = (data?["status"]?.string).flatMap(RunStatus.init(rawValue:))
        if let status, status.isFinal {
            self.status = status
        } else {
            self.status = error == nil ? .completed : .failed
        }
    }

    /// Structured data from another publisher is shown as JSON.
    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text): text
        case .object, .array: value?.text
        default: nil
        }
    }

    /// The data of the `end` record.
    package var data: JSONValue { .object(Dictionary(uniqueKeysWithValues: fields.map { ("\($0)", $1) })) }

    /// Writes the data of an `end` event.
    func write(to writer: inout JSONWriter) {
        for (name, value) in fields { writer.field(name, value) }
    }

    private var fields: [(StaticString, JSONValue)] {
        let fields: [(StaticString, JSONValue?)] = [
            ("status", .string(status.rawValue)), ("result", result.map(JSONValue.string)),
            ("error", error.map(JSONValue.string)), ("steps", .integer(Int64(steps))), ("usage", usage?.data),
        ]
        return fields.compactMap { name, value in value.map { (name, $0) } }
    }
}
