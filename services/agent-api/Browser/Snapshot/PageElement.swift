//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An interactive element of a page as a person would see it: what it is, what it says, where it stands.
package struct PageElement: Sendable, Hashable {
    /// Its number in the page's text, `[33]`; the same for the same element as long as it is on the page.
    package var index: Int
    /// Where it is in the browser.
    package var reference: ElementReference
    /// The tag in lower case, such as `button`.
    package var tag: String
    /// The role of the accessibility tree, such as `button`, `link`, `textbox`, `checkbox`, `combobox`, `tab`.
    package var role: String
    /// The accessible name: label, `aria-label`, alternative text or its own text.
    package var name: String
    /// Its attributes that tell something: `type`, `name`, `id`, `placeholder`, `title`, `href` (absolute), `aria-*` …;
    /// `class` only where it has no name; `hidden` for a file field that is not shown and can be used all the same.
    package var attributes: [String: String]
    /// What a field holds, or the choice of a list. Empty for passwords.
    package var value: String
    /// The choices of a `select`, in order.
    package var options: [String]
    /// Of a check box, radio button, switch or option: whether it is on. `nil` where that says nothing.
    package var isChecked: Bool?
    /// Of something that opens and closes: whether it is open. `nil` where that says nothing.
    package var isExpanded: Bool?
    /// Of a tab or an option: whether it is the chosen one. `nil` where that says nothing.
    package var isSelected: Bool?
    /// Whether the page lets nobody use it now.
    package var isDisabled: Bool
    /// Whether it was not there the last time that the page was looked at.
    package var isNew: Bool
    /// Whether it is inside the part of the page that the window shows.
    package var isInViewport: Bool
    /// How deep it is nested in other interactive elements, in frames and in boxes that scroll, from 0.
    package var depth: Int
    /// Its place in CSS pixels of the top document's viewport.
    package var box: Box
    /// The text of the row, item or card that it is in; empty where it is in none.
    package var item: String
    /// The text around it that tells it from its like: the row, list item, fieldset, section or heading that it is
    /// in, from the nearest outwards.
    package var surroundings: [String]

    package init(
        index: Int,
        reference: ElementReference,
        tag: String,
        role: String,
        name: String,
        attributes: [String: String] = [:],
        value: String = "",
        options: [String] = [],
        isChecked: Bool? = nil,
        isExpanded: Bool? = nil,
        isSelected: Bool? = nil,
        isDisabled: Bool = false,
        isNew: Bool = false,
        isInViewport: Bool = true,
        depth: Int = 0,
        box: Box = Box(x: 0, y: 0, width: 0, height: 0),
        item: String = "",
        surroundings: [String] = []
    ) {
        self.index = index
        self.reference = reference
        self.tag = tag
        self.role = role
        self.name = name
        self.attributes = attributes
        self.value = value
        self.options = options
        self.isChecked = isChecked
        self.isExpanded = isExpanded
        self.isSelected = isSelected
        self.isDisabled = isDisabled
        self.isNew = isNew
        self.isInViewport = isInViewport
        self.depth = depth
        self.box = box
        self.item = item
        self.surroundings = surroundings
    }
}

/// A rectangle in CSS pixels.
package struct Box: Sendable, Hashable {
    /// The left edge.
    package var x: Double
    /// The top edge.
    package var y: Double
    /// The width, from 0.
    package var width: Double
    /// The height, from 0.
    package var height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }
}
