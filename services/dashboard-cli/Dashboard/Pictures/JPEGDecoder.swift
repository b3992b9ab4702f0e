//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a picture is not shown.
struct UnreadablePicture: Error, CustomStringConvertible {
    let description: String
}

/// Reads JPEG as Chromium writes it: sequential, Huffman-coded, 8 bits, in one scan (ITU T.81). Terminals take pixels, and
/// what decodes JPEG on Linux is no part of the system's base.
struct JPEGDecoder {
    private struct Component {
        var id: UInt8
        var horizontal: Int
        var vertical: Int
        var quantization: Int
        var dcTable = 0
        var acTable = 0
        var previous = 0
        /// How many samples a row has, and the samples of whole blocks.
        var stride = 0
        var samples: [UInt8] = []
    }

    /// The most pixels of a picture.
    private static let largest = 16 << 20

    private let bytes: [UInt8]
    private var index = 2
    private var quantization: [[Int32]] = Array(repeating: [], count: 4)
    private var dcTables: [HuffmanTable?] = Array(repeating: nil, count: 4)
    private var acTables: [HuffmanTable?] = Array(repeating: nil, count: 4)
    private var components: [Component] = []
    private var size = (width: 0, height: 0)
    private var restartInterval = 0

    /// - Throws: ``UnreadablePicture``.
    static func decode(_ bytes: [UInt8]) throws(UnreadablePicture) -> Bitmap {
        var decoder = JPEGDecoder(bytes)
        return try decoder.decode()
    }

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func decode() throws(UnreadablePicture) -> Bitmap {
        guard bytes.starts(with: [0xFF, 0xD8]) else { throw UnreadablePicture(description: "it is no JPEG") }
        while true {
            let marker = try nextMarker()
            let length = try number(at: index)
            guard length >= 2, index + length <= bytes.count else { throw Self.broken }
            let segment = (index + 2)..<(index + length)
            index += length
            switch marker {
            case 0xC0, 0xC1: try readFrame(segment)
            case 0xC2...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                throw UnreadablePicture(description: "it is a JPEG of another kind than sequential")
            case 0xC4: try readHuffmanTables(segment)
            case 0xDB: try readQuantization(segment)
            case 0xDD: restartInterval = try number(at: segment.lowerBound)
            case 0xDA:
                try readScanHeader(segment)
                try readScan()
                return bitmap()
            default: break
            }
        }
    }

    private static let broken = UnreadablePicture(description: "it is broken")

    private mutating func nextMarker() throws(UnreadablePicture) -> UInt8 {
        guard index + 1 < bytes.count, bytes[index] == 0xFF else { throw Self.broken }
        while index < bytes.count, bytes[index] == 0xFF { index += 1 }
        guard index < bytes.count else { throw Self.broken }
        defer { index += 1 }
        return bytes[index]
    }

    private func number(at index: Int) throws(UnreadablePicture) -> Int {
        guard index + 1 < bytes.count else { throw Self.broken }
        return Int(bytes[index]) << 8 | Int(bytes[index + 1])
    }

    // MARK: Segments

    private mutating func readFrame(_ segment: Range<Int>) throws(UnreadablePicture) {
        let start = segment.lowerBound
        guard segment.count >= 6, bytes[start] == 8, components.isEmpty else { throw Self.broken }
        size = (try number(at: start + 3), try number(at: start + 1))
        let count = Int(bytes[start + 5])
        guard count == 1 || count == 3, segment.count >= 6 + 3 * count, size.width > 0, size.height > 0,
            size.width * size.height <= Self.largest
        else { throw Self.broken }
        for position in stride(from: start + 6, to: start + 6 + 3 * count, by: 3) {
            let component = Component(
                id: bytes[position],
                horizontal: Int(bytes[position + 1] >> 4),
                vertical: Int(bytes[position + 1] & 15),
                quantization: Int(bytes[position + 2])
            )
            guard (1...4).contains(component.horizontal), (1...4).contains(component.vertical),
                component.quantization < 4
            else { throw Self.broken }
            components.append(component)
        }
        // One component alone is not interleaved: each of its blocks stands for itself.
        if count == 1 { (components[0].horizontal, components[0].vertical) = (1, 1) }
        for number in components.indices {
            components[number].stride = unitsAcross * components[number].horizontal * 8
            let rows = unitsDown * components[number].vertical * 8
            components[number].samples = Array(repeating: 128, count: components[number].stride * rows)
        }
    }

    private var mostHorizontal: Int { components.map(\.horizontal).max() ?? 1 }
    private var mostVertical: Int { components.map(\.vertical).max() ?? 1 }
    private var unitsAcross: Int { (size.width + mostHorizontal * 8 - 1) / (mostHorizontal * 8) }
    private var unitsDown: Int { (size.height + mostVertical * 8 - 1) / (mostVertical * 8) }

    private mutating func readQuantization(_ segment: Range<Int>) throws(UnreadablePicture) {
        var position = segment.lowerBound
        while position < segment.upperBound {
            let (precision, table) = (Int(bytes[position] >> 4), Int(bytes[position] & 15))
            let width = precision == 0 ? 1 : 2
            guard table < 4, precision < 2, position + 1 + 64 * width <= segment.upperBound else { throw Self.broken }
            position += 1
            quantization[table] = (0..<64).map { entry in
                let at = position + entry * width
                return width == 1 ? Int32(bytes[at]) : Int32(bytes[at]) << 8 | Int32(bytes[at + 1])
            }
            position += 64 * width
        }
    }

