//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ProgramSettings

/// Colours, or none.
struct Style: Sendable {
    enum Tint: String {
        case dim = "2"
        case bold = "1"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case magenta = "35"
        case cyan = "36"
        case boldRed = "1;31"
        case boldGreen = "1;32"
        case boldYellow = "1;33"
        case reverse = "7"
    }

    let isColoured: Bool

    /// When there are colours.
    enum Choice: String, CaseIterable, Sendable {
        case auto, always, never
    }

    /// No colours.
    static let plain = Style(isColoured: false)

    private init(isColoured: Bool) {
        self.isColoured = isColoured
    }

    /// Unless the option says otherwise, colour only on a terminal that can show it, and never with `NO_COLOR` (set and
    /// not empty).
    init(context: CommandContext, choice: Choice) {
        let isForbidden = (try? DashboardSettings().noColor.value(in: context.environment)) == true
        isColoured =
            switch choice {
            case .always: true
            case .never: false
            case .auto: context.isTerminal && !isForbidden && context.environment["TERM"] != "dumb"
            }
    }

    func callAsFunction(_ tint: Tint, _ text: String) -> String {
        isColoured ? "\u{1b}[\(tint.rawValue)m\(text)\u{1b}[0m" : text
    }
}
