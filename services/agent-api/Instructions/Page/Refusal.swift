//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import PageActions

/// Why a step is not done: what was understood, and what there is instead.
struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
    enum Kind: Hashable, Sendable {
        /// Nothing on the page is it.
        case missing
        /// Several things are it.
        case ambiguous
        /// It cannot be used now.
        case unusable
        /// The page does not say what is asked.
        case unanswered
        /// The list is there, and has no such option.
        case lacking
    }

    var kind: Kind
    var description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
