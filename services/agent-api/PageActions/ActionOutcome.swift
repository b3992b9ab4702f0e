//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
package import Browser

/// What came of an action.
package struct ActionOutcome: Sendable, Hashable {
    /// What was done.
    package var performed: PerformedAction
    /// What was found to be so on the page afterwards.
    package var verified: [Fact]
    /// What else can be seen to have come of it.
    package var effects: Effects
    /// What an action that reads has read.
    package var content: String?

    package init(
        _ performed: PerformedAction,
        verified: [Fact] = [],
        effects: Effects = Effects(),
        content: String? = nil
    ) {
        self.performed = performed
        self.verified = verified
        self.effects = effects
        self.content = content
    }
}

/// Something that was checked on the page after an action, as the page itself shows it.
package enum Fact: Sendable, Hashable {
    /// A field holds a text; `nil` where that is not to be shown.
    case holds(String?, field: String)
    /// Options are chosen in a list.
    case selected([String], list: String)
    /// An option is not chosen any more.
    case unselected(String, list: String)
    case checked(String, isOn: Bool)
    case expanded(String, isOpen: Bool)
    /// The page or a box has scrolled, or an element has come into the window.
    case scrolled(String)
    /// A field has files, by their names.
    case hasFiles([String], field: String)
    /// A file has come.
    case downloaded(String)
    /// A file is in the run's directory.
    case saved(String)
    /// The tab is at an address.
    case isAt(String)
    /// A tab is shown, or closed, by its id.
    case showsTab(String)
    case closedTab(String)
    /// Something has moved.
    case moved(String)
    /// A text is selected.
    case selectedText(String)
    /// An element has the focus.
    case focused(String)

    /// The fact in words, such as `"Name" holds "Ann"`.
    package var text: String {
        switch self {
        case .holds(let text, let field):
            "\"\(field)\" holds \(text.map { "\"\($0.clipped(to: 200))\"" } ?? hiddenText)"
        case .selected(let options, let list):
            "\(options.map { "\"\($0)\"" }.joined(separator: ", ")) \(options.count == 1 ? "is" : "are") selected in \"\(list)\""
        case .unselected(let option, let list): "\"\(option)\" is not selected in \"\(list)\""
        case .checked(let name, let isOn): "\"\(name)\" is \(isOn ? "checked" : "not checked")"
        case .expanded(let name, let isOpen): "\"\(name)\" is \(isOpen ? "open" : "closed")"
        case .scrolled(let what): "\(what) has scrolled"
        case .hasFiles(let names, let field): "\"\(field)\" has \(names.joined(separator: ", "))"
        case .downloaded(let name): "\(name) was downloaded"
        case .saved(let name): "\(name) was saved"
        case .isAt(let url): "the page is \(url)"
        case .showsTab(let id): "tab \(id) is shown"
        case .closedTab(let id): "tab \(id) is closed"
        case .moved(let name): "\"\(name)\" has moved"
        case .selectedText(let text): "\"\(text.clipped(to: 200))\" is selected"
        case .focused(let name): "\"\(name)\" has the focus"
        }
    }
}

/// What can be seen to have changed since an action began.
package struct Effects: Sendable, Hashable {
    /// The address that the page has gone to, if it has.
    package var navigation: String?
    /// The address that the page had before.
    package var address: String
    /// The id of the tab that was opened.
    package var openedTab: String?
    /// Whether the tab was closed.
    package var closedTab: Bool
    /// The dialogs that the page has opened.
    package var dialogs: [PageDialog]
    /// Whether a file chooser waits for files.
    package var opensFileChooser: Bool
    /// The names of downloads that have begun.
    package var downloads: [String]
    /// Texts and elements that are shown now and were not before, in short.
    package var appeared: [String]
    /// Texts and elements that were shown before and are not now, in short.
    package var disappeared: [String]
    /// Controls whose value or state has changed, and how.
    package var changed: [String]
    /// Whether the page or a box in it has scrolled.
    package var hasScrolled: Bool
    /// Whether the focus has moved.
    package var hasMovedFocus: Bool
    /// Whether the page has changed in a way that is none of these: a style, a picture, a drawing.
    package var looksDifferent: Bool

    package init(
        navigation: String? = nil,
        address: String = "",
        openedTab: String? = nil,
        closedTab: Bool = false,
        dialogs: [PageDialog] = [],
        opensFileChooser: Bool = false,
        downloads: [String] = [],
        appeared: [String] = [],
        disappeared: [String] = [],
        changed: [String] = [],
        hasScrolled: Bool = false,
        hasMovedFocus: Bool = false,
        looksDifferent: Bool = false
    ) {
        self.navigation = navigation
        self.address = address
        self.openedTab = openedTab
        self.closedTab = closedTab
        self.dialogs = dialogs
        self.opensFileChooser = opensFileChooser
        self.downloads = downloads
        self.appeared = appeared
        self.disappeared = disappeared
        self.changed = changed
        self.hasScrolled = hasScrolled
        self.hasMovedFocus = hasMovedFocus
        self.looksDifferent = looksDifferent
    }

    /// Whether anything has come of it that a person would notice. That the focus has moved is not enough.
    package var isVisible: Bool {
        navigation != nil || openedTab != nil || closedTab || !dialogs.isEmpty || opensFileChooser || !downloads.isEmpty
            || !appeared.isEmpty || !disappeared.isEmpty || !changed.isEmpty || hasScrolled || looksDifferent
    }
}
