//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// When each record of a steady rate is due.
struct Pacing {
    var rate: Double
    var start: Int64

    func due(_ index: Int) -> Int64 {
        start + Int64(Double(index) * Double(Clock.nanosecondsPerSecond) / rate)
    }
}
