//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Decodes the chunked transfer coding (RFC 9112, section 7.1) incrementally.
package struct ChunkDecoder {
    private enum State: UInt8 {
        case size
        case sizeEnd
        case data
        case dataEnd
        case trailer
        case done
    }

    /// Whether the body is invalid.
    package private(set) var isMalformed = false

    /// Whether the last chunk was received.
    package var isDone: Bool { state == .done }

    private var state = State.size
    private var remaining = 0
    private var digits = 0
    private var trailerLine = 0

    package init() {}

    /// The next piece of content.
    ///
    /// - Parameter input: The remaining input, which is advanced past the piece.
    /// - Returns: `nil` if the input is used up or invalid.
    package mutating func next(_ input: inout UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        var index = 0
        defer { input = UnsafeBufferPointer(rebasing: input[index...]) }
        while index < input.count, !isMalformed, state != .done {
            switch state {
            case .data:
                let count = min(remaining, input.count - index)
                let piece = UnsafeBufferPointer(rebasing: input[index..<(index + count)])
                index += count
                remaining -= count
                if remaining == 0 { state = .dataEnd }
                return piece
            case .size, .sizeEnd:
                size(input[index])
            case .dataEnd:
                let byte = input[index]
                if byte == UInt8(ascii: "\n") {
                    state = .size
                } else if byte != UInt8(ascii: "\r") {
                    isMalformed = true
                }
            case .trailer:
                trailer(input[index])
            case .done:
                break
            }
            index += 1
        }
        return nil
    }

    private mutating func size(_ byte: UInt8) {
        if byte == UInt8(ascii: "\n") {
            if digits == 0 { isMalformed = true }
            state = remaining == 0 ? .trailer : .data
            digits = 0
        } else if state == .size, let digit = Self.hexadecimal(byte), digits < 15 {
            remaining = remaining * 16 + digit
            digits += 1
        } else if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: ";") || state == .sizeEnd {
            state = .sizeEnd
        } else {
            isMalformed = true
        }
    }

    private mutating func trailer(_ byte: UInt8) {
        if byte == UInt8(ascii: "\n") {
            if trailerLine == 0 { state = .done }
            trailerLine = 0
        } else if byte != UInt8(ascii: "\r") {
            trailerLine += 1
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
