//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser

/// The options of the commands that show records.
struct FollowOptions: ParsableArguments, Sendable {
    @Option(
        help:
            "Show records of this level and above. (default: INFO; all with --json)"
    )
    var level: LogLevel?

    @Flag(name: .shortAndLong, help: "Show all records, as --level DEBUG does.")
    var verbose = false

    @Flag(help: "Begin each line with date, time, milliseconds and time zone.")
    var timestamps = false

    @Flag(help: "Show times in UTC.")
    var utc = false

    @Flag(
        help: "Show the picture of each step, on terminals that know kitty's graphics or sixels. Needs SCREENSHOTS=1."
    )
    var picture = false

    @Option(
        help: ArgumentHelp(
            "How long to retry after the connection is lost. (default: 300)",
            valueName: "seconds"
        )
    )
    var giveUpAfter: Int?

    @Option(
        help: ArgumentHelp(
            "How long the stream may be silent before it counts as dead. (default: 45, and twice as long each time)",
            valueName: "seconds"
        )
    )
    var idleTimeout: Int?

    func validate() throws {
        if verbose, let level, level > .debug {
            throw ValidationError("--verbose shows all records, and --level \(level.rawValue) does not; leave one out")
        }
        if let giveUpAfter, !(0...86_400).contains(giveUpAfter) {
            throw ValidationError("--give-up-after is \(giveUpAfter), but must be 0 to 86400 seconds")
        }
        if let idleTimeout, !(1...86_400).contains(idleTimeout) {
            throw ValidationError("--idle-timeout is \(idleTimeout), but must be 1 to 86400 seconds")
        }
    }

    func policy(_ defaults: FollowPolicy) -> FollowPolicy {
        var policy = defaults
        if let giveUpAfter { policy.giveUpAfter = .seconds(giveUpAfter) }
        if let idleTimeout {
            policy.idleTimeout = .seconds(idleTimeout)
            policy.adaptsIdleTimeout = false
        }
        return policy
    }

    /// The least level to show; `nil` for all. Programs get all, people what concerns them.
    func leastLevel(json: Bool) -> LogLevel? {
        if verbose { return nil }
        let level = level ?? (json ? .debug : .info)
        return level == .debug ? nil : level
    }

    /// How times are written.
    var times: TimeStyle { TimeStyle(isUTC: utc, isFull: timestamps) }
}

/// Where in what there is to begin, and whether to stay for what is to come.
struct PlaceOptions: ParsableArguments, Sendable {
    @Option(help: "Where to begin: start, now, or an event id such as 1695307200123-0. (default: start)")
    var from: String?

    @Option(
        name: [.customShort("n"), .long],
        parsing: .unconditional,
        help: ArgumentHelp("Begin with this many of the last records.", valueName: "count")
    )
    var tail: Int?

    @Option(
        help: ArgumentHelp(
            "Begin with the records since then: 90s, 10m, 2h or 1d ago, or 2025-09-21T10:30:00Z.",
            valueName: "time"
        ),
        transform: Since.parse
    )
    var since: Since?

    @Option(help: "Continue after this event.")
    var lastEventId: String?

    func validate() throws {
        if let from, from != "start", from != "now", EntryID(from) == nil {
            throw ValidationError("--from is \(from.debugDescription), but must be start, now or an event id")
        }
        if let lastEventId, EntryID(lastEventId) == nil {
            throw ValidationError("--last-event-id is \(lastEventId.debugDescription), but must be an event id")
        }
        if let tail, !(1...10_000).contains(tail) {
            throw ValidationError("--tail is \(tail), but must be 1 to 10000")
        }
    }

    var start: LogFollower.Start { LogFollower.Start(lastEventID: lastEventId, from: from, tail: tail) }
}

/// A moment, said as a time or as how long ago.
struct Since: Sendable {
    var time: Timestamp

    /// - Throws: `ValidationError` with what is allowed.
    @Sendable
    static func parse(_ text: String) throws -> Since {
        if let time = Timestamp(iso8601: text) { return Since(time: time) }
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
            (0...1_000_000).contains(count)
        else {
            throw ValidationError("it must be a time such as 2025-09-21T10:30:00Z, or 90s, 10m, 2h or 1d")
        }
        return Since(time: Timestamp(milliseconds: Timestamp.now().milliseconds - count * unit))
    }
}
