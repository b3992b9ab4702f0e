//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// Where an agent tells what it does.
package protocol AgentLog: Sendable {
    /// Takes one line. Lines of one run come one after another, never at once.
    func record(_ line: AgentLogLine) async
}

/// One line of a run's log.
package struct AgentLogLine: Sendable, Hashable {
    /// How important it is.
    package var level: LogLevel
    /// The line as people read it, without colours.
    package var message: String
    /// The number of the step that it belongs to, from 1.
    package var step: Int?
    /// The action that it is about, such as `navigate`.
    package var action: String?
    /// The page's address then.
    package var url: String?
    /// How long it took.
    package var duration: Duration?

    /// Makes a line.
    package init(
        level: LogLevel,
        message: String,
        step: Int? = nil,
        action: String? = nil,
        url: String? = nil,
        duration: Duration? = nil
    ) {
        self.level = level
        self.message = message
        self.step = step
        self.action = action
        self.url = url
        self.duration = duration
    }
}
