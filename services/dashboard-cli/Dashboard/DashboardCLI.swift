//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import ArgumentParser

/// The root of the command line.
public struct DashboardCLI: ParsableCommand {
    /// Name, help and subcommands.
    public static let configuration = CommandConfiguration(
        commandName: "dashboard-cli",
        abstract: "Start runs of browser agents and watch their steps live.",
        discussion: """
            EXIT STATUS
              0    the run, or each run of the batch, completed
              1    the run, or one of the batch, failed, or there is no such run
              2    the command line or the request makes no sense
              3    a service cannot be reached
              4    the run was cancelled or timed out
              5    not allowed: the token is missing, wrong or not enough
              130  interrupted (143: terminated)

            ENVIRONMENT
              AGENT_API_URL, GATEWAY_URL, STEPCAST_TOKEN   as --api, --gateway, --token
              NO_COLOR                                     as --no-color
            """,
        version: "0.1.0",
        subcommands: [
            RunCommand.self, FollowCommand.self, BatchCommand.self, ShowCommand.self, RunsCommand.self,
            CancelCommand.self,
        ]
    )

    /// Made by the parser.
    public init() {}
}

/// A command of ours. It is handed its surroundings in place of reaching for them.
protocol DashboardCommand: ParsableCommand, Sendable {
    func execute(in context: CommandContext) async throws -> ExitStatus
}

extension DashboardCLI {
    /// Parses the command line, does what it says, and reports what went wrong.
    /// - Parameter arguments: without the program's name.
    public static func execute(_ arguments: [String], in context: CommandContext) async -> ExitStatus {
        do {
            var command = try parseAsRoot(arguments)
            if let command = command as? any DashboardCommand {
                return await execute(command, in: context)
            }
            try command.run()
            return .completed
        } catch {
            return await report(error, in: context)
        }
    }

    private enum Ending: Sendable {
        case finished(ExitStatus)
        case signal(Int32)
    }

    private static func execute(_ command: some DashboardCommand, in context: CommandContext) async -> ExitStatus {
        await withTaskGroup(of: Ending?.self) { group in
            group.addTask {
                do {
                    return .finished(try await command.execute(in: context))
                } catch is CancellationError {
                    return nil
                } catch {
                    return .finished(await report(error, in: context))
                }
            }
            group.addTask {
                for await signal in context.interruptions { return .signal(signal) }
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

    private static func report(_ error: any Error, in context: CommandContext) async -> ExitStatus {
        switch error {
        case let failure as CommandFailure:
            await context.notify("error: \(failure.message)")
            return failure.status
        case is OutputClosed:
            return .outputClosed
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
            } catch {
                return .outputClosed
            }
        }
    }
}
