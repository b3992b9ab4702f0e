//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

extension StressSession {
    /// Checks that Redis has what was confirmed, under the ids that were seen.
    func compareWithRedis() throws(LoadError) {
        for topic in topics where topic.confirmedCount > 0 {
            let reply = try Exchange.redis(["XRANGE", topic.key, "-", "+"], port: redis.port, patience: 30)
            guard case .array(let entries) = reply else { throw LoadError("XRANGE answered with no array") }
            let ids = entries.map { entry in
                if case .array(let parts) = entry, case .string(let id)? = parts.first { id } else { "-" }
            }
            let expected = topic.present.map { topic.entry($0).id?.description ?? "?" }
            if ids != expected {
                let text = "\(topic.name): \(ids.count) entries are there, \(expected.count) were expected"
                tally.add(Violation(kind: .redis, text: text, run: topic.name))
            }
            for text in topic.conflicts { tally.add(Violation(kind: .changed, text: text, run: topic.name)) }
            if topic.unconfirmed > 0 { tally.unconfirmed.insert(topic.name) }
        }
        for text in writers.flatMap(\.refusals) {
            tally.add(Violation(kind: .redis, text: "Redis refused to write: \(text)"))
        }
    }
}
