//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why an action was not possible, or did not do what it is for.
package struct ActionFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The element is no longer on the page.
        case gone
        /// The element is now something else than what was seen. Nothing was done.
        case changedMeaning
        /// Something lies on top of it.
        case covered(by: String)
        case notVisible
        case disabled
        case readOnly
        /// It does not stand still.
        case moving
        /// There is no such option; these there are.
        case noSuchOption(options: [String])
        /// Several options fit; the place tells them apart.
        case ambiguousOption(options: [String])
        /// The control does not take the value; the message says what it takes.
        case refusedValue
        /// It was done, but the page does not show it.
        case notVerified
        /// The action is not for this element, or not for this page.
        case notSupported
        case navigationFailed
        case timedOut
        /// The page or its browser is gone.
        case pageGone
        case secretRefused
        case fileRefused
        /// A script failed.
        case scriptFailed
        /// Anything else.
        case other
    }

    package var kind: Kind
    /// What went wrong, in a sentence for people and models.
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
