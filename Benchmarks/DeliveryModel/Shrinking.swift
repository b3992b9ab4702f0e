//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Simulation {
    /// Leaves out what is not needed for a violation of the same kind.
    package static func shrink(_ steps: [Step], keeping kind: Violation.Kind) -> [Step] {
        var steps = steps
        var size = max(1, steps.count / 2)
        while true {
            var isShorter = false
            var start = 0
            while start < steps.count {
                var candidate = steps
                candidate.removeSubrange(start..<min(start + size, steps.count))
                if Self.run(candidate).contains(where: { $0.kind == kind }) {
                    steps = candidate
                    isShorter = true
                } else {
                    start += size
                }
            }
            if size == 1, !isShorter { return steps }
            if !isShorter || size > steps.count { size = max(1, size / 2) }
        }
    }
}
