//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An element to act on: where it is, and what it was when it was chosen.
package protocol ElementTarget: Sendable {
    var reference: ElementReference { get }
    /// What it must still be when it is acted on; `nil` where that does not matter.
    var meaning: ElementMeaning? { get }
}

/// What an element was when it was chosen. Pages rename elements, and use them for other things as they are scrolled.
package struct ElementMeaning: Sendable, Hashable {
    /// What it was called.
    package var name: String
    /// The text of the row, item or card that it is in; empty where it is in none.
    package var item: String
    /// Whether the name is a text that may have changed in part, not the name of a control.
    package var isLoose: Bool

    package init(name: String, item: String = "", isLoose: Bool = false) {
        self.name = name
        self.item = item
        self.isLoose = isLoose
    }

    /// The meaning for our script.
    var literal: String {
        DevToolsValue.object(["name": .string(name), "item": .string(item), "loose": .bool(isLoose)]).text
    }
}

extension ElementReference: ElementTarget {
    package var reference: ElementReference { self }
    package var meaning: ElementMeaning? { nil }
}
