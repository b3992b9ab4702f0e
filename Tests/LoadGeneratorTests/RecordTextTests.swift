//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import LoadGenerator

@Suite("Texts of records")
struct RecordTextTests {
    private let content = RecordText.Content(run: 12, seq: 345, due: 81_234_567_890_123)

    private func text(length: Int) -> [UInt8] {
        var text: [UInt8] = []
        RecordText.append(content, length: length, to: &text)
        return text
    }

    private func read(_ line: [UInt8], length: Int) -> RecordText.Content? {
        line.withUnsafeBufferPointer { line in
            RecordText.find(in: line).flatMap { RecordText.parse($0, length: length) }
        }
    }

    @Test("A text has the length that was asked for and is read back out of a line", arguments: [100, 200, 5000])
    func roundTrip(length: Int) {
        let text = self.text(length: length)
        #expect(text.count == length)
        let line = Array(#"data: {"type":"log","list":[1],"message":""#.utf8) + text + Array(#"","seq":345}"#.utf8)
        #expect(read(line, length: length) == content)
    }

    @Test("A text of which any one byte behind the marker was changed is no record any more")
    func everyByteIsCompared() throws {
        let text = self.text(length: 120)
        let marker = try #require(text.firstIndex(of: UInt8(ascii: "[")))
        for index in marker..<text.count {
            var changed = text
            changed[index] ^= 0x80
            #expect(read(changed, length: 120) == nil, "byte \(index)")
        }
    }

    @Test("A text that was cut or drawn out is no record")
    func lengthIsCompared() {
        let text = self.text(length: 120)
        #expect(read(text.dropLast(), length: 120) == nil)
        #expect(read(Array(text.dropLast()) + Array("a]".utf8), length: 120) == nil)
        #expect(read(text, length: 121) == nil)
    }

    @Test("A line without the marker holds no record", arguments: ["", "[", "data: [loud 1 2 3 ]", "[load"])
    func noMarker(line: String) {
        #expect(read(Array(line.utf8), length: 100) == nil)
    }
}
