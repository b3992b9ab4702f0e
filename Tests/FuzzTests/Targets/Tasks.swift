//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

@testable import Instructions

extension FuzzTarget {
    static let instructions = FuzzTarget(name: "instructions") { input throws(BrokenPromise) in
        // Longer tasks are refused before they are read.
        let task = input.prefix(4096).map { $0 }.text
        let steps = StepGrammar.steps(of: task)
        try promise(steps.map(\.spoken) == StepGrammar.steps(of: task).map(\.spoken), "the steps are others")
        for secret in steps.flatMap(\.secrets) where secret.count > 3 {
            let shown = Step.hiding(task, steps.flatMap(\.secrets))
            try promise(!shown.contains(secret), "a secret is shown: \(shown)")
        }
        if let recorded = RecordedTask(task) { try promise(recorded.text == task, "a recorded task is another") }
    }
}
