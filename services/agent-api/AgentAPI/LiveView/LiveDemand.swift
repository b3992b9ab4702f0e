//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the viewers of a run's live view want to see, all together.
struct LiveDemand: Sendable, Hashable {
    var framesPerSecond: Int
    /// In pixels.
    var width: Int
    /// The gateways that have viewers. One that is new has seen no picture yet.
    var gateways: Set<String>

    /// The demand of all gateways, as they write it: `<gateway>:<frames a second>:<width>`. What is written otherwise is
    /// left out, and what is more than anybody may ask for is not granted.
    ///
    /// - Returns: `nil` when nobody watches.
    init?(_ entries: [String]) {
        framesPerSecond = 0
        width = 0
        gateways = []
        for entry in entries {
            let parts = entry.split(separator: ":")
            guard parts.count == 3, let rate = Int(parts[1]), let width = Int(parts[2]) else { continue }
            framesPerSecond = max(framesPerSecond, min(max(rate, 1), 15))
            self.width = max(self.width, min(max(width, 160), 1920))
            gateways.insert(String(parts[0]))
        }
        if gateways.isEmpty { return nil }
    }

    /// The time from one picture to the next.
    var interval: Duration { .seconds(1) / framesPerSecond }
}
