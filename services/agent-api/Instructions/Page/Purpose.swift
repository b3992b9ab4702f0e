//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What a target is looked for.
enum Purpose: Hashable, Sendable {
    /// To be clicked.
    case click
    /// To be typed into.
    case fill
    /// A control that holds a value: a field, a list, a slider, a box.
    case control
    /// One of several choices: an option, a radio button, a box, a button that can be pressed.
    case choice
    case check
    case expand
    case list
    /// Anything that the page shows.
    case anything
    /// What can be dragged.
    case drag
    case upload
    case item

    func allows(_ index: Int, _ page: PageIndex) -> Bool {
        let node = page.nodes[index]
        switch self {
        case .anything: return true
        case .click: return node.isInteractive || node.isListening || !node.shape.isEmpty || PageIndex.isIcon(node)
        case .fill:
            return node.isEditable || KindFit.textTypes.contains(node.inputType)
                || ["textbox", "searchbox", "spinbutton"].contains(node.role)
        case .control:
            return Purpose.fill.allows(index, page) || KindFit.isList(node) || node.inputType == "range"
                || node.role == "slider" || node.role == "radiogroup"
                || Purpose.check.allows(index, page)
                || node.hints.contains { $0.contains("slider") } && node.isInteractive
        case .choice:
            return [
                "option", "radio", "checkbox", "menuitemradio", "menuitemcheckbox", "switch", "treeitem", "tab",
                "menuitem", "button", "link", "gridcell",
            ].contains(node.role)
                || ["radio", "checkbox"].contains(node.inputType) || (node.isInteractive && !node.isEditable)
        case .check:
            return ["checkbox", "switch", "radio", "menuitemcheckbox", "menuitemradio"].contains(node.role)
                || ["checkbox", "radio"].contains(node.inputType)
                || node.isPressed != nil || node.isInteractive && node.isChecked != nil
        case .expand:
            return node.isExpanded != nil || node.hasPopup || KindFit.isList(node) || node.tag == "details"
                || node.tag == "summary" || node.isInteractive && page.isTitle(index)
        case .list: return KindFit.isList(node) || node.role == "radiogroup" || !node.options.isEmpty
        case .drag: return true
        case .upload:
            return node.inputType == "file" || (node.isInteractive && ["button", "link", ""].contains(node.role))
        case .item: return PageIndex.isItem(node) && !page.isHeaderRow(index)
        }
    }

    var noun: String {
        switch self {
        case .click: "button, link or other element"
        case .fill: "field"
        case .control: "field or other control"
        case .choice: "option"
        case .check: "checkbox"
        case .expand: "section"
        case .list: "list"
        case .upload: "file field"
        case .anything, .drag, .item: "element"
        }
    }
}
