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

    package init(
        _ reference: ElementReference,
        tag: String = "",
        role: String = "",
        name: String = "",
        item: String = "",
        isPassword: Bool = false
    ) {
        self.reference = reference
        self.tag = tag
        self.role = role
        self.name = name
        self.item = item
        self.isPassword = isPassword
    }

    /// An element of a snapshot.
    package init(_ element: PageElement) {
        self.init(
            element.reference,
            tag: element.tag,
            role: element.role,
            name: element.name,
            item: element.item,
            isPassword: element.attributes["type"] == "password"
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
            tag: node.tag,
            role: node.role,
            name: node.name.isEmpty ? String(node.text.prefix(200)) : node.name,
            item: item.map { String(nodes[$0].text.prefix(200)) } ?? "",
            isPassword: node.isPassword
        )
    }
}
