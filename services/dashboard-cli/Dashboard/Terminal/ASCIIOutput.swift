//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// For a terminal that shows ASCII only: every other character becomes something like it, or a question mark, in as many
/// columns.
struct ASCIIOutput: TextOutput {
    let base: any TextOutput

    func write(_ text: String) async throws { try await base.write(Self.text(text)) }

    func check() throws { try base.check() }

    var isClosed: Bool { base.isClosed }

    static func text(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
        var result = ""
        for character in text {
            if character.isASCII || character == "\r\n" {
                result.append(character)
            } else {
                let columns = TextWidth.columns(String(character))
                result += replacements[character] ?? String(repeating: "?", count: columns)
            }
        }
        return result
    }

    private static let replacements: [Character: String] = [
        "…": ".", "·": "-", "│": "|", "─": "-", "▌": ">", "█": "#", "░": ".", "▒": "=", "✔": "+", "✘": "x", "■": "#",
        "→": ">",
        "↑": "^", "↓": "v", "“": "\"", "”": "\"", "‘": "'", "’": "'", "–": "-", "—": "-",
    ]
}

/// What a terminal can show.
enum Charset {
    /// Whether the locale says that the terminal does not show UTF-8. Where nothing is said, it does.
    static func isASCII(_ environment: [String: String]) -> Bool {
        for name in ["LC_ALL", "LC_CTYPE", "LANG"] {
            guard let value = environment[name], !value.isEmpty else { continue }
            let locale = value.lowercased()
            return !locale.contains("utf-8") && !locale.contains("utf8")
        }
        return false
    }
}
