//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dashboard
import Synchronization

/// What a command has written so far.
final class CollectedOutput: TextOutput {
    private let collected = Mutex("")
    private let closed = Mutex(false)

    var text: String { collected.withLock { $0 } }

    func write(_ text: String) async throws {
        if isClosed { throw OutputClosed() }
        collected.withLock { $0 += text }
    }

    var isClosed: Bool { closed.withLock { $0 } }

    func close() { closed.withLock { $0 = true } }
}

/// One call of the command line within the test process.
struct Invocation: Sendable {
    let output = CollectedOutput()
    let notices = CollectedOutput()
    var environment: [String: String] = [:]
    /// The standard input.
    var input = ""
    var isTerminal = false
    var interruptions = AsyncStream<Int32> { _ in }
    /// As the command line's, but in a hurry.
    var policy = FollowPolicy(
        firstContact: .milliseconds(300),
        giveUpAfter: .seconds(120),
        initialDelay: .milliseconds(10),
        maximumDelay: .milliseconds(50),
        idleTimeout: .seconds(120),
        silence: .seconds(120),
        silentWait: .seconds(120),
        connectTimeout: .seconds(120),
        headTimeout: .seconds(120)
    )

    func run(_ arguments: String...) async -> ExitStatus {
        await run(arguments)
    }

    func run(_ arguments: [String]) async -> ExitStatus {
        await DashboardCLI.execute(
            arguments,
            in: CommandContext(
                environment: environment,
                input: { Array(input.utf8.prefix($0)) },
                output: output,
                notices: notices,
                isTerminal: isTerminal,
                interruptions: interruptions,
                policy: policy
            )
        )
    }
}
