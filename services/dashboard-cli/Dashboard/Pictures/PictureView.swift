//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Shows the pictures of a run's steps between the lines of its log, on a terminal that can.
struct PictureView: Sendable {
    private let form: PictureProtocol
    private let terminal: Terminal
    private let api: AgentAPIClient

    /// How long a terminal may take to say what it knows.
    private static let patience = Duration.milliseconds(500)

    /// Pictures are no larger, whatever the terminal's size: they are sent as they are, without compression.
    private static let largest = (width: 640, height: 400)

    /// Finds out whether the terminal shows pictures. It is asked once, and given up on if it does not answer.
    ///
    /// - Throws: what the output throws.
    static func find(in context: CommandContext, api: AgentAPIClient) async throws -> PictureView? {
        guard let terminal = context.terminal, PictureProtocol.mayAsk(context.environment) else { return nil }
        terminal.enter(.keys)
        defer { terminal.enter(.lines) }
        let keys = try terminal.keys()
        try await context.output.write(PictureProtocol.question)
        let answer = await withTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var answer: [UInt8] = []
                for await bytes in keys {
                    answer += bytes
                    if PictureProtocol.isComplete(answer) { return answer }
                }
                return nil
            }
            group.addTask {
                try? await Task.sleep(for: patience)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let form = answer.flatMap(PictureProtocol.init(answer:)) else { return nil }
        return PictureView(form: form, terminal: terminal, api: api)
    }

    private init(form: PictureProtocol, terminal: Terminal, api: AgentAPIClient) {
        self.form = form
        self.terminal = terminal
        self.api = api
    }

    /// What shows the picture that a record tells of.
    ///
    /// - Parameter path: where agent-api serves it.
    /// - Throws: `CommandFailure` or ``UnreadablePicture`` where there is none to show; `CancellationError`.
    func text(ofPictureAt path: String) async throws -> String {
        let bitmap = try JPEGDecoder.decode(try await api.picture(path))
        let size = terminal.pixels
        return form.text(
            for: bitmap.fitted(into: (min(size.width, Self.largest.width), min(size.height / 2, Self.largest.height)))
        )
    }
}
