//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Finds what somebody may have meant who wrote a name that there is not.
package enum Spelling {
    /// The name that is nearest, if one is near enough for a slip of the finger: at most one letter in three is wrong,
    /// missing, too much, or changed places with its neighbour.
    ///
    /// - Parameter slips: The most that may be wrong in a long name.
    package static func nearest(to word: String, in names: some Sequence<String>, slips: Int = 3) -> String? {
        let letters = Array(word.lowercased())
        let limit = min(slips, max(1, letters.count / 3))
        // A long text is no slip.
        guard letters.count <= 64 else { return nil }
        return
            names
            .map { (name: $0, distance: distance(letters, Array($0.lowercased()))) }
            .filter { $0.distance <= limit && $0.distance < letters.count }
            .min { $0.distance < $1.distance }?
            .name
    }

    /// The optimal string alignment distance.
    private static func distance(_ one: [Character], _ other: [Character]) -> Int {
        var before: [Int] = []
        var last = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var current = [row + 1]
            for (column, otherLetter) in other.enumerated() {
                var cost = min(
                    last[column] + (letter == otherLetter ? 0 : 1),
                    last[column + 1] + 1,
                    current[column] + 1
                )
                if row > 0, column > 0, letter == other[column - 1], one[row - 1] == otherLetter {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            (before, last) = (last, current)
        }
        return last[other.count]
    }
}
