//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The tasks of a batch as a person writes them: one a line, or JSON as `POST /api/agents/batch` takes it.
struct BatchFile: Sendable {
    /// The largest file, in bytes; the service takes no larger body.
    static let maximumSize = 1 << 20

    /// The name of the batch, if the file says it.
    private(set) var batchID: Identifier?

    private var fields: [String: JSONValue]

    /// Reads a file. Lines that are empty or begin with `#` are passed over.
    ///
    /// - Throws: ``CommandFailure`` that says what is wrong.
    init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Self.maximumSize else { throw Self.failure("is larger than 1 MiB") }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: mark) ? Array(bytes.dropFirst(mark.count)) : bytes
        let isJSON = bytes.first { !" \t\r\n".utf8.contains($0) }.map { "{[".utf8.contains($0) } ?? false
        if isJSON {
            fields = try Self.fields(json: bytes)
            batchID = try Self.batchID(in: fields)
        } else {
            fields = ["tasks": .array(try Self.tasks(lines: bytes).map { .object(["task": .string($0)]) })]
        }
    }

    private static func tasks(lines bytes: [UInt8]) throws -> [String] {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure("is not UTF-8 text") }
        let tasks = text.split { $0.isNewline }.map { String($0).trimmed }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
        guard !tasks.isEmpty else { throw failure("has no task") }
        return tasks
    }

    private static func fields(json bytes: [UInt8]) throws -> [String: JSONValue] {
        do {
            let value = try JSONValue(parsing: bytes)
            return value.object ?? ["tasks": value]
        } catch {
            throw failure("is \(error)")
        }
    }

    private static func batchID(in fields: [String: JSONValue]) throws -> Identifier? {
        guard let name = fields["batch_id"], name != .null else { return nil }
        do {
            return try Identifier(name.string ?? name.text)
        } catch {
            throw failure("has a batch_id that \(error)")
        }
    }

    /// The body to post.
    func body(batchID: Identifier) -> [UInt8] {
        var fields = fields
        fields["batch_id"] = .string(batchID.rawValue)
        return JSONValue.object(fields).bytes
    }

    private static func failure(_ reason: String) -> CommandFailure {
        CommandFailure(status: .usage, message: "the file of tasks \(reason)")
    }
}

extension String {
    fileprivate var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
