//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How a terminal is sent pictures.
enum PictureProtocol: Sendable, Equatable {
    /// The graphics protocol of kitty, which Ghostty, WezTerm and Konsole know too.
    case kitty

    /// DEC's sixels, as xterm, foot, mlterm and Windows Terminal know them.
    case sixel

    /// What asks a terminal which of them it knows. Both questions have the form of sequences that terminals pass over
    /// which do not know them; the second one is answered by nearly all, so that nobody waits for the first in vain.
    static let question = "\u{1b}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1b}\\\u{1b}[c"

    /// Whether to ask at all. The consoles of systems show sequences that they do not know.
    static func mayAsk(_ environment: [String: String]) -> Bool {
        let name = environment["TERM"] ?? ""
        return !name.isEmpty && !["dumb", "linux", "vt52", "cons25"].contains(name) && !name.hasPrefix("sun")
    }

    /// Whether an answer is complete.
    static func isComplete(_ answer: [UInt8]) -> Bool {
        String(decoding: answer, as: UTF8.self).contains(/\u{1b}\[\?[0-9;]*c/)
    }

    /// What the answer says; `nil` for neither.
    init?(answer: [UInt8]) {
        let text = String(decoding: answer, as: UTF8.self)
        if text.contains("\u{1b}_Gi=31;OK") {
            self = .kitty
        } else if let attributes = text.firstMatch(of: /\u{1b}\[\?([0-9;]*)c/)?.1,
            attributes.split(separator: ";").dropFirst().contains("4")
        {
            self = .sixel
        } else {
            return nil
        }
    }

    /// What shows a picture at the cursor, and leaves the cursor below it.
    func text(for bitmap: Bitmap) -> String {
        switch self {
        case .kitty: Self.kittyText(for: bitmap)
        case .sixel: SixelEncoder.text(for: bitmap) + "\n"
        }
    }

    private static func kittyText(for bitmap: Bitmap) -> String {
        let encoded = Base64.text(bitmap.rgb)[...]
        var rest = encoded.utf8[...]
        var text = ""
        var isFirst = true
        repeat {
            let piece = rest.prefix(4096)
            rest = rest.dropFirst(piece.count)
            // q=2: no answers, which would look like keys.
            let head = isFirst ? "a=T,f=24,s=\(bitmap.width),v=\(bitmap.height),q=2," : ""
            text += "\u{1b}_G\(head)m=\(rest.isEmpty ? 0 : 1);" + String(Substring(piece)) + "\u{1b}\\"
            isFirst = false
        } while !rest.isEmpty
        return text + "\n"
    }
}

/// Base64 (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for part in 0..<4 {
                let digit = alphabet[value >> (18 - 6 * part) & 63]
                result.append(part <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// Sixels: six rows of pixels at a time, one colour after the other, of a palette of 216.
enum SixelEncoder {
    static func text(for bitmap: Bitmap) -> String {
        var text: [UInt8] = Array("\u{1b}Pq\"1;1;\(bitmap.width);\(bitmap.height)".utf8)
        for colour in 0..<216 {
            let (red, green, blue) = (colour / 36, colour / 6 % 6, colour % 6)
            text += Array("#\(colour);2;\(red * 20);\(green * 20);\(blue * 20)".utf8)
        }
        for top in stride(from: 0, to: bitmap.height, by: 6) {
            let rows = top..<min(top + 6, bitmap.height)
            // The six bits of each column for each colour that the band has.
            var bands: [Int: [UInt8]] = [:]
            for y in rows {
                for x in 0..<bitmap.width {
                    let colour = colour(of: bitmap, x, y)
                    bands[colour, default: Array(repeating: 0, count: bitmap.width)][x] |= 1 << UInt8(y - top)
                }
            }
            for (colour, columns) in bands.sorted(by: { $0.key < $1.key }) {
                text += Array("#\(colour)".utf8)
                append(columns, to: &text)
                text.append(UInt8(ascii: "$"))
            }
            text.append(UInt8(ascii: "-"))
        }
        text += Array("\u{1b}\\".utf8)
        return String(decoding: text, as: UTF8.self)
    }

    /// The nearest colour of the palette, with the rounding dithered by place.
    private static func colour(of bitmap: Bitmap, _ x: Int, _ y: Int) -> Int {
        let threshold = dither[(y & 3) * 4 + (x & 3)]
        let index = (y * bitmap.width + x) * 3
        return (0..<3).reduce(0) { colour, channel in
            colour * 6 + min(5, (Int(bitmap.rgb[index + channel]) * 5 * 16 / 255 + threshold) / 16)
        }
    }

    private static let dither = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]

    /// The columns, with repetitions counted.
    private static func append(_ columns: [UInt8], to text: inout [UInt8]) {
        var start = 0
        while start < columns.count {
            var end = start
            while end < columns.count, columns[end] == columns[start] { end += 1 }
            let sixel = 63 + columns[start]
            if end - start > 3 {
                text += Array("!\(end - start)".utf8)
                text.append(sixel)
            } else {
                text += Array(repeating: sixel, count: end - start)
            }
            start = end
        }
    }
}
