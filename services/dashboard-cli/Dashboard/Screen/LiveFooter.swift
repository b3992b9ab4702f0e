//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Synchronization

/// Keeps the lines at the bottom of the terminal up to date: with each event, each second, and with the terminal's size.
final class LiveFooter: Sendable {
    private let footer: Footer
    private let terminal: Terminal
    private let state: Mutex<State>

    private struct State: Sendable {
        var standing: any FooterContent
        /// What is asked, in place of how things stand.
        var question: (@Sendable (ScreenSize) -> [ScreenLine])?
    }

    /// The surroundings of a command whose output appears above the lines.
    let context: CommandContext

    /// - Returns: `nil` where there is no terminal to show them on.
    init?(_ standing: any FooterContent, in context: CommandContext, style: Style) {
        guard let terminal = context.terminal else { return nil }
        let footer = Footer(output: context.output, notices: context.notices, terminal: terminal, style: style)
        var inner = context
        inner.output = OutputAboveFooter(footer: footer, target: .output, base: context.output)
        inner.notices = OutputAboveFooter(footer: footer, target: .notices, base: context.notices)
        self.footer = footer
        self.terminal = terminal
        self.context = inner
        state = Mutex(State(standing: standing))
    }

    func apply(_ events: some Sequence<StreamEvent>) {
        state.withLock { state in
            for event in events { state.standing.apply(event) }
        }
    }

    /// Shows what is asked, as it fits into a size, until there is nothing more to ask.
    func ask(_ question: (@Sendable (ScreenSize) -> [ScreenLine])?) async throws {
        state.withLock { $0.question = question }
        try await refresh()
    }

    func refresh() async throws {
        let size = terminal.size
        let lines = state.withLock { state in
            state.question.map { $0(size) } ?? state.standing.lines(in: size, at: .now())
        }
        try await footer.show(lines)
    }

    /// Refreshes until the task is cancelled.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while true {
                    try await self.refresh()
                    try await Task.sleep(for: .seconds(1))
                }
            }
            group.addTask { for await _ in self.terminal.changes() { try await self.refresh() } }
            try await group.waitForAll()
        }
    }

    func end() async { await footer.end() }
}
