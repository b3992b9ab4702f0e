//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An element's line in the page's text: `[33]<button type=submit />Save`.
struct ElementLine: Sendable {
    private let element: PageElement
    private let ownText: String
    private let origin: String

    /// - Parameters:
    ///   - ownText: the element's text without that of the elements in it, which have lines of their own.
    ///   - origin: the beginning of addresses that goes without saying.
    init(_ element: PageElement, ownText: String, origin: String = "") {
        self.element = element
        self.ownText = ownText
        self.origin = origin
    }

    var text: String {
        let mark = element.isNew ? "*" : ""
        let attributes = attributes.map { SnapshotText.attribute($0.name, $0.value) }.joined()
        return "\(mark)[\(element.index)]<\(element.tag)\(attributes) />\(SnapshotText.guarded(caption))"
    }

    /// What stands behind the tag: its own text, or the name where it has none.
    private var caption: String {
        if !ownText.isEmpty { return ownText }
        let isTold = [element.attributes["placeholder"], element.attributes["title"], element.attributes["aria-label"]]
            .contains(element.name)
        return isTold ? "" : element.name
    }

    private var attributes: [(name: String, value: String)] {
        var told: [(String, String)] = []
        func tell(_ name: String, _ value: String?, unless other: String? = nil) {
            guard let value, !value.isEmpty, value != other else { return }
            told.append((name, value.count > 100 ? value.prefix(99) + "…" : value))
        }
        let attributes = element.attributes
        tell("type", attributes["type"], unless: element.tag == "button" ? "button" : nil)
        tell("role", attributes["role"], unless: element.tag)
        tell("name", attributes["name"])
        if element.name.isEmpty {
            tell("id", attributes["id"])
            tell("class", attributes["class"])
        }
        for name in ["placeholder", "aria-label", "title", "alt"] { tell(name, attributes[name], unless: ownText) }
        if let href = attributes["href"] { tell("href", shortened(href)) }
        if element.tag != "button" { tell("value", element.value) }
        for (name, state) in [
            ("checked", element.isChecked), ("expanded", element.isExpanded), ("selected", element.isSelected),
        ] {
            if let state { told.append((name, state ? "true" : "false")) }
        }
        for name in ["aria-pressed", "aria-haspopup", "aria-current", "aria-invalid"] {
            tell(name, attributes[name], unless: "false")
        }
        for name in ["min", "max", "accept", "required", "readonly", "multiple", "hidden"] {
            tell(name, attributes[name])
        }
        if element.isDisabled { told.append(("disabled", "true")) }
        if !element.options.isEmpty { told.append(("options", Self.list(element.options))) }
        return told
    }

    /// The first options, and how many more there are.
    private static func list(_ options: [String]) -> String {
        let shown = options.prefix(10).joined(separator: "|")
        return options.count > 10 ? "\(shown)|… \(options.count - 10) more" : shown
    }

    /// An address without what all of the page's own have in common.
    private func shortened(_ href: String) -> String {
        let path = !origin.isEmpty && href.hasPrefix(origin + "/") ? href.dropFirst(origin.count) : Substring(href)
        return path.count > 80 ? path.prefix(79) + "…" : String(path)
    }

    /// The beginning of an address up to its path; empty where it has none.
    static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 && parts[1].isEmpty ? parts[0...2].joined(separator: "/") : ""
    }
}
