//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What a deed comes to on a page.
struct Plan: Sendable {
    /// Actions, one after the other.
    var actions: [PageAction] = []
    /// What is not about the elements of the page.
    var direct: Deed?
    /// Deeds to do one after the other, each on the page as it is then.
    var deeds: [Deed] = []
    /// What is to be read.
    var reading: (what: String, answer: String, isResult: Bool)?
    /// What was found to be so already.
    var found: [String] = []
    /// What is used, for "it" in what follows.
    var element: Seen?
    var item: Seen?
    /// Where the next steps look first: what was found.
    var place: Seen?
    /// What to do instead when the actions have no effect that can be seen.
    var otherwise: [PageAction] = []
    /// Text that is written once something to write in has appeared, and to whom.
    var writing: Deed.Act?
    /// Which words went where, for the log.
    var note: String?
    /// Whether it fails where no effect can be seen.
    var needsEffect = false
}
