//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis

/// A run that is watched through this gateway, and its viewers.
struct WatchedRun {
    /// A connection that shows the run.
    struct Viewer: Sendable {
        var viewer: NIOLoopBound<LiveViewer>
        var wish: LiveWish
    }

    /// What the gateway calls itself to agent-api. It has another name whenever it may have missed pictures, so that it is
    /// sent the latest one.
    var name = Self.newName()
    /// Whether pictures that are published now are received.
    var isSubscribed = false
    var latest: LivePart?
    var viewers: [ObjectIdentifier: Viewer] = [:]
    /// Those who wait for the first picture.
    var waiting: [ObjectIdentifier: Waiter] = [:]
    /// When somebody last asked for a single picture, or the last viewer went.
    var lastAsked = ContinuousClock.now
    /// What those wanted who asked for a single picture lately.
    var askedWidth = 0
    var hasEnded = false
    var listener: RedisListener?

    /// One who waits for the first picture.
    final class Waiter: Sendable {
        let pictures: AsyncStream<LivePart>
        private let continuation: AsyncStream<LivePart>.Continuation

        init() { (pictures, continuation) = AsyncStream.makeStream() }

        func give(_ part: LivePart?) {
            if let part { continuation.yield(part) }
            continuation.finish()
        }
    }

    /// What is to be asked of agent-api, as it stands in Redis; `nil` when nobody watches any more.
    func entry(now: ContinuousClock.Instant) -> String? {
        let isAsked = lastAsked + Self.linger > now
        guard !viewers.isEmpty || isAsked else { return nil }
        let rate = viewers.values.map(\.wish.framesPerSecond).max() ?? 1
        let width = max(
            viewers.values.map(\.wish.width).max() ?? 0,
            isAsked ? askedWidth : 0,
            LiveWish.widths.lowerBound
        )
        return "\(name):\(rate):\(width)"
    }

    /// How long a run is watched after it was last asked for.
    static let linger = Duration.seconds(4)

    static func newName() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }
}

/// What a viewer of the live view wants.
package struct LiveWish: Sendable, Hashable {
    package var framesPerSecond = 4
    /// In pixels.
    package var width = 960

    package static let rates = 1...15
    package static let widths = 160...1920

    package init() {}
}
