//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// How records are handed to a server: one request and one reply for each, over connections that stay.
protocol PublishProtocol {
    /// Appends the request that publishes a record.
    func append(_ content: RecordText.Content, name: String, to output: inout [UInt8])

    /// Reads replies.
    ///
    /// - Returns: How many there are, and how many bytes they take.
    /// - Throws: ``LoadError`` for a reply that says that a record was not taken.
    func replies(in bytes: ArraySlice<UInt8>) throws(LoadError) -> (count: Int, length: Int)
}
