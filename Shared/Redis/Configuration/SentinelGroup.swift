//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Processes of Redis Sentinel, which say which server of a group is its master, and make another one master when that
/// one fails.
package struct SentinelGroup: Hashable, Sendable {
    /// An address of a sentinel.
    package struct Sentinel: Hashable, Sendable {
        package var host: String
        package var port: Int

        package init(host: String, port: Int = SentinelGroup.port) {
            self.host = host
            self.port = port
        }
    }

    /// The port that sentinels have by default.
    package static let port = 26379

    /// The sentinels, one at least. They are asked in this order.
    package var sentinels: [Sentinel]

    /// What they call the master.
    package var name: String

    /// The ACL user to authenticate to the sentinels as; nil is their `default` user.
    package var username: String?

    /// The sentinels' own password; nil means no authentication. That of the servers is another one.
    package var password: String?

    package init(_ sentinels: [Sentinel], name: String = "mymaster") {
        self.sentinels = sentinels
        self.name = name
    }

    func addresses(separator: String) -> String {
        sentinels.map { RedisConfiguration.authority($0.host, $0.port) }.joined(separator: separator)
    }
}
