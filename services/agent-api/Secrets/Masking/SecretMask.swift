//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

/// Replaces secret values in texts by their names: `<secret>x_password</secret>`.
///
/// A value is found verbatim; case-insensitively if it has 8 characters or more; in other Unicode spellings; as URLs,
/// HTML, JSON and JavaScript encode it (also nested); in Base64 and hexadecimal; and by its first 4 or more characters
/// if the text is truncated with an ellipsis. Deliberate changes by a page, such as reordering the letters, are not
/// detected.
package struct SecretMask: Sendable {
    /// A form in which a value may be written.
    private struct Pattern: Sendable {
        /// Folded, like texts before the comparison.
        var bytes: [UInt8]
        /// Not folded, if the match is case-sensitive.
        var exact: [UInt8]?
        var name: Int
    }

    /// A place in a text that shows a value.
    private struct Find {
        var range: Range<Int>
        var name: Int
    }

    /// `…` in UTF-8.
    static let ellipsis: [UInt8] = [0xE2, 0x80, 0xA6]
    /// How many levels of nested encoding are decoded.
    static let depth = 4

    private var marks: [[UInt8]] = []
    private var patterns: [Pattern] = []
    private var trie = PatternTrie([])
    private var spelling: [Character: [UInt8]] = [:]
    /// Values that are too short to be looked for within words, and their marks.
    private var words: [(text: String, mark: String)] = []

    /// A mask that hides nothing.
    package static let none = SecretMask([])

    /// Whether there is nothing to hide.
    package var isEmpty: Bool { patterns.isEmpty && words.isEmpty }

    /// Creates a mask.
    ///
    /// - Parameter secrets: Names and values. A name may have several values. A value with several names is shown as
    ///   the first.
    package init(_ secrets: [(name: String, value: String)]) {
        for (index, secret) in secrets.enumerated() {
            marks.append(Array(SecretReference(secret.name).text.utf8))
            add(secret.value, name: index)
        }
        arrange()
    }

    /// Hides one more value.
    ///
    /// - Parameters:
    ///   - value: Also a short one, as a person may give it: fewer than 4 bytes are hidden where they stand as a word.
    ///   - mark: What stands in its place.
    package mutating func hide(_ value: String, behind mark: String) {
        marks.append(Array(mark.utf8))
        let word = value.trimmed
        if (1..<SecretForms.shortestBeginning).contains(word.utf8.count) { words.append((word, mark)) }
        add(value, name: marks.count - 1)
        arrange()
    }

    private mutating func add(_ value: String, name: Int) {
        for character in value where !character.isASCII { learn(character) }
        for form in SecretForms.forms(of: value) {
            let view = TextView(form.bytes)
            let spelled = (spelling.isEmpty ? nil : view.respelled(spelling))?.bytes ?? form.bytes
            patterns.append(
                Pattern(
                    bytes: spelled.map { Self.folded[Int($0)] },
                    exact: form.isExact && spelled == form.bytes ? form.bytes : nil,
                    name: name
                )
            )
        }
    }

    private mutating func arrange() {
        // Of two equal forms, the case-insensitive one comes first.
        patterns.sort { ($0.exact == nil ? 0 : 1, $0.name) < ($1.exact == nil ? 0 : 1, $1.name) }
        trie = PatternTrie(patterns.map(\.bytes))
    }

    /// A mask that replaces one value by a mark.
    package init(hiding value: String, behind mark: String) {
        self.init([("", value)])
        marks = [Array(mark.utf8)]
    }

    private mutating func learn(_ character: Character) {
        let lower = character.lowercased()
        let upper = character.uppercased()
        for other in [String(character), lower, upper] where other.count == 1 {
            if let single = other.first, spelling[single] == nil { spelling[single] = Array(lower.utf8) }
        }
    }

    /// The text without the secret values.
    ///
    /// - Parameter isCut: Whether the text was truncated after its last character without an ellipsis.
    package func masked(_ text: String, isCut: Bool = false) -> String {
        guard !isEmpty else { return text }
        let text = words.reduce(text) { $1.text.hidden(in: $0, behind: $1.mark) }
        let bytes = Array(text.utf8)
        let finds = finds(in: bytes, isCut: isCut)
        guard !finds.isEmpty else { return text }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var end = 0
        for find in finds {
            output += bytes[end..<find.range.lowerBound]
            output += marks[find.name]
            end = find.range.upperBound
        }
        output += bytes[end...]
        return String(decoding: output, as: UTF8.self)
    }

    /// The value with all its strings masked, including names of members.
    ///
    /// - Parameter numbers: Whether numbers that contain a secret become masked strings.
    package func masked(_ value: JSONValue, numbers: Bool = false) -> JSONValue {
        guard !isEmpty else { return value }
        switch value {
        case .string(let text): return .string(masked(text))
        case .array(let elements): return .array(elements.map { masked($0, numbers: numbers) })
        case .object(let members):
            let masked = members.map { (self.masked($0), self.masked($1, numbers: numbers)) }
            return .object(Dictionary(masked, uniquingKeysWith: { first, _ in first }))
        case .integer, .number, .largeInteger:
            return numbers && hides(anythingIn: value.text) ? .string(masked(value.text)) : value
        default: return value
        }
    }

    /// A run's masked result. A JSON result (`output_schema`) stays JSON, even if a number contains a secret.
    package func masked(result: String) -> String {
        guard hides(anythingIn: result) else { return result }
        switch try? JSONValue(parsing: result.utf8) {
        case .object(let members): return masked(.object(members), numbers: true).text
        case .array(let elements): return masked(.array(elements), numbers: true).text
        default: return masked(result)
        }
    }

    /// Whether a text shows any of the values.
    package func hides(anythingIn text: String) -> Bool {
        guard !isEmpty else { return false }
        return words.contains { $0.text.hidden(in: text, behind: $0.mark) != text }
            || !finds(in: Array(text.utf8), isCut: false).isEmpty
    }

    // MARK: Finding

    /// Upper case folded to lower case, and `+` to the space that it means in forms.
    private static let folded: [UInt8] = (UInt8.min...UInt8.max).map { byte -> UInt8 in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        case UInt8(ascii: "+"): 0x20
        default: byte
        }
    }

    /// The places, in order, with overlapping ones merged.
    private func finds(in bytes: [UInt8], isCut: Bool) -> [Find] {
        var finds: [Find] = []
        var view: TextView? = TextView(bytes)
        for _ in 0...Self.depth {
            guard let seen = view else { break }
            search(seen, isCut: isCut, &finds)
            if !spelling.isEmpty, let respelled = seen.respelled(spelling) { search(respelled, isCut: isCut, &finds) }
            view = seen.decoded()
        }
        return Self.merged(finds)
    }

    private func search(_ view: TextView, isCut: Bool, _ finds: inout [Find]) {
        let bytes = view.bytes
        var state: Int32 = 0
        for index in bytes.indices {
            let byte = bytes[index]
            if state != 0, byte == 0xE2 || byte == UInt8(ascii: "."), Self.isEllipsis(bytes, at: index) {
                searchBeginning(state, endingAt: index, view, &finds)
            }
            state = trie.next(state, Self.folded[Int(byte)])
            guard state != 0 else { continue }
            trie.forEachEnd(at: state) { number in
                let pattern = patterns[number]
                let range = (index + 1 - pattern.bytes.count)..<(index + 1)
                if let exact = pattern.exact, !Self.isSame(exact, bytes[range]) { return }
                finds.append(Find(range: view.place(of: range), name: pattern.name))
            }
        }
        if isCut { searchBeginning(state, endingAt: bytes.count, view, &finds) }
    }

    private func searchBeginning(_ state: Int32, endingAt end: Int, _ view: TextView, _ finds: inout [Find]) {
        let (length, pattern) = trie.beginning(at: state)
        guard length >= SecretForms.shortestBeginning, pattern >= 0 else { return }
        finds.append(Find(range: view.place(of: (end - length)..<end), name: patterns[pattern].name))
    }

    private static func isEllipsis(_ bytes: [UInt8], at index: Int) -> Bool {
        bytes[index...].starts(with: ellipsis) || bytes[index...].starts(with: "...".utf8)
    }

    private static func isSame(_ exact: [UInt8], _ bytes: ArraySlice<UInt8>) -> Bool {
        zip(exact, bytes).allSatisfy { $0 == $1 || (folded[Int($0)] == 0x20 && folded[Int($1)] == 0x20) }
    }

    /// The longest of the overlapping places gives the name.
    private static func merged(_ finds: [Find]) -> [Find] {
        guard finds.count > 1 else { return finds }
        var merged: [Find] = []
        var longest = 0
        let order = finds.sorted { ($0.range.lowerBound, $1.range.count) < ($1.range.lowerBound, $0.range.count) }
        for find in order {
            guard let last = merged.last, find.range.lowerBound < last.range.upperBound else {
                merged.append(find)
                longest = find.range.count
                continue
            }
            let union = last.range.lowerBound..<max(last.range.upperBound, find.range.upperBound)
            let name = find.range.count > longest ? find.name : last.name
            longest = max(longest, find.range.count)
            merged[merged.count - 1] = Find(range: union, name: name)
        }
        return merged
    }
}
