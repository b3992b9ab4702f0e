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

/// How the pages of a context answer their dialogs: first by the answers that were given beforehand, one for each dialog,
/// then by the one for all others.
struct DialogAnswers: Sendable {
    var next: [DialogAnswer] = []
    var others = DialogAnswer.accept()

    mutating func take() -> DialogAnswer { next.isEmpty ? others : next.removeFirst() }
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
