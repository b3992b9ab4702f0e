//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser

extension DialogAnswer {
    var spoken: String {
        switch self {
        case .accept(nil): "OK"
        case .accept(let text?): "\"\(text)\""
        case .dismiss: "Cancel"
        }
    }
}

enum Secret {
    static var mask: String { hiddenText }
}
