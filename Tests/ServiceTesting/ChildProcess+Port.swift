//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport

extension ChildProcess {
    /// The port that a service has logged, once it listens.
    var listeningPort: Int? {
        // The last line may be incomplete.
        let lines = output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        let line = lines.first { $0.contains("listening") && $0.contains("url=") }
        return line?.split(separator: ":").last.flatMap { Int($0) }
    }
}
