//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import ArgumentParser
import ProgramSettings

/// The root of the command line.
package struct DashboardCLI: ParsableCommand {
    /// Name, help and subcommands.
    package static let configuration = CommandConfiguration(
        commandName: "dashboard-cli",
        abstract: "Start runs of browser agents and watch their steps live.",
        discussion: """
            EXIT STATUS
              0    the run, or each run of the batch, completed
              1    the run, or one of the batch, failed, or there is no such run
              2    the command line or the request is not valid
              3    a service cannot be reached
              4    the run was cancelled or timed out
              5    not allowed
              74   the output cannot be written
              130  interrupted (143: terminated)

            ENVIRONMENT
            \(environment)

            Names are completed in bash, zsh and fish: source <(dashboard-cli --generate-completion-script bash).
            """,
        version: Release.version,
        subcommands: [
            RunCommand.self, FollowCommand.self, LogsCommand.self, BatchCommand.self, WatchCommand.self,
            ShowCommand.self, RunsCommand.self, InstructionsCommand.self, PauseCommand.self, ResumeCommand.self,
            AnswerCommand.self, CancelCommand.self, HistoryCommand.self, SearchCommand.self, ExportCommand.self,
            ImportCommand.self, TokenCommand.self, ManualCommand.self,
        ]
    )

    /// Made by the parser.
    package init() {}

    /// The variables and the options that they stand for.
    private static var environment: String {
        DashboardSettings().declarations.map { declaration in
            let option = declaration.option.map { "as --\($0)" } ?? ""
            return "  \(TextWidth.padded(declaration.variable, to: 16))\(option)"
        }.joined(separator: "\n")
    }
}

/// A command of ours. It is handed its surroundings in place of reaching for them.
protocol DashboardCommand: ParsableCommand, Sendable {
    func execute(in context: CommandContext) async throws -> ExitStatus
}

extension DashboardCLI {
    /// Parses the command line, does what it says, and reports what went wrong. A signal ends it, whatever it waits for.
    /// - Parameter arguments: without the program's name.
    package static func execute(_ arguments: [String], in context: CommandContext) async -> ExitStatus {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask {
                do {
                    return .finished(try await perform(arguments, in: context))
                } catch is CancellationError {
                    return nil
                } catch {
                    return .finished(await report(error, in: context))
                }
            }
            group.addTask {
                for await signal in context.interruptions where !context.desk.takes(signal) { return .signal(signal) }
                return nil
            }
            var status = ExitStatus.unreachable
            while let ending = await group.next() {
                switch ending {
                case .finished(let finished): status = finished
                case .signal(let signal): status = .signal(signal)
                case nil: continue
                }
                group.cancelAll()
                break
            }
            await group.waitForAll()
            return status
        }
    }

    private enum Ending: Sendable {
        case finished(ExitStatus)
        case signal(Int32)
    }

    private static func perform(_ arguments: [String], in context: CommandContext) async throws -> ExitStatus {
        if let completion = NameCompletion(arguments, environment: context.environment) {
            try await context.output.write(await completion.lines(in: context))
            return .completed
        }
        try CommandNames.check(arguments)
        var command = try parseAsRoot(arguments)
        guard let command = command as? any DashboardCommand else {
            try command.run()
            return .completed
        }
        try context.output.check()
        return try await command.execute(in: context)
    }

    private static func report(_ error: any Error, in context: CommandContext) async -> ExitStatus {
        switch error {
        case let failure as CommandFailure:
            await context.notify("error: \(failure.message)")
            return failure.status
        case is OutputClosed:
            return .outputClosed
        case let failure as OutputFailed:
            await context.notify("error: standard output cannot be written: \(failure.reason)")
            return .outputFailed
        default:
            let text = fullMessage(for: error)
            guard exitCode(for: error) == .success else {
                await context.notify(text)
                return .usage
            }
            // What was asked for: help, the version, a completion script.
            do {
                try await context.output.write(text + "\n")
                return .completed
            } catch let failure as OutputFailed {
                return await report(failure, in: context)
            } catch {
                return .outputClosed
            }
        }
    }
}
