//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// What a run keeps in mind from step to step, for "it", "that" and "the field".
struct RunMemory: Sendable {
    /// The element that was used or found last.
    var element: PageElement?
    /// The place that was found last: "find the email by Ada, click the star".
    var place: ElementScope?
    /// What was read or copied last.
    var value: String?
    /// What the task was to find out, in the order in which it was found.
    var results: [String] = []
    /// What the last search led to, where nothing else is asked for.
    var summary: String?
    /// How many dialogs there were on each page, by its tab, when the last step began.
    var dialogsBefore: [String: Int] = [:]
    /// The tabs in the order in which they were shown, the present one last.
    var tabs: [String] = []
}
