//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A task that says something that the language does not have.
struct NotUnderstood: Error, Hashable, Sendable, CustomStringConvertible {
    /// The step's number, from 1; `nil` where the task has no words.
    var step: Int?
    var words: String

    var description: String {
        guard let step else { return "it says nothing to do; \(Self.known)" }
        return "step \(step), \"\(words.shortened(to: 200))\", is not understood; \(Self.known)"
    }

    private static let known = """
        understood are: go to ADDRESS; search for TEXT; click NAME; type TEXT into FIELD; press KEY; check or uncheck NAME; \
        select OPTION from LIST; set FIELD to VALUE; open or close NAME; drag NAME to NAME; wait for TEXT; wait 2 seconds; scroll down; \
        go back; reload; read NAME; how many …; make sure that …; if …, …; and on a page whatever its buttons are called
        """
}
