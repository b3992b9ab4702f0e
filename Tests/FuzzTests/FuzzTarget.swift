//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A parser of bytes from outside, and what must be true of it whatever the bytes are.
///
/// libFuzzer calls it in the program `stepcast-fuzz`, and the tests call it with the corpora and with seeded mutations
/// of them.
struct FuzzTarget: Sendable {
    /// Its name on the command line, and the folder of its corpus.
    let name: String

    /// Parses the bytes. Bytes that are refused with an error of the parser are fine.
    ///
    /// - Throws: ``BrokenPromise``.
    let run: @Sendable (_ input: [UInt8]) throws(BrokenPromise) -> Void

    static let all: [FuzzTarget] = [
        .replies, .payloads, .entries, .events, .devTools, .socks, .requests, .json, .schemas, .instructions, .answers,
        .settings, .tokens, .searches, .hosts, .times,
    ]
}

/// What must be true of every input was not true of one.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
}

/// Checks what must be true of every input.
func promise(_ isKept: Bool, _ description: @autoclosure () -> String) throws(BrokenPromise) {
    guard isKept else { throw BrokenPromise(description: description()) }
}

/// The bytes in pieces whose sizes follow from the bytes, so that an input always gives the same pieces.
///
/// - Parameter longest: The most bytes of a piece.
func pieces(of bytes: [UInt8], longest: Int = 7) -> [ArraySlice<UInt8>] {
    var state = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let size = 1 + Int(state >> 33) % longest
        pieces.append(rest.prefix(size))
        rest = rest.dropFirst(size)
    }
    return pieces
}

extension [UInt8] {
    /// The bytes as text. Those that are not UTF-8 become U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }
}
