//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

extension TimeAmount {
    /// The same duration clamped to 0 to 100 years, so that a deadline computed from it cannot overflow.
    init(clamping duration: Duration) {
        let hundredYears: Int64 = 100 * 365 * 86_400
        let (seconds, attoseconds) = min(max(duration, .zero), .seconds(hundredYears)).components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}

extension Duration {
    init(_ amount: TimeAmount) {
        self = .nanoseconds(amount.nanoseconds)
    }

    /// Such as `5 s`, `1.500 s` or `250 ms`.
    var shortDescription: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if milliseconds == 0 { return "\(seconds) s" }
        if seconds == 0 { return "\(milliseconds) ms" }
        return "\(seconds).\(String(milliseconds + 1_000).dropFirst()) s"
    }
}
