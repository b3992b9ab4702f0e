//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How a viewer behaves.
struct ViewerHabits {
    /// How long it stays, in seconds.
    var stay: ClosedRange<Double>
    /// How many bytes it reads at a time; `nil`: what there is.
    var appetite: Int?
    /// How long it waits between reads, in seconds; `nil`: not at all.
    var pause: ClosedRange<Double>?
    /// How likely it is, at each read, that it pauses.
    var pauseChance = 0.0
    /// How much the system may keep for it, in bytes.
    var receiveBuffer: Int32?
    /// The least severe record that it wants.
    var level = Level.debug

    /// Whether it stops reading for longer than a gateway keeps what it has missed.
    var isStalling = false

    /// Habits by chance.
    init(using generator: inout SeededGenerator, without: Set<Variety> = []) {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<45:
            stay = 2...15
        case 45..<65:
            stay = 0.01...1
        case 65..<85:
            // Too slow for a run at full speed: it falls behind by more than any buffer holds.
            stay = 10...40
            (appetite, pause, pauseChance) = (2048, 0.02...0.3, 1)
            receiveBuffer = 4096
        case 85..<93 where !without.contains(.stalls):
            stay = 2...40
            (pause, pauseChance) = (5...20, 0.3)
            (receiveBuffer, isStalling) = (4096, true)
        default:
            // Falls asleep, and then wants everything at once.
            stay = 5...30
            (pause, pauseChance) = (1...6, 0.02)
            receiveBuffer = generator.chance(0.5) ? 4096 : nil
        }
        if generator.chance(0.3), !without.contains(.levels) {
            level = [.info, .warning, .error, .critical].randomElement(using: &generator) ?? .info
        }
    }
}
