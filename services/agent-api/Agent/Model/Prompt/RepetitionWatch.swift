//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents

/// Notices a model that goes round in circles.
struct RepetitionWatch: Sendable {
    /// How many steps back it looks.
    private static let window = 10
    private var actions: [[ModelAction]] = []
    private var pages: [Int] = []

    /// Takes a step: the page that was seen, and what was decided.
    mutating func add(page: String, actions: [ModelAction]) {
        var hasher = Hasher()
        // That something is new is said only once.
        hasher.combine(page.replacing("*[", with: "["))
        pages = pages.suffix(Self.window - 1) + [hasher.finalize()]
        self.actions = self.actions.suffix(Self.window - 1) + [actions]
    }

    /// What to tell the model; `nil` while all is well.
    var note: String? {
        guard let last = actions.last else { return nil }
        let calls = last.map { $0.call(hidesText: true).description }.joined(separator: "; ").clipped(to: 200)
        // Scrolling and waiting are done again and again for good reasons.
        let times = last.allSatisfy(\.isRepeatable) ? 0 : actions.count { $0 == last }
        if times >= 3 {
            return
                "You have now done the same \(times) times in the last \(actions.count) steps (\(calls)). It does not lead on: do something else, or end with done and success false."
        }
        let same = pages.reversed().prefix { $0 == pages.last }.count
        if same >= 4 {
            return
                "The page has looked the same for \(same) steps. What you do has no effect on it: try another way, or end with done and success false."
        }
        return nil
    }
}

extension ModelAction {
    fileprivate var isRepeatable: Bool {
        switch self {
        case .scroll, .wait: true
        default: false
        }
    }
}
