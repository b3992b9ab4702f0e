//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser
import HTTPStream

/// `import FILE`
struct ImportCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Put an exported log into the archive.",
        discussion: "A run of the same name must not be there. With tokens it takes one with admin on everything."
    )

    @Argument(help: "What export has printed; -: standard input.", completion: .file())
    var file: String

    @OptionGroup var common: CommonOptions

    /// The largest file, in bytes.
    private static let maximumSize = 1 << 30

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let limit = Self.maximumSize + 1
        let bytes: [UInt8]
        do {
            bytes = file == "-" ? try await context.input(limit) : try await FileInput.read(path: file, limit: limit)
        } catch let error as UnreadableInput {
            throw CommandFailure(status: .usage, message: "the file \(file) cannot be read: \(error)")
        }
        guard bytes.count < limit else {
            throw CommandFailure(status: .usage, message: "the file \(file) is larger than 1 GiB")
        }
        let archive = ArchiveClient(context, try common.endpoints(context.environment))
        let answer = try await archive.post(bytes, to: "/api/v1/logs/import", type: "application/x-ndjson")
        if common.json {
            try await context.output.write(JSONLine.text(data: answer.text, id: nil))
        } else if !common.quiet {
            let name = answer["request_id"]?.string ?? ""
            await context.notify("imported the run \(name): \(answer["records"]?.integer ?? 0) records")
        }
        return .completed
    }
}
