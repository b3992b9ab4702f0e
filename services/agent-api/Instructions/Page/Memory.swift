//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// What a run keeps in mind from step to step, for "it", "that" and "the other one". Elements are known by their references.
struct Memory: Sendable {
    /// The element that was used or found last.
    var element: Seen?
    /// The field that was typed into last.
    var field: Seen?
    /// The row, card or item that was found or used last.
    var item: Seen?
    /// What was opened last, for "the 3rd book there".
    var place: Seen?
    /// What was read or copied last.
    var value: String?
    /// Whether the last step asked for the value.
    var isAsked = false
    /// How many dialogs were spoken of.
    var dialogs = 0
}
