//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import ArgumentParser

extension LogLevel: ExpressibleByArgument {
    /// Any name of a level, in any case.
    package init?(argument: String) {
        self.init(name: argument)
    }
}

extension RunStatus: ExpressibleByArgument {}

extension Style.Choice: ExpressibleByArgument {}

extension RunRequest.Planner: ExpressibleByArgument {}

extension Identifier {
    /// For the command line: the reason is part of the message.
    @Sendable
    static func parse(_ text: String) throws -> Identifier {
        do {
            return try Identifier(text)
        } catch {
            throw ValidationError("it \(error)")
        }
    }
}
