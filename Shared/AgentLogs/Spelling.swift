//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Suggests the known name closest to a misspelled one.
package enum Spelling {
    /// The closest name by edit distance, if it is close enough for a typing mistake: at most one letter in three is
    /// wrong, missing, added, or swapped with its neighbour.
    ///
    /// - Parameter slips: The largest edit distance allowed for a long name.
    package static func nearest(to word: String, in names: some Sequence<String>, slips: Int = 3) -> String? {
        let letters = Array(word.lowercased())
        let limit = min(slips, max(1, letters.count / 3))
        // A long text is not a misspelled name.
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
