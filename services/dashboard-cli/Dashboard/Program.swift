//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension DashboardCLI {
    /// The whole program: the command line of this process, its standard output and error, its signals.
    ///
    /// To be called on the main thread before anything else is started. It is not asynchronous for that reason: by the
    /// time an asynchronous `main` runs, there are threads that do not know of the signals.
    package static func runAndExit() -> Never {
        StandardDescriptors.fillClosed()
        // A closed pipe is noticed where it is written to.
        signal(SIGPIPE, SIG_IGN)
        let signals = Signals()
        let environment = ProcessInfo.processInfo.environment
        let terminal = Terminal(input: STDIN_FILENO, output: STDOUT_FILENO, environment: environment)
        let isASCII = Charset.isASCII(environment)
        func output(_ descriptor: Int32) -> any TextOutput {
            let output = FileOutput(descriptor: descriptor)
            return isASCII && isatty(descriptor) == 1 ? ASCIIOutput(base: output) : output
        }
        let context = CommandContext(
            environment: environment,
            input: { try await FileInput.read(descriptor: STDIN_FILENO, limit: $0) },
            output: output(STDOUT_FILENO),
            notices: output(STDERR_FILENO),
            isTerminal: isatty(STDOUT_FILENO) == 1,
            columns: StandardDescriptors.columns(STDOUT_FILENO),
            terminal: terminal,
            desk: InterruptDesk { signals.taken() },
            interruptions: signals.interruptions
        )
        Task {
            let status = await execute(Array(CommandLine.arguments.dropFirst()), in: context)
            TerminalGuard.restore()
            exit(status.code)
        }
        // Not `dispatchMain`: it lets the signals in again.
        signals.forward(to: terminal)
    }
}
