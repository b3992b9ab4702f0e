//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What a person does with the mouse or the keyboard on the picture of a page.
package struct HumanInput: JSONObject, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        case move
        case down
        case up
        case click
        case wheel
        case key
        case text

        /// Whether it is at a place.
        package var hasPlace: Bool {
            switch self {
            case .move, .down, .up, .click, .wheel: true
            case .key, .text: false
            }
        }
    }

    package var kind: Kind

    /// Where, as shares of the picture's width and height from 0 to 1.
    package var x: Double?
    package var y: Double?

    /// `left`, `middle` or `right`; left where it is left out.
    package var button: String?

    /// 2 for a double click.
    package var count: Int?

    /// How far the wheel is turned, in CSS pixels.
    package var deltaX: Double?
    package var deltaY: Double?

    /// A key such as `Enter`, or a character.
    package var key: String?
    package var text: String?

    /// `alt`, `control`, `meta`, `shift`.
    package var modifiers: [String]?

    package init(_ kind: Kind) { self.kind = kind }

    private enum CodingKeys: String, CodingKey {
        case kind = "type"
        case x, y, button, count, key, text, modifiers
        case deltaX = "delta_x"
        case deltaY = "delta_y"
    }
}

/// What a person has done and the page has not seen. It does no I/O.
struct InputQueue {
    /// The most that waits. What comes beyond that is dropped.
    static let limit = 500

    private(set) var waiting: [HumanInput] = []

    /// Adds something. Of movements in a row, only the last one counts.
    mutating func add(_ input: HumanInput) {
        if input.kind == .move, waiting.last?.kind == .move { waiting.removeLast() }
        if waiting.count < Self.limit { waiting.append(input) }
    }

    mutating func take() -> [HumanInput] {
        defer { waiting = [] }
        return waiting
    }
}
