//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Something that a page shows: a control, a text, a row, a box around others.
package struct PageNode: Sendable, Hashable {
    /// The index of the node that it is in, always smaller than its own.
    package var parent: Int?
    /// Where it is in the browser. Every node can be acted on, also one that is not interactive.
    package var reference: ElementReference
    /// The tag in lower case, such as `div`, `tr`, `svg`, `circle`.
    package var tag: String
    /// The ARIA or native role; `text` for a run of text, `shape` for something drawn, `canvas`, `frame`, `label`; empty for a
    /// plain box.
    package var role: String
    /// The accessible name. Of a group: its label, legend, caption, or else the first heading in it.
    package var name: String
    /// A text that stands beside or above a control without being tied to it; empty where the name says all.
    package var labelNear: String
    /// Words of its id, class, test id, title, icon and address: weak names, in lower case.
    package var hints: [String]
    /// All the visible text in it, in one line, at most 2,000 characters; cells are separated by ` | `.
    package var text: String
    /// Whether it is made to be used, or seems so.
    package var isInteractive: Bool
    /// Whether a text can be typed into it.
    package var isEditable: Bool
    /// The type of an `input`, such as `text`, `password`, `date`; empty for everything else.
    package var inputType: String
    /// What a field holds, or the choice of a list. Empty for passwords.
    package var value: String
    /// Whether it is a field for a password.
    package var isPassword: Bool
    /// What the field shows while it is empty.
    package var placeholder: String
    /// The smallest value of a control that has one, as the page writes it.
    package var minimum: String
    /// The largest value of a control that has one, as the page writes it.
    package var maximum: String
    /// The distance between the values of a control that has one, as the page writes it.
    package var step: String
    /// The choices of a list, in order; also those that a plain field suggests. At most 500.
    package var options: [PageOption]
    /// Of a check box, radio button or switch: whether it is on.
    package var isChecked: Bool?
    /// Of something that opens and closes: whether it is open.
    package var isExpanded: Bool?
    /// Of a tab, an option or a row: whether it is the chosen one.
    package var isSelected: Bool?
    /// Of a toggle button: whether it is on.
    package var isPressed: Bool?
    /// Whether the page lets nobody use it now.
    package var isDisabled: Bool
    /// Whether a field cannot be typed into.
    package var isReadOnly: Bool
    /// Whether a field must not stay empty.
    package var isRequired: Bool
    /// Whether it has the focus.
    package var isFocused: Bool
    /// Whether several choices are possible.
    package var isMultiple: Bool
    /// Whether it opens a menu, list or dialog, as the page says.
    package var hasPopup: Bool
    /// The level of a heading or tree item, from 1; 0 where there is none.
    package var level: Int
    /// The row of a cell in its table, from 0.
    package var row: Int?
    /// The column of a cell in its table, from 0.
    package var column: Int?
    /// Of something drawn: `circle`, `square`, `rectangle`, `triangle`, `line`, `ellipse`, `polygon`, `path`, `letter`,
    /// `digit`, `text`.
    package var shape: String
    /// The word for its own colour, where it has one that differs from what is around it, such as `red`.
    package var color: String
    /// Of something drawn: its larger side in CSS pixels.
    package var size: Double?
    /// Whether it listens to clicks.
    package var isListening: Bool
    /// Whether the page lets it be dragged.
    package var isDraggable: Bool
    /// Whether it is one of several alike boxes, such as cards, rows or items.
    package var isRepeated: Bool
    /// Whether it is a box that scrolls and has more than it shows.
    package var scrolls: Bool
    /// Whether a box that scrolls has more above.
    package var canScrollUp: Bool
    /// Whether a box that scrolls has more below.
    package var canScrollDown: Bool
    /// Whether it is inside the part of the page that the window shows.
    package var isInViewport: Bool
    /// Whether something else lies on top of it in the window.
    package var isCovered: Bool
    /// Whether it was not there the last time that the page was looked at.
    package var isNew: Bool
    /// Its number in the page's text, `[33]`; 0 for what has none.
    package var index: Int
    /// The absolute address of a link or the source of an image or frame; empty where there is none.
    package var href: String
    /// Its place in CSS pixels of the top document's viewport.
    package var box: Box

    package init(
        parent: Int? = nil,
        reference: ElementReference,
        tag: String = "",
        role: String = "",
        name: String = "",
        labelNear: String = "",
        hints: [String] = [],
        text: String = "",
        isInteractive: Bool = false,
        isEditable: Bool = false,
        inputType: String = "",
        value: String = "",
        isPassword: Bool = false,
        placeholder: String = "",
        minimum: String = "",
        maximum: String = "",
        step: String = "",
        options: [PageOption] = [],
        isChecked: Bool? = nil,
        isExpanded: Bool? = nil,
        isSelected: Bool? = nil,
        isPressed: Bool? = nil,
        isDisabled: Bool = false,
        isReadOnly: Bool = false,
        isRequired: Bool = false,
        isFocused: Bool = false,
        isMultiple: Bool = false,
        hasPopup: Bool = false,
        level: Int = 0,
        row: Int? = nil,
        column: Int? = nil,
        shape: String = "",
        color: String = "",
        size: Double? = nil,
        isListening: Bool = false,
        isDraggable: Bool = false,
        isRepeated: Bool = false,
        scrolls: Bool = false,
        canScrollUp: Bool = false,
        canScrollDown: Bool = false,
        isInViewport: Bool = true,
        isCovered: Bool = false,
        isNew: Bool = false,
        index: Int = 0,
        href: String = "",
        box: Box = Box(x: 0, y: 0, width: 0, height: 0)
    ) {
        self.parent = parent
        self.reference = reference
        self.tag = tag
        self.role = role
        self.name = name
        self.labelNear = labelNear
        self.hints = hints
        self.text = text
        self.isInteractive = isInteractive
        self.isEditable = isEditable
        self.inputType = inputType
        self.value = value
        self.isPassword = isPassword
        self.placeholder = placeholder
        self.minimum = minimum
        self.maximum = maximum
        self.step = step
        self.options = options
        self.isChecked = isChecked
        self.isExpanded = isExpanded
        self.isSelected = isSelected
        self.isPressed = isPressed
        self.isDisabled = isDisabled
        self.isReadOnly = isReadOnly
        self.isRequired = isRequired
        self.isFocused = isFocused
        self.isMultiple = isMultiple
        self.hasPopup = hasPopup
        self.level = level
        self.row = row
        self.column = column
        self.shape = shape
        self.color = color
        self.size = size
        self.isListening = isListening
        self.isDraggable = isDraggable
        self.isRepeated = isRepeated
        self.scrolls = scrolls
        self.canScrollUp = canScrollUp
        self.canScrollDown = canScrollDown
        self.isInViewport = isInViewport
        self.isCovered = isCovered
        self.isNew = isNew
        self.index = index
        self.href = href
        self.box = box
    }
}

/// A choice of a list.
package struct PageOption: Sendable, Hashable {
    /// What it says.
    package var label: String
    /// What the page gets when it is chosen.
    package var value: String
    /// The label of the group that it is in; empty where there is none.
    package var group: String
    /// Whether it is chosen now.
    package var isSelected: Bool
    /// Whether it cannot be chosen.
    package var isDisabled: Bool

    package init(
        label: String,
        value: String = "",
        group: String = "",
        isSelected: Bool = false,
        isDisabled: Bool = false
    ) {
        self.label = label
        self.value = value
        self.group = group
        self.isSelected = isSelected
        self.isDisabled = isDisabled
    }
}
