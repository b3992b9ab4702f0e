//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Makes a name that a server or a page suggests for a file one that can be written without harm.
enum FileName {
    /// The longest name, in bytes of UTF-8. Most file systems take 255.
    static let maximumLength = 150

    /// The last component of the suggestion without control characters, marks that turn the direction of the text, and
    /// characters that mean something to a shell or a file system; never empty, never hidden, never a reserved name.
    static func cleaned(_ suggestion: String) -> String {
        let last = suggestion.split(omittingEmptySubsequences: true) { $0 == "/" || $0 == "\\" }.last ?? ""
        var name = String.UnicodeScalarView()
        for scalar in last.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: continue
            default: name.append("<>:\"|?*$`".unicodeScalars.contains(scalar) ? "_" : scalar)
            }
        }
        let trimmed = String(name.drop { $0 == "." || $0 == " " || $0 == "-" })
        let visible = String(trimmed.reversed().drop { $0 == "." || $0 == " " }.reversed())
        return visible.isEmpty ? "download" : shortened(visible)
    }

    /// A name that is not taken: `report.csv`, `report (2).csv`, …
    static func unused(_ name: String, isTaken: (String) -> Bool) -> String {
        guard isTaken(name) else { return name }
        let (stem, suffix) = split(name)
        var number = 2
        while isTaken("\(stem) (\(number))\(suffix)") { number += 1 }
        return "\(stem) (\(number))\(suffix)"
    }

    /// Keeps the ending, by which programs tell what a file is.
    private static func shortened(_ name: String) -> String {
        guard name.utf8.count > maximumLength else { return name }
        let (stem, suffix) = split(name)
        let kept = suffix.utf8.count <= 20 ? suffix : ""
        var short = kept.isEmpty ? name : stem
        while short.utf8.count + kept.utf8.count > maximumLength { short.removeLast() }
        return short + kept
    }

    private static func split(_ name: String) -> (stem: String, suffix: String) {
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return (name, "") }
        return (String(name[..<dot]), String(name[dot...]))
    }
}
