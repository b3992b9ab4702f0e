//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis

/// The scripts that read streams. Each sees a stream as of one moment.
enum StreamScripts {
    /// What follows ids in several streams.
    static let looking = script(Embedded.lookLua)

    /// A page behind an id for a viewer.
    static let paging = script(Embedded.pageLua)

    /// What is known of an id's place, for a page that is read without a script.
    static let placing = script(Embedded.placeLua)

    /// A stream's last entries, the newest first, and its counters.
    static let loading = script(Embedded.loadLua)

    /// The oldest of some entries in front of an id, how many they are, and whether there are no older ones.
    static let stepping = script(Embedded.stepLua)

    private static func script(_ file: String) -> RedisScript { RedisScript(Embedded.readingLua + "\n" + file) }
}
