//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where a viewer begins that has no cursor yet.
enum Start: Equatable {
    case beginning
    case now
    case tail(Int)
    /// Behind an id that the viewer has from elsewhere: of an entry that is there, that is gone, or that never was.
    case after(EntryID)

    /// As a query parameter.
    var parameter: String? {
        switch self {
        case .beginning: nil
        case .now: "from=now"
        case .tail(let count): "tail=\(count)"
        case .after(let id): "from=\(id)"
        }
    }
}

extension Ledger {
    /// Where somebody begins to watch it.
    func start(using generator: inout SeededGenerator) -> Start {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<60: return .beginning
        case 60..<72: return .now
        // What the last ones are, where some came after the end, is nothing that anybody can rely on.
        case 72..<82 where !isOver:
            return .tail([1, 5, 100, 3000].randomElement(using: &generator) ?? 1)
        case 82..<93:
            let known = (epochStart..<max(epochStart, confirmedCount))
            let id = known.randomElement(using: &generator).flatMap { entry($0).id }
            return id.map { .after($0) } ?? .beginning
        case 93..<97:
            // One that never was: before all, or between two.
            guard let top = self.top, top.sequence < .max, generator.chance(0.7) else {
                return .after(EntryID(milliseconds: 5, sequence: 0))
            }
            return .after(EntryID(milliseconds: top.milliseconds - min(top.milliseconds, 7), sequence: 77_777))
        case 97..<99:
            return .after(EntryID(milliseconds: 18_446_744_073_709_551_614, sequence: 1))
        default:
            return .after(.highest)
        }
    }
}
