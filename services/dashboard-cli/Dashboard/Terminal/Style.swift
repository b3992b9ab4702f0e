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
        case cyan = "36"
        case boldRed = "1;31"
        case boldGreen = "1;32"
        case boldYellow = "1;33"
    }

    let isColoured: Bool

    /// Colour only on a terminal that can show it, and never where `NO_COLOR` (set and not empty) or the option
    /// forbids it.
    init(context: CommandContext, noColor: Bool) {
        let forbidden = noColor || (try? DashboardSettings().noColor.value(in: context.environment)) == true
        isColoured = context.isTerminal && !forbidden && context.environment["TERM"] != "dumb"
    }

    func callAsFunction(_ tint: Tint, _ text: String) -> String {
        isColoured ? "\u{1b}[\(tint.rawValue)m\(text)\u{1b}[0m" : text
    }
}
