//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Dashboard

@Suite("Keys")
struct KeyTests {
    private func keys(_ text: String) -> [Key] {
        var parser = KeyParser()
        return parser.feed(Array(text.utf8)) + parser.flush()
    }

    @Test("Are read as a terminal sends them")
    func forms() {
        #expect(keys("aÄ日 ") == [.character("a"), .character("Ä"), .character("日"), .character(" ")])
        #expect(keys("\r\n\t\u{7f}\u{8}") == [.enter, .enter, .tab, .backspace, .backspace])
        #expect(keys("\u{3}\u{1a}\u{c}") == [.control("c"), .control("z"), .control("l")])
        #expect(keys("\u{1b}[A\u{1b}OB\u{1b}[1;5C\u{1b}[D") == [.up, .down, .right, .left])
        #expect(
            keys("\u{1b}[H\u{1b}[F\u{1b}[5~\u{1b}[6~\u{1b}[1~\u{1b}[4~") == [
                .home, .end, .pageUp, .pageDown, .home, .end,
            ]
        )
    }

    @Test("Are the same in pieces of any size")
    func pieces() {
        let bytes = Array("a\u{1b}[5~Ä\u{1b}[Aé\u{1b}_Gi=31;OK\u{1b}\\q".utf8)
        let expected: [Key] = [.character("a"), .pageUp, .character("Ä"), .up, .character("é"), .character("q")]
        for size in 1...bytes.count {
            var parser = KeyParser()
            var keys: [Key] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                keys += parser.feed(Array(bytes[start..<min(bytes.count, start + size)]))
            }
            #expect(keys == expected, "\(size)")
        }
    }

    @Test("An escape alone is a key when nothing follows; answers of the terminal and broken bytes are none")
    func others() {
        var parser = KeyParser()
        #expect(parser.feed([0x1B]) == [])
        #expect(parser.isPending)
        #expect(parser.flush() == [.escape])
        #expect(keys("\u{1b}[?62;4c\u{1b}]11;rgb:00/00/00\u{7}\u{1b}[200~x") == [.character("x")])
        parser = KeyParser()
        #expect(parser.feed([0xFF, 0xC3, 0x28, 0x61]) == [.character("("), .character("a")])
    }
}
