//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Asks what Ctrl-C is to do with a run that was started: cancel it, or leave it alone.
struct InterruptQuestion: Sendable {
    let subject: Subject
    let footer: LiveFooter
    let terminal: Terminal
    let desk: InterruptDesk
    let api: AgentAPIClient

    private static let question =
        "Ctrl-C: c cancels it, l leaves it running, Enter goes on; Ctrl-C again leaves it"

    /// Answers each Ctrl-C until the task is cancelled.
    ///
    /// - Throws: `LeavesRun` when the run is to be left alone.
    func run() async throws {
        let presses = desk.claim()
        defer { desk.release() }
        for await _ in presses {
            try await footer.ask(Self.question)
            let answer = await key()
            try await footer.ask(nil)
            switch answer {
            case .character("c"):
                desk.answered()
                try await cancel()
            case .character("l"), .character("q"): throw LeavesRun()
            default: desk.answered()
            }
        }
    }

    /// The next key that is pressed; `nil` when there is none any more.
    private func key() async -> Key? {
        terminal.enter(.keys)
        defer { terminal.enter(.lines) }
        guard let keys = try? terminal.keys() else { return nil }
        var parser = KeyParser()
        for await bytes in keys {
            if let key = parser.feed(bytes).first { return key }
        }
        return nil
    }

    private func cancel() async throws {
        let context = footer.context
        do {
            switch subject {
            case .run(let id): _ = try await api.cancel(id)
            case .batch(let id): _ = try await api.cancel(batch: id)
            }
            await context.notify("asked to cancel the \(subject)")
        } catch let failure as CommandFailure {
            await context.notify("error: \(failure.message)")
        }
    }
}

/// Somebody has pressed Ctrl-C, and what was started goes on.
struct LeavesRun: Error {}
