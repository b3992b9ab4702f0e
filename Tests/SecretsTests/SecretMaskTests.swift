//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import JSON
import Testing

@testable import Secrets

@Suite("Masking secrets")
struct SecretMaskTests {
    private let mark = "<secret>x_password</secret>"

    private func mask(_ value: String) -> SecretMask { SecretMask([("x_password", value)]) }

    @Test("A value is masked wherever it occurs, and every time")
    func asItIs() {
        let mask = mask("hunter2!")
        #expect(mask.masked("hunter2!") == mark)
        #expect(mask.masked("It is hunter2! and hunter2!.") == "It is \(mark) and \(mark).")
        #expect(mask.masked("hunter2!hunter2!") == mark + mark)
        #expect(mask.masked("hunter2 hunter3!") == "hunter2 hunter3!")
        #expect(mask.masked("") == "")
    }

    @Test("Without secrets nothing changes")
    func none() {
        #expect(SecretMask.none.isEmpty)
        #expect(SecretMask.none.masked("hunter2! %41 …") == "hunter2! %41 …")
    }

    /// All ways in which a page, a URL or a log may write the value.
    static let writings: [(String, @Sendable (String) -> String)] = [
        ("URL component", { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }),
        (
            "URL component in lower case",
            { text in
                text.utf8.map { byte in
                    Character(Unicode.Scalar(byte)).isLetter && byte < 0x80
                        ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                }
                .joined()
            }
        ),
        ("every byte of it", { $0.utf8.map { String(format: "%%%02X", $0) }.joined() }),
        (
            "form field",
            { text in
                (text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: " "))) ?? "")
                    .replacing(" ", with: "+")
            }
        ),
        ("JSON", { JSONValue.string($0).text }),
        ("JSON in JSON", { JSONValue.string(JSONValue.string($0).text).text }),
        ("JSON with escapes only", { $0.utf16.map { String(format: "\\u%04x", $0) }.joined() }),
        (
            "HTML",
            { text in
                text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing("\"", with: "&quot;")
                    .replacing("'", with: "&#39;")
            }
        ),
        ("HTML numbers", { $0.unicodeScalars.map { "&#\($0.value);" }.joined() }),
        ("HTML hexadecimal numbers", { $0.unicodeScalars.map { "&#x" + String($0.value, radix: 16) + ";" }.joined() }),
        (
            "JSON in a URL",
            { JSONValue.string($0).text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "" }
        ),
        (
            "URL twice",
            { text in
                let once = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                return once.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
            }
        ),
        ("hexadecimal", { $0.utf8.map { String(format: "%02x", $0) }.joined() }),
        ("Base64", { Data($0.utf8).base64EncodedString().replacing("=", with: "") }),
        ("composed letters", { $0.precomposedStringWithCanonicalMapping }),
        ("decomposed letters", { $0.decomposedStringWithCanonicalMapping }),
        ("with characters that are not seen", { $0.map { "\($0)\u{200B}" }.joined() }),
    ]

    static let values = [
        "correct horse battery", "p&ss<w>\"o'rd\\/%41+x", "Pässwörter-für-Ärzte", "ключ от квартиры", "🔑🔑🔑🔑 key",
        "a\\nb%2Bc&amp;d", "e\u{301}cole-secre\u{300}te",
    ]

    @Test("A value is masked in every way in which it may be written", arguments: values, 0..<17)
    func isMasked(_ value: String, _ index: Int) throws {
        try #require(Self.writings.count == 17)
        let (kind, write) = Self.writings[index]
        let text = "before " + write(value) + " after"
        let masked = mask(value).masked(text)
        let rest = masked.replacing(mark, with: "")
        #expect(masked.contains(mark), "\(kind): \(text) became \(masked)")
        // At most quotation marks added by JSON and parts of a Base64 byte may remain.
        let left = rest.replacing("before ", with: "").replacing(" after", with: "")
        #expect(left.count <= 6, "\(kind): \(text) left \(left)")
    }

    @Test("Inside Base64-encoded text a value is masked at every offset", arguments: 0..<3)
    func insideBase64(_ offset: Int) {
        let value = "Tr0ub4dor&3"
        let encoded = Data((String(repeating: "u", count: offset) + ":" + value + ":tail").utf8).base64EncodedString()
        let masked = mask(value).masked("Authorization: Basic \(encoded)")
        #expect(masked.contains(mark), "\(masked)")
        let forURL = encoded.replacing("+", with: "-").replacing("/", with: "_")
        #expect(mask(value).masked(forURL).contains(mark))
    }

    @Test("A long value is masked in upper and lower case, a short one only verbatim")
    func letterCase() {
        #expect(mask("Hunter22").masked("HUNTER22 hunter22") == "\(mark) \(mark)")
        #expect(mask("ÉCOLE-secrète").masked("école-SECRÈTE") == mark)
        #expect(mask("Pass1").masked("pass1 PASS1 Pass1") == "pass1 PASS1 \(mark)")
        let both = SecretMask([("a", "Pass1"), ("b", "pASS1")])
        #expect(both.masked("Pass1 pASS1 pass1") == "<secret>a</secret> <secret>b</secret> pass1")
    }

    @Test("In truncated text the beginning of a value is masked too")
    func cutOff() {
        let mask = mask("hunter2-and-more")
        #expect(mask.masked("It is hunter2-an…") == "It is \(mark)…")
        #expect(mask.masked("It is \"hunt...\"") == "It is \"\(mark)...\"")
        #expect(mask.masked("It is hun…") == "It is hun…")
        #expect(mask.masked("hunter2… or hunter2-and-more") == "\(mark)… or \(mark)")
        #expect(mask.masked("q=hunter2%2Dan%2… or") == "q=\(mark)%2… or")
        #expect(mask.masked("It is hunter2-an") == "It is hunter2-an")
        #expect(mask.masked("It is hunter2-an", isCut: true) == "It is \(mark)")
    }

    @Test("Of values that contain or overlap each other nothing is left")
    func overlapping() {
        let mask = SecretMask([("short", "secret-1"), ("long", "my-secret-1-is-long"), ("tail", "long-and-longer")])
        #expect(mask.masked("my-secret-1-is-long") == "<secret>long</secret>")
        #expect(mask.masked("a secret-1") == "a <secret>short</secret>")
        #expect(mask.masked("my-secret-1-is-long-and-longer") == "<secret>long</secret>")
        #expect(mask.masked("xlong-and-longer") == "x<secret>tail</secret>")
    }

    @Test("Masking a masked text again changes nothing")
    func again() {
        let mask = SecretMask([("x_user", "standard_user"), ("x_password", "secret_sauce")])
        let once = mask.masked("standard_user signs in with SECRET_SAUCE…")
        #expect(once == "<secret>x_user</secret> signs in with <secret>x_password</secret>…")
        #expect(mask.masked(once) == once)
    }

    @Test("JSON values are masked in all strings and members' names")
    func json() {
        let value: JSONValue = ["hunter2!": ["a hunter2!", 3, true, .null]]
        #expect(mask("hunter2!").masked(value) == [mark: .array([.string("a \(mark)"), 3, true, .null])])
    }

    @Test("Numbers that show a value become masked strings on request")
    func numbers() {
        let value: JSONValue = ["pin": 4711, "cents": 12, "all": [4711.0]]
        #expect(mask("4711").masked(value) == value)
        #expect(mask("4711").masked(value, numbers: true)["pin"] == .string(mark))
        #expect(mask("4711").masked(value, numbers: true)["cents"] == 12)
    }

    @Test("White space that a page changes does not hide a value")
    func whiteSpace() {
        let mask = mask("  line one\n\tline two  ")
        #expect(mask.masked("[line one line two]") == "[\(mark)]")
        #expect(mask.masked("[line one\n\n   line\u{A0}two]") == "[\(mark)]")
        #expect(mask.masked("[line%20one%0A%09line+two]") == "[\(mark)]")
    }

    @Test("A large page with many secrets is masked quickly, whatever it contains")
    func speed() {
        let secrets = (0..<50).map {
            ("name_\($0)", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-\($0)-" + String(repeating: "b", count: 100))
        }
        let mask = SecretMask(secrets)
        let hostile = String(repeating: "a", count: 40_000)
        let escaped = String(repeating: "%61…", count: 10_000)
        let start = ContinuousClock.now
        _ = mask.masked(hostile)
        _ = mask.masked(escaped)
        let took = start.duration(to: .now)
        // Unoptimized and beside other tests: about 100 ms. Time proportional to the product would take minutes.
        #expect(took < .seconds(25))
    }

    @Test("What a person has answered is hidden from then on, a short answer where it stands as a word")
    func answers() {
        var mask = SecretMask([("x_name", "Grace Hopper")])
        mask.hide("734911", behind: "••••")
        mask.hide(" 829 ", behind: "••••")
        #expect(mask.masked("typed 734911 and 829.") == "typed •••• and ••••.")
        #expect(mask.masked("https://a.example/?code=734911&cvv=829") == "https://a.example/?code=••••&cvv=••••")
        #expect(mask.masked("8290, x829, 1829") == "8290, x829, 1829")
        #expect(mask.masked("Grace Hopper") == "<secret>x_name</secret>")
        #expect(mask.hides(anythingIn: "829") && !mask.hides(anythingIn: "1829"))
        var empty = SecretMask.none
        empty.hide("  ", behind: "••••")
        #expect(empty.masked("  a  ") == "  a  ")
    }
}
