//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import ProgramSettings

/// How often something may be done: so many times at once, and as many again in each period.
package struct Rate: Hashable, Sendable, CustomStringConvertible {
    /// The number of times, 1 or more.
    package let count: Int

    private let unit: Unit

    private enum Unit: String, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"

        var seconds: Int {
            switch self {
            case .second: 1
            case .minute: 60
            case .hour: 3600
            }
        }
    }

    /// What is allowed, phrased to follow "must be".
    package static let rule = "a number from 1 to 1000000 and a period, such as 10/s, 60/m or 1000/h"

    /// Reads `10/s`, `60/m` or `1000/h`; `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let count = Int(parts[0]), (1...1_000_000).contains(count),
            let unit = Unit(rawValue: parts[1].lowercased())
        else { return nil }
        (self.count, self.unit) = (count, unit)
    }

    /// The period, in seconds.
    package var seconds: Int { unit.seconds }

    /// The time in which one more becomes available.
    var interval: Duration { .seconds(unit.seconds) / count }

    /// The rate as it is written.
    package var description: String { "\(count)/\(unit.rawValue)" }

    /// The period in words: `in a minute`.
    var period: String { "in \(unit == .hour ? "an" : "a") \(unit)" }
}

extension Setting where Value == Rate? {
    /// A rate, or no limit.
    package static func rate(_ variable: String, _ help: String) -> Self {
        Self(
            variable,
            help,
            allowed: Rate.rule,
            default: nil,
            shownAs: .words("no limit"),
            show: { $0?.description ?? "" },
            parse: { text throws(SettingFault) in
                guard let rate = Rate(text) else { throw .mustBe(Rate.rule) }
                return rate
            }
        )
    }
}
