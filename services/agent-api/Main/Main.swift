//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentAPI
import ServiceKit

@main
struct Main {
    static func main() {
        AgentAPICommand.runAsProgram()
    }
}
