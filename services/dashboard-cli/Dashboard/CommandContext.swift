//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The world around a command. The tests give it another one than the program does.
package struct CommandContext: Sendable {
    /// The environment variables.
    package var environment: [String: String]
    /// Reads the standard input, or so much of it, in bytes.
    package var input: @Sendable (_ limit: Int) async throws -> [UInt8]
    /// Where results go.
    package var output: any TextOutput
    /// Where everything else goes.
    package var notices: any TextOutput
    /// Whether a human looks at ``output``: colour is possible.
    package var isTerminal: Bool
    /// The width of the terminal behind ``output``; `nil` where there is none.
    package var columns: Int?
    /// The terminal that somebody looks at and types on; `nil` where there is none, or it cannot move its cursor.
    package var terminal: Terminal?
    /// Who is told of Ctrl-C.
    package var desk: InterruptDesk
    /// The numbers of the signals that ask the program to end.
    package var interruptions: AsyncStream<Int32>
    /// How patient a follower is.
    package var policy: FollowPolicy

    /// A context of the given parts.
    package init(
        environment: [String: String],
        input: @escaping @Sendable (_ limit: Int) async throws -> [UInt8] = { _ in [] },
        output: any TextOutput,
        notices: any TextOutput,
        isTerminal: Bool = false,
        columns: Int? = nil,
        terminal: Terminal? = nil,
        desk: InterruptDesk = InterruptDesk(),
        interruptions: AsyncStream<Int32> = AsyncStream { _ in },
        policy: FollowPolicy = FollowPolicy()
    ) {
        self.environment = environment
        self.input = input
        self.output = output
        self.notices = notices
        self.isTerminal = isTerminal
        self.columns = columns
        self.terminal = terminal
        self.desk = desk
        self.interruptions = interruptions
        self.policy = policy
    }

    /// Says something beside the results. Whether anybody reads it does not matter.
    func notify(_ text: String) async {
        try? await notices.write(TerminalText.neutralised(text) + "\n")
    }
}
