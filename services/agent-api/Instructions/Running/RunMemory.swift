//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a run keeps in mind, and what has come of it so far.
struct RunMemory: Sendable {
    var page = Memory()
    /// Texts that are not shown.
    var hidden: [String] = []
    /// What the task was to find out, in the order in which it was found.
    var results: [String] = []
    /// What the last search led to, where nothing else is asked for.
    var summary: String?
    /// What was checked on the page, the last of it.
    var verified: [String] = []
    /// The tabs in the order in which they were shown, the present one last.
    var tabs: [String] = []
    /// Whether the cursor was moved by a key, so that what is typed next goes where it is.
    var hasPressedKey = false
    /// What the page said when the last step was over.
    var lastText: String?
    /// Whether a later step reads or checks what the page says.
    var isRead = false
    /// Whether the next step sends what is written.
    var isSent = false
    /// Whether the answers to dialogs are said.
    var isAnswered = false
    /// Whether something was typed or chosen, which a page may take its time for.
    var isUnsettled = false
    /// Whether the step before may have changed the page.
    var changedPage = false
    /// Whether no step follows.
    var isLast = false
    /// Whether they were said beforehand.
    var isPrepared = false
    /// Whether the condition of the last step that had one held.
    var held = true

    init(hidden: [String] = []) { self.hidden = hidden }
}
