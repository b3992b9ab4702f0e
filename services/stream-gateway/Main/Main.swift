//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Gateway
import ServiceKit

@main
struct Main {
    static func main() {
        GatewayCommand.runAsProgram()
    }
}
