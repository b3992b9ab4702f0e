//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport

/// The records of a run as `redis-cli` returns them.
struct RunStream {
    /// The fields of each entry, in order.
    let entries: [[String: String]]

    init(_ redis: RedisServer, _ requestID: String) async throws {
        try await self.init(redis, key: "browser_use_logs:\(requestID)")
    }

    init(_ redis: RedisServer, key: String) async throws {
        let lines = try await redis.cli("XRANGE", key, "-", "+")
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var entries: [[String: String]] = []
        var index = 0
        while index < lines.count {
            if Self.isID(lines[index]) {
                entries.append([:])
                index += 1
            } else if !entries.isEmpty, index + 1 < lines.count {
                entries[entries.count - 1][lines[index]] = lines[index + 1]
                index += 2
            } else {
                index += 1
            }
        }
        self.entries = entries
    }

    var messages: [String] { entries.compactMap { $0["msg"] } }

    var numbers: [Int] { entries.compactMap { $0["seq"].flatMap { Int($0) } } }

    /// The number of `end` records.
    var ends: Int { entries.count { $0["kind"] == "end" } }

    /// Whether every record is present once and in order, with a single `end` as the last.
    var isWholeAndEnded: Bool {
        numbers == Array(1...max(1, entries.count)) && ends == 1 && entries.last?["kind"] == "end"
    }

    private static func isID(_ line: String) -> Bool {
        let parts = line.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].count == 13 && parts.allSatisfy { Int($0) != nil }
    }
}