    private mutating func readHuffmanTables(_ segment: Range<Int>) throws(UnreadablePicture) {
        var position = segment.lowerBound
        while position < segment.upperBound {
            guard position + 17 <= segment.upperBound else { throw Self.broken }
            let (isAC, table) = (bytes[position] >> 4 == 1, Int(bytes[position] & 15))
            let counts = bytes[(position + 1)..<(position + 17)].map(Int.init)
            let total = counts.reduce(0, +)
            position += 17
            guard table < 4, total <= 256, position + total <= segment.upperBound else { throw Self.broken }
            let huffman = HuffmanTable(counts: counts, symbols: Array(bytes[position..<(position + total)]))
            if isAC { acTables[table] = huffman } else { dcTables[table] = huffman }
            position += total
        }
    }

    private mutating func readScanHeader(_ segment: Range<Int>) throws(UnreadablePicture) {
        let start = segment.lowerBound
        guard !components.isEmpty, segment.count >= 1 + 2 * components.count,
            Int(bytes[start]) == components.count
        else { throw UnreadablePicture(description: "it is a JPEG in several scans") }
        for number in components.indices {
            let position = start + 1 + 2 * number
            guard components[number].id == bytes[position] else { throw Self.broken }
            components[number].dcTable = Int(bytes[position + 1] >> 4) & 3
            components[number].acTable = Int(bytes[position + 1] & 3)
        }
    }

    // MARK: The scan

    private mutating func readScan() throws(UnreadablePicture) {
        var reader = BitReader(bytes, at: index)
        var block = [Int32](repeating: 0, count: 64)
        var transform = InverseTransform()
        for unit in 0..<(unitsAcross * unitsDown) {
            if restartInterval > 0, unit > 0, unit % restartInterval == 0 {
                reader.restart()
                for number in components.indices { components[number].previous = 0 }
            }
            let (unitX, unitY) = (unit % unitsAcross, unit / unitsAcross)
            for number in components.indices {
                let (horizontal, vertical) = (components[number].horizontal, components[number].vertical)
                for part in 0..<(horizontal * vertical) {
                    try readBlock(of: number, from: &reader, into: &block)
                    let x = (unitX * horizontal + part % horizontal) * 8
                    let y = (unitY * vertical + part / horizontal) * 8
                    transform.store(
                        block,
                        into: &components[number].samples,
                        at: y * components[number].stride + x,
                        stride: components[number].stride
                    )
                }
            }
        }
    }

    private mutating func readBlock(
        of number: Int,
        from reader: inout BitReader,
        into block: inout [Int32]
    ) throws(UnreadablePicture) {
        let component = components[number]
        let table = quantization[component.quantization]
        guard let dc = dcTables[component.dcTable], let ac = acTables[component.acTable], table.count == 64 else {
            throw Self.broken
        }
        for position in 0..<64 { block[position] = 0 }
        guard let size = reader.symbol(dc), size <= 11 else { throw Self.broken }
        components[number].previous += reader.value(Int(size))
        block[0] = Int32(truncatingIfNeeded: components[number].previous) &* table[0]
        var position = 1
        while position < 64 {
            guard let symbol = reader.symbol(ac) else { throw Self.broken }
            let (run, size) = (Int(symbol >> 4), Int(symbol & 15))
            if size == 0 {
                if run < 15 { break }
                position += 16
                continue
            }
            position += run
            guard position < 64 else { throw Self.broken }
            block[Self.zigzag[position]] = Int32(reader.value(size)) &* table[position]
            position += 1
        }
    }

    private static let zigzag = [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35,
        42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
        55, 62,
        63,
    ]

    // MARK: Pixels

    private func bitmap() -> Bitmap {
        var bitmap = Bitmap(width: size.width, height: size.height)
        let (mostHorizontal, mostVertical) = (mostHorizontal, mostVertical)
        func sample(_ component: Component, _ x: Int, _ y: Int) -> Int {
            let column = x * component.horizontal / mostHorizontal
            let row = y * component.vertical / mostVertical
            return Int(component.samples[row * component.stride + column])
        }
        func clamped(_ value: Int) -> UInt8 { UInt8(min(max(value, 0), 255)) }
        for y in 0..<size.height {
            for x in 0..<size.width {
                let index = (y * size.width + x) * 3
                let light = sample(components[0], x, y)
                guard components.count == 3 else {
                    for channel in 0..<3 { bitmap.rgb[index + channel] = UInt8(light) }
                    continue
                }
                // ITU T.871, in 16 bits behind the point.
                let (blue, red) = (sample(components[1], x, y) - 128, sample(components[2], x, y) - 128)
                bitmap.rgb[index] = clamped(light + (91881 * red + 32768) >> 16)
                bitmap.rgb[index + 1] = clamped(light - (22554 * blue + 46802 * red - 32768) >> 16)
                bitmap.rgb[index + 2] = clamped(light + (116130 * blue + 32768) >> 16)
            }
        }
        return bitmap
    }
}
