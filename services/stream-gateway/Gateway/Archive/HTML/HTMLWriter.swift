//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Writes HTML in which nothing from outside can be markup: markup is given as literals of the program, and all else as
/// text.
struct HTMLWriter {
    /// What was written since it was taken away the last time, in UTF-8.
    private(set) var bytes: [UInt8] = []

    mutating func take() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    /// Our own markup.
    mutating func markup(_ text: StaticString) {
        text.withUTF8Buffer { bytes += $0 }
    }

    /// A text, also for an attribute's value in double quotation marks. What cannot be seen is written out, as the page
    /// does it: nothing in it turns the reading direction.
    mutating func text(_ text: some StringProtocol) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": markup("&amp;")
            case "<": markup("&lt;")
            case ">": markup("&gt;")
            case "\"": markup("&quot;")
            case "'": markup("&#39;")
            case "\n", "\t", " "..."~": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            default: add(scalar)
            }
        }
    }

    /// A file of ours that is a style sheet.
    mutating func styles(_ css: String) { bytes += css.utf8 }

    /// A picture as the value of `src`.
    mutating func jpeg(_ picture: [UInt8]) {
        markup("data:image/jpeg;base64,")
        bytes += Data(picture).base64EncodedData()
    }

    private mutating func add(_ scalar: Unicode.Scalar) {
        if scalar.value < 0x20, let sign = Unicode.Scalar(0x2400 + scalar.value) {
            bytes += Array(String(sign).utf8)
        } else if scalar.value == 0x7F {
            bytes += Array("\u{2421}".utf8)
        } else if Self.isUnseen(scalar) {
            let digits = String(scalar.value, radix: 16, uppercase: true)
            bytes += Array("‹U+\(String(repeating: "0", count: max(0, 4 - digits.count)))\(digits)›".utf8)
        } else {
            bytes += UTF8.encode(scalar).map(Array.init) ?? []
        }
    }

    /// Joiners belong to letters and emoji.
    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar != "\u{200C}", scalar != "\u{200D}" else { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
