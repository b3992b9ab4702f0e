//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The codes of a JPEG's symbols (ITU T.81, annex C).
struct HuffmanTable {
    /// For each length of a code, from 1: the greatest code and where its symbol stands, less the least code.
    fileprivate var greatest: [Int] = []
    fileprivate var offset: [Int] = []
    fileprivate let symbols: [UInt8]

    /// - Parameters:
    ///   - counts: How many codes there are of each length from 1 to 16.
    ///   - symbols: As many as all counts together.
    init(counts: [Int], symbols: [UInt8]) {
        self.symbols = symbols
        var code = 0
        var position = 0
        for count in counts {
            offset.append(position - code)
            greatest.append(count > 0 ? code + count - 1 : -1)
            code = (code + count) << 1
            position += count
        }
    }
}

/// Reads the bits of a JPEG's scan.
struct BitReader {
    private let bytes: [UInt8]
    private var index: Int
    private var bits: UInt32 = 0
    private var count = 0

    init(_ bytes: [UInt8], at index: Int) {
        self.bytes = bytes
        self.index = index
    }

    private mutating func bit() -> Int {
        if count == 0 {
            // Behind the end, and at a marker, there are zeros.
            var byte: UInt8 = 0
            if index < bytes.count {
                if bytes[index] != 0xFF {
                    byte = bytes[index]
                    index += 1
                } else if index + 1 < bytes.count, bytes[index + 1] == 0 {
                    byte = 0xFF
                    index += 2
                }
            }
            bits = UInt32(byte)
            count = 8
        }
        count -= 1
        return Int(bits >> UInt32(count)) & 1
    }

    /// The next symbol; `nil` for bits that are no code.
    mutating func symbol(_ table: HuffmanTable) -> UInt8? {
        var code = 0
        for length in 0..<16 {
            code = code << 1 | bit()
            guard code <= table.greatest[length] else { continue }
            let position = table.offset[length] + code
            return table.symbols.indices.contains(position) ? table.symbols[position] : nil
        }
        return nil
    }

    /// A number of so many bits, 0 to 15; the ones that begin with 0 are negative.
    mutating func value(_ size: Int) -> Int {
        guard size > 0 else { return 0 }
        var value = 0
        for _ in 0..<size { value = value << 1 | bit() }
        return value < 1 << (size - 1) ? value - (1 << size) + 1 : value
    }

    /// Goes behind the next restart marker.
    mutating func restart() {
        count = 0
        while index + 1 < bytes.count {
            if bytes[index] == 0xFF, (0xD0...0xD7).contains(bytes[index + 1]) {
                index += 2
                return
            }
            if bytes[index] == 0xFF, bytes[index + 1] == 0xD9 { return }
            index += 1
        }
    }
}

/// From frequencies to samples (ITU T.81, A.3.3).
struct InverseTransform {
    private var middle = [Float](repeating: 0, count: 64)

    /// The weight of each frequency at each place.
    private static let weights: [Float] = (0..<64).map { index in
        let (place, frequency) = (index / 8, index % 8)
        let scale: Float = frequency == 0 ? Float(0.5).squareRoot() / 2 : 0.5
        return scale * cosf(Float((2 * place + 1) * frequency) * .pi / 16)
    }

    mutating func store(_ block: [Int32], into samples: inout [UInt8], at start: Int, stride: Int) {
        let weights = Self.weights
        for row in 0..<8 {
            for place in 0..<8 {
                var sum: Float = 0
                for frequency in 0..<8 {
                    sum += weights[place * 8 + frequency] * Float(block[row * 8 + frequency])
                }
                middle[row * 8 + place] = sum
            }
        }
        for column in 0..<8 {
            for place in 0..<8 {
                var sum: Float = 0
                for frequency in 0..<8 { sum += weights[place * 8 + frequency] * middle[frequency * 8 + column] }
                samples[start + place * stride + column] = UInt8(min(max((sum + 128).rounded(), 0), 255))
            }
        }
    }
}
