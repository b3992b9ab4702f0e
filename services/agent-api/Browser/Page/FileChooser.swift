//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A file chooser that a page has opened and that nobody sees: the browser has no window to show it in.
struct FileChooser: Sendable, Hashable {
    /// The file field's node.
    var node: Int
    /// The session of the frame that it is in.
    var session: String?
    /// Whether it takes more than one file.
    var takesSeveral: Bool
}
