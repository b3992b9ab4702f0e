//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Names an element in the browser for as long as it is on the page.
package struct ElementReference: Sendable, Hashable {
    /// The DevTools session of the document that it is in; frames of other sites have their own.
    package var session: String
    /// The DOM node's number in that session's browser process (`DOM.BackendNodeId`).
    package var backendNode: Int

    package init(session: String, backendNode: Int) {
        self.session = session
        self.backendNode = backendNode
    }
}
