//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Random numbers that are the same for the same seed: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// - Parameters:
    ///   - seed: Of the whole test.
    ///   - stream: Who decides by these numbers. Each has numbers of its own, so that what one does, which depends on
    ///     time, does not change what another does.
    init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = SeededGenerator(state: seed)
        state = mixer.next() ^ (stream &* 0xD1B5_4A32_D192_ED03)
        _ = next()
    }

    private init(state: UInt64) {
        self.state = state
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// Whether something happens that has this probability.
    mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }

    /// A time in seconds, as nanoseconds.
    mutating func time(in range: ClosedRange<Double>) -> Int64 {
        Int64(Double.random(in: range, using: &self) * 1e9)
    }

    /// A number that depends on others alone.
    static func hash(_ values: UInt64...) -> UInt64 {
        var generator = SeededGenerator(state: 0)
        for value in values {
            generator.state ^= value
            generator.state = generator.next()
        }
        return generator.next()
    }
}
