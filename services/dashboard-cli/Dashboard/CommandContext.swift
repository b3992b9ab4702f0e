//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The world around a command. The tests give it another one than the program does.
public struct CommandContext: Sendable {
    /// The environment variables.
    public var environment: [String: String]
    /// Reads the standard input, or so much of it, in bytes.
    public var input: @Sendable (_ limit: Int) async throws -> [UInt8]
    /// Where results go.
    public var output: any TextOutput
    /// Where everything else goes.
    public var notices: any TextOutput
    /// Whether a human looks at ``output``: colour is possible.
    public var isTerminal: Bool
    /// The width of the terminal behind ``output``; `nil` where there is none.
    public var columns: Int?
    /// The numbers of the signals that ask the program to end.
    public var interruptions: AsyncStream<Int32>
    /// How patient a follower is.
    public var policy: FollowPolicy

    /// A context of the given parts.
    public init(
        environment: [String: String],
        input: @escaping @Sendable (_ limit: Int) async throws -> [UInt8] = { _ in [] },
        output: any TextOutput,
        notices: any TextOutput,
        isTerminal: Bool = false,
        columns: Int? = nil,
        interruptions: AsyncStream<Int32> = AsyncStream { _ in },
        policy: FollowPolicy = FollowPolicy()
    ) {
        self.environment = environment
        self.input = input
        self.output = output
        self.notices = notices
        self.isTerminal = isTerminal
        self.columns = columns
        self.interruptions = interruptions
        self.policy = policy
    }

    /// Says something beside the results. Whether anybody reads it does not matter.
    func notify(_ text: String) async {
        try? await notices.write(TerminalText.neutralised(text) + "\n")
    }
}
