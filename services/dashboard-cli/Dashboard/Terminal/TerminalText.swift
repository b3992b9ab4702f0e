//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Text from elsewhere, made harmless to show: a log message must not move the cursor, retitle the window, or look like
/// other text than it is, neither on a terminal nor in a file that is looked at on one later.
enum TerminalText {
    /// The text with control characters, escape sequences and direction overrides written out (`\x1b`). Line feeds and
    /// tabs stay, CRLF becomes a line feed.
    static func neutralised(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { needsCare($0) }) else { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\r", rest.first == "\n" {
                continue
            } else if needsCare(scalar) {
                result.append(contentsOf: escaped(scalar).unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }

    /// The same for what has to stay on one line.
    static func singleLine(_ text: String) -> String {
        let lines = neutralised(text).split(omittingEmptySubsequences: true) { $0 == "\n" || $0 == "\t" }
        return lines.joined(separator: " ")
    }

    /// Whether showing the scalar could do more than print it.
    static func needsCare(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x09: false
        case 0x00..<0x20, 0x7F...0x9F: true
        // Line and paragraph separators, direction overrides and isolates.
        case 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return scalar.value < 0x100 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
    }
}
