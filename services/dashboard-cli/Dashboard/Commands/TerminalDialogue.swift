//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON

/// What is asked below a log, and answered by keys: what Ctrl-C is to do with a run that was started, and what a run asks.
struct TerminalDialogue: Sendable {
    let subject: Subject
    let footer: LiveFooter
    let terminal: Terminal
    let desk: InterruptDesk
    let api: AgentAPIClient

    /// Whether it was started by this command, which is asked about when Ctrl-C is pressed.
    let isOwn: Bool

    /// Whether the run may have asked something that its events do not tell any more.
    let looksFirst: Bool

    /// What the run asks from now on; `nil` when it does not any more.
    let questions: AsyncStream<WaitingFor?>

    private static let interruption =
        "Ctrl-C: c cancels it, l leaves it running, Enter goes on; Ctrl-C again leaves it"

    private enum Happening: Sendable {
        case interrupt
        case question(WaitingFor?)
        case keys([UInt8])
        case keysEnded
        case sent(WaitingFor, CommandFailure?)
    }

    private typealias Happenings = AsyncStream<Happening>

    /// What is asked now.
    private struct Standing {
        var isInterrupted = false
        var prompt: AnswerPrompt?
        var keys = KeyParser()
        var isOver: Bool { !isInterrupted && prompt == nil }
    }

    /// Asks until the task is cancelled.
    ///
    /// - Throws: `LeavesRun` when the run is to be left alone.
    func run() async throws {
        let presses = isOwn ? desk.claim() : nil
        defer { if isOwn { desk.release() } }
        let (happenings, happening) = Happenings.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let presses { group.addTask { for await _ in presses { happening.yield(.interrupt) } } }
            if looksFirst, let question = try? await api.run(subject.identifier).run.waitingFor {
                happening.yield(.question(question))
            }
            group.addTask { for await question in questions { happening.yield(.question(question)) } }
            defer { group.cancelAll() }
            var iterator = happenings.makeAsyncIterator()
            while let next = await iterator.next() {
                var standing = Standing()
                try await take(next, &standing)
                if !standing.isOver { try await converse(&standing, &iterator, happening) }
            }
        }
    }

    /// Asks until there is nothing more to ask. Keys are read meanwhile, and otherwise are the shell's.
    private func converse(
        _ standing: inout Standing,
        _ iterator: inout Happenings.Iterator,
        _ happening: Happenings.Continuation
    ) async throws {
        terminal.enter(.keys)
        defer { terminal.enter(.lines) }
        let keys = try terminal.keys()
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                for await bytes in keys { happening.yield(.keys(bytes)) }
                happening.yield(.keysEnded)
            }
            try await show(standing)
            while !standing.isOver, let next = await iterator.next() {
                try await take(next, &standing) { answer, question in
                    group.addTask {
                        do {
                            _ = try await api.answer(subject.identifier, answer)
                            happening.yield(.sent(question, nil))
                        } catch let failure as CommandFailure {
                            happening.yield(.sent(question, failure))
                        }
                    }
                }
                try await show(standing)
            }
        }
        try await footer.ask(nil)
    }

    private func show(_ standing: Standing) async throws {
        if standing.isInterrupted {
            try await footer.ask { _ in [ScreenLine(Self.interruption, .boldYellow)] }
        } else if let prompt = standing.prompt {
            try await footer.ask { size in prompt.lines(in: size) }
        }
    }

    private func take(
        _ happening: Happening,
        _ standing: inout Standing,
        send: (JSONValue, WaitingFor) -> Void = { _, _ in }
    ) async throws {
        switch happening {
        case .interrupt: standing.isInterrupted = true
        case .question(let question):
            guard standing.prompt?.question != question else { break }
            let former = standing.prompt.take()
            if let question, question.expiresAt > .now() { standing.prompt = AnswerPrompt(question) }
            if let former, !former.isSending, !former.text.isEmpty {
                await footer.context.notify("the question is over; what was typed was not sent")
            }
        case .keys(let bytes):
            var keys = standing.keys.feed(bytes)
            // An escape alone is the key; sequences come whole. A character may come in pieces.
            if bytes.last == 0x1B { keys += standing.keys.flush() }
            for key in keys { try await press(key, &standing, send) }
        // The last that the reader of keys of a conversation says, which may be over.
        case .keysEnded: break
        case .sent(let question, _) where standing.prompt?.question != question: break
        case .sent(_, nil): standing.prompt = nil
        case .sent(_, let failure?):
            await footer.context.notify("error: \(failure.message)")
            // What was refused would be refused again; a service may come back.
            if failure.status == .unreachable { standing.prompt?.isSending = false } else { standing.prompt = nil }
        }
    }

    private func press(_ key: Key, _ standing: inout Standing, _ send: (JSONValue, WaitingFor) -> Void) async throws {
        if standing.isInterrupted {
            standing.isInterrupted = false
            switch key {
            case .character("c"):
                desk.answered()
                try await footer.ask(nil)
                return await cancel()
            case .character("l"), .character("q"): throw LeavesRun()
            default: return desk.answered()
            }
        }
        guard var prompt = standing.prompt else { return }
        let action = prompt.press(key)
        standing.prompt = prompt
        switch action {
        case .send(let answer): send(answer, prompt.question)
        case .leave:
            standing.prompt = nil
            let way = prompt.question.kind == .approval ? "--yes (or --no)" : "'…'"
            await footer.context.notify("answer it: dashboard-cli answer \(subject.identifier) \(way)")
        case .nothing, .show: break
        }
    }

    private func cancel() async {
        let context = footer.context
        do {
            switch subject {
            case .run(let id): _ = try await api.cancel(id)
            case .batch(let id): _ = try await api.cancel(batch: id)
            }
            await context.notify("asked to cancel the \(subject)")
        } catch let failure as CommandFailure {
            await context.notify("error: \(failure.message)")
        } catch {
            // The command itself is ending.
        }
    }
}

/// Somebody has pressed Ctrl-C, and what was started goes on.
struct LeavesRun: Error {}
