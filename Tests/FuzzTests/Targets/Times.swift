//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

extension FuzzTarget {
    /// Ids and times: what is written of one is read as the same.
    static let times = FuzzTarget(name: "times") { input throws(BrokenPromise) in
        let text = input.text
        let id = EntryID(text)
        // A number alone is not an id there.
        if let ascii = input.withUnsafeBufferPointer({ EntryID(ascii: $0) }) {
            try promise(ascii == id, "\(ascii) is another id as text")
        }
        if let id { try promise(EntryID("\(id)") == id, "\(id) is another when it is read") }
        if let time = Timestamp(iso8601: text) {
            try promise(Timestamp(iso8601: time.iso8601) == time, "\(time) is another when it is read")
        }
        if let identifier = Identifier(rawValue: text) {
            try promise(identifier.rawValue == text, "\(identifier) is another")
        }
        _ = LogLevel(name: text)
    }
}
