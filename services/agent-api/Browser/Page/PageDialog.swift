//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package enum DialogAnswer: Sendable, Hashable {
    /// With OK; a `prompt` gets the text, or what the page suggests where it is `nil`.
    case accept(text: String? = nil)
    /// With Cancel; for a page that asks whether it may be left (`beforeunload`) this means to stay.
    case dismiss
}

/// The kinds of dialogs that a page can open by JavaScript.
package enum DialogKind: String, Sendable, CaseIterable {
    case alert
    case confirm
    case prompt
    /// It asks whether the page may be left.
    case beforeunload
}

/// A dialog that a page opened by JavaScript, and how it was answered. It stops the page until then, so it is answered at
/// once.
package struct PageDialog: Sendable, Hashable {
    /// Counts the dialogs of a page from 1.
    package var number: Int
    /// `alert`, `confirm`, `prompt` or `beforeunload`.
    package var kind: String
    /// What the page asks.
    package var message: String
    /// What it was told.
    package var answer: DialogAnswer
}

/// How the pages of a context answer their dialogs: first by the answers that were given beforehand, one for each dialog
/// that it fits, then by the one for all others. Without one, nothing is agreed to that a page asks for: an alert has but one
/// answer, and a page that is left is left on purpose.
struct DialogAnswers: Sendable {
    struct Prepared: Sendable {
        var answer: DialogAnswer
        /// The kind of dialog that it is for; without one, for any that asks something.
        var kind: DialogKind?

        func fits(_ dialog: DialogKind?) -> Bool { kind.map { $0 == dialog } ?? (dialog != .alert) }
    }

    var next: [Prepared] = []
    var others: DialogAnswer?

    mutating func take(_ kind: DialogKind?) -> DialogAnswer {
        if let index = next.firstIndex(where: { $0.fits(kind) }) { return next.remove(at: index).answer }
        if let others { return others }
        return kind == .confirm || kind == .prompt ? .dismiss : .accept()
    }
}

/// Notices a page that opens one dialog after the other without end.
struct DialogBurst: Sendable {
    /// So many dialogs, …
    static let limit = 20
    /// … each so soon after the last one, are no questions any more.
    static let pause = Duration.seconds(1)

    private var count = 0
    private var last: ContinuousClock.Instant?

    /// Counts a dialog.
    ///
    /// - Returns: whether it is one too many. Counting begins anew after it.
    mutating func isTooMany(at now: ContinuousClock.Instant) -> Bool {
        let goesOn = last.map { $0.duration(to: now) < Self.pause } ?? false
        count = goesOn ? count + 1 : 1
        last = now
        guard count > Self.limit else { return false }
        count = 0
        return true
    }
}
