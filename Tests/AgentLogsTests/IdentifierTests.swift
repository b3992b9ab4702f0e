//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    static let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-"

    @Test(
        "Text that follows the rule is accepted unchanged",
        arguments: [
            "a", "-", "...", ".a", "597e433d-8a1c-4f6e-9b1d-0c2f3a4b5c6d", "my-test-request-123", Self.alphabet,
        ]
    )
    func valid(text: String) throws {
        let identifier = try Identifier(text)
        #expect(identifier.rawValue == text)
        #expect("\(identifier)" == text)
        #expect(Identifier(rawValue: text) == identifier)
    }

    @Test("128 characters are allowed, 129 are not")
    func length() throws {
        #expect(try Identifier(String(repeating: "x", count: 128)).rawValue.count == 128)
        let error = #expect(throws: InvalidIdentifier.self) { try Identifier(String(repeating: "x", count: 129)) }
        #expect(error?.description == "has 129 characters; allowed are 1 to 128 characters of A-Z a-z 0-9 . _ : -")
    }

    @Test(
        "Text that breaks the rule is rejected with the reason",
        arguments: [
            ("", "is empty"), (".", "is ., which cannot be part of an address"),
            ("..", "is .., which cannot be part of an address"),
            ("run\n1", "has a line break at position 4"),
            ("run1\n", "has a line break at position 5"),
            ("\rrun", "has a line break at position 1"),
            ("my run", "has a space at position 3"),
            ("a/b", "has the character / at position 2"),
            ("..%2f", "has the character % at position 3"),
            ("{a}", "has the character { at position 1"),
            ("a*", "has the character * at position 2"),
            ("a\u{0}", "has a control character at position 2"),
            ("a\t", "has a control character at position 2"),
            ("a\u{7F}", "has a control character at position 2"),
            ("é", "has a character outside of ASCII at position 1"),
            ("run📍", "has a character outside of ASCII at position 4"),
            // Letters of other scripts look like ASCII letters, and a combining mark hides after one.
            ("\u{430}bc", "has a character outside of ASCII at position 1"),
            ("e\u{301}", "has a character outside of ASCII at position 2"),
        ]
    )
    func invalid(text: String, reason: String) {
        let error = #expect(throws: InvalidIdentifier.self) { try Identifier(text) }
        #expect(error?.reason == reason)
        #expect(error?.description == "\(reason); allowed are \(Identifier.rule)")
        #expect(Identifier(rawValue: text) == nil)
    }

    @Test("Of all ASCII characters exactly those of the rule are allowed")
    func everyCharacter() {
        let allowed = Set(Self.alphabet)
        for code in UInt8(0)..<128 {
            let character = Character(UnicodeScalar(code))
            let identifier = Identifier(rawValue: "a\(character)")
            #expect((identifier != nil) == allowed.contains(character), "character \(code)")
        }
    }

    @Test("In JSON it is a string, and an invalid one is rejected with the rule")
    func json() throws {
        let decoded = try JSONDecoder().decode([Identifier].self, from: Data(#"["a:1","b.2"]"#.utf8))
        #expect(decoded == [try Identifier("a:1"), try Identifier("b.2")])
        #expect(String(decoding: try JSONEncoder().encode(decoded), as: UTF8.self) == #"["a:1","b.2"]"#)
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Identifier].self, from: Data(#"["a b"]"#.utf8))
        }
        guard case .dataCorrupted(let context) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(context.debugDescription.contains("has a space at position 2; allowed are"))
    }
}
