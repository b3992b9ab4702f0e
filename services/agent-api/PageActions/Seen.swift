//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser

/// An element as it was seen when it was chosen to be acted on. An action looks whether it still is that before it acts:
/// pages exchange what stands in a place.
package struct Seen: Sendable, Hashable {
    /// Where it is in the browser.
    package var reference: ElementReference
    /// Its number in the page's text; 0 where it has none.
    package var index: Int
    /// The tag in lower case.
    package var tag: String
    /// Its role.
    package var role: String
    /// What it is called; for messages too.
    package var name: String
    /// The text of the row, item or card that it is in; empty where it is in none.
    package var item: String
    /// Whether what is typed into it is not to be shown.
    package var isPassword: Bool
    /// Whether it is a field for files.
    package var isFile: Bool

    package init(
        _ reference: ElementReference,
        index: Int = 0,
        tag: String = "",
        role: String = "",
        name: String = "",
        item: String = "",
        isPassword: Bool = false,
        isFile: Bool = false
    ) {
        self.reference = reference
        self.index = index
        self.tag = tag
        self.role = role
        self.name = name
        self.item = item
        self.isPassword = isPassword
        self.isFile = isFile
    }

    /// An element of a snapshot.
    package init(_ element: PageElement) {
        self.init(
            element.reference,
            index: element.index,
            tag: element.tag,
            role: element.role,
            name: element.name,
            item: element.item,
            isPassword: element.attributes["type"] == "password",
            isFile: element.tag == "input" && element.attributes["type"] == "file"
        )
    }
}

extension PageView {
    private static let itemRoles: Set<String> = ["row", "listitem", "article", "treeitem"]

    /// A node, to be acted on.
    package func seen(_ index: Int) -> Seen {
        let node = nodes[index]
        let item = ancestors(of: index).first { nodes[$0].isRepeated || Self.itemRoles.contains(nodes[$0].role) }
        return Seen(
            node.reference,
            index: node.index,
            tag: node.tag,
            role: node.role,
            name: [node.name, node.labelNear, String(node.text.prefix(200))].first { !$0.isEmpty } ?? "",
            item: item.map { String(nodes[$0].text.prefix(200)) } ?? "",
            isPassword: node.isPassword,
            isFile: node.inputType == "file"
        )
    }
}

extension Seen: ElementTarget {
    /// Roles whose name is what they say, and which mean the same while most of that stays.
    private static let loose: Set<String> = [
        "text", "paragraph", "listitem", "cell", "gridcell", "row", "article", "group", "region", "list", "table",
        "dialog",
        "status", "alert", "log", "form", "main", "", "treeitem",
    ]

    package var meaning: ElementMeaning? {
        name.isEmpty && item.isEmpty ? nil : ElementMeaning(name: name, item: item, isLoose: Self.loose.contains(role))
    }
}
