//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentAPI
import Dashboard
import Gateway
import ProgramSettings

@testable import ServiceKit

extension FuzzTarget {
    /// An environment file, to the configuration of each program.
    static let settings = FuzzTarget(name: "settings") { input throws(BrokenPromise) in
        let variables = EnvironmentFile(input.text).variables.filter { !$0.key.hasSuffix("_FILE") }
        try check { settings throws(InvalidSetting) in _ = try GatewayConfiguration(&settings) }(variables)
        try check { settings throws(InvalidSetting) in _ = try AgentAPIConfiguration(&settings) }(variables)
        for declaration in DashboardSettings().declarations {
            try promise(!declaration.variable.isEmpty, "a setting has no name")
        }
    }

    private static func check(
        _ read: @escaping (inout Settings) throws(InvalidSetting) -> Void
    ) -> ([String: String]) throws(BrokenPromise) -> Void {
        { variables throws(BrokenPromise) in
            var settings = Settings(variables)
            do throws(InvalidSetting) {
                try read(&settings)
            } catch {
                try promise("\(error)".contains(error.variable), "an error does not name its setting: \(error)")
            }
        }
    }
}
