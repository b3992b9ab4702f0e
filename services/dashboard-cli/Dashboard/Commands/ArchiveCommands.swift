//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ArgumentParser

/// Which archived runs are meant.
struct ArchiveFilterOptions: ParsableArguments, Sendable {
    @Option(help: "Only runs of this session.", completion: NameCompletion.marker, transform: Identifier.parse)
    var sessionId: Identifier?

    @Option(help: "Only runs of this batch.", completion: NameCompletion.marker, transform: Identifier.parse)
    var batchId: Identifier?

    @Option(
        help: ArgumentHelp("From then on: 90s, 10m, 2h or 1d ago, or 2025-09-21T10:30:00Z.", valueName: "time"),
        transform: Since.parse
    )
    var since: Since?

    @Option(help: ArgumentHelp("Before then, said likewise.", valueName: "time"), transform: Since.parse)
    var until: Since?

    @Option(name: [.customShort("n"), .long], help: ArgumentHelp("The most to show.", valueName: "count"))
    var limit = 50

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is \(limit), but must be 1 or more") }
    }

    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if let sessionId { query.append(("session_id", sessionId.rawValue)) }
        if let batchId { query.append(("batch_id", batchId.rawValue)) }
        if let since { query.append(("since", since.time.iso8601)) }
        if let until { query.append(("until", until.time.iso8601)) }
        return query
    }
}

/// `history`
struct HistoryCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the runs in the archive, the newest first.",
        discussion: "Also those that Redis has forgotten. --json prints one run a line."
    )

    @Option(help: "Only runs of this status: \(RunStatus.allCases.map(\.rawValue).joined(separator: ", ")).")
    var status: RunStatus?

    @OptionGroup var filter: ArchiveFilterOptions
    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let archive = ArchiveClient(context, try common.endpoints(context.environment))
        let renderer = ArchiveRenderer(style: common.style(context), columns: context.columns)
        let query = filter.query + (status.map { [("status", $0.rawValue)] } ?? [])
        var isFirst = true
        let (count, hasMore) = try await archive.pages(
            "/api/v1/runs",
            query: query,
            list: "runs",
            limit: filter.limit
        ) { runs in
            let heading = common.json || !isFirst ? "" : renderer.heading(for: runs)
            isFirst = false
            let lines =
                common.json ? runs.map { JSONLine.text(data: $0.text, id: nil) }.joined() : renderer.lines(for: runs)
            try await context.output.write(heading + lines)
        }
        if !common.quiet, !common.json {
            if count == 0 { await context.notify("no runs") }
            if hasMore { await context.notify("\(count) runs, and there are more; --limit shows more") }
        }
        return .completed
    }
}

/// `search QUERY`
struct SearchCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search the records of all runs in the archive.",
        discussion: """
            All words must be in a record: its text, address, action, result or error. Words in quotation marks must follow             one another ('"add to cart"'), and a * stands for the rest of a word ('check*'). --json prints one hit a line.
            """
    )

    @Argument(help: "What to search for.")
    var words: [String]

    @Option(help: "Only this run.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestId: Identifier?

    @Option(help: "The lowest level.")
    var level: LogLevel?

    @Option(help: "Only records of this action, such as click.")
    var action: String?

    @Flag(help: "The best matches first, in place of the newest.")
    var ranked = false

    @OptionGroup var filter: ArchiveFilterOptions
    @OptionGroup var common: CommonOptions

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let archive = ArchiveClient(context, try common.endpoints(context.environment))
        let renderer = ArchiveRenderer(style: common.style(context), columns: context.columns)
        var query = filter.query + [("q", words.joined(separator: " "))]
        if let requestId { query.append(("request_id", requestId.rawValue)) }
        if let level { query.append(("level", level.rawValue)) }
        if let action { query.append(("action", action)) }
        if ranked { query.append(("sort", "rank")) }
        let (count, hasMore) = try await archive.pages(
            "/api/v1/logs",
            query: query,
            list: "hits",
            limit: filter.limit
        ) { hits in
            let lines = hits.map { common.json ? JSONLine.text(data: $0.text, id: nil) : renderer.line(for: $0) }
            try await context.output.write(lines.joined())
        }
        if !common.quiet, !common.json {
            if count == 0 { await context.notify("nothing found") }
            if hasMore { await context.notify("\(count) records, and there may be more; --limit shows more") }
        }
        return .completed
    }
}

/// `export REQUEST_ID`
struct ExportCommand: DashboardCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the whole log of a run in the archive.",
        discussion: """
            One JSON object a line: first what is known of the run, then its records. With --html a file for people, with \
            the pictures that are still there.
            """
    )

    @Argument(help: "The name of the run.", completion: NameCompletion.marker, transform: Identifier.parse)
    var requestId: Identifier

    @Option(
        help: ArgumentHelp("Write the run as one HTML file, which needs no network.", valueName: "file"),
        completion: .file(extensions: ["html"])
    )
    var html: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if html?.isEmpty == true { throw ValidationError("--html must be the name of a file") }
        if html != nil, common.json { throw ValidationError("--html writes HTML; leave --json out") }
    }

    func execute(in context: CommandContext) async throws -> ExitStatus {
        let archive = ArchiveClient(context, try common.endpoints(context.environment))
        if let html { return try await write(html, archive, context) }
        // A character may be divided between two chunks, a line is not.
        var rest: [UInt8] = []
        try await archive.text("/api/v1/logs/request/\(requestId)/export") { chunk in
            rest += chunk
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { return }
            try await context.output.write(String(decoding: rest[...end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
        guard rest.isEmpty else {
            throw CommandFailure(status: .unreachable, message: "the answer has broken off: its last line is not whole")
        }
        return .completed
    }

    private func write(_ path: String, _ archive: ArchiveClient, _ context: CommandContext) async throws -> ExitStatus {
        var file: NewFile?
        var last: [UInt8] = []
        let query = [(name: "format", value: "html")]
        try await archive.text("/api/v1/logs/request/\(requestId)/export", query: query) { chunk in
            // Not before the gateway has said that there is something.
            if file == nil { file = try NewFile(path: path) }
            try file?.write(chunk)
            last = (last + chunk).suffix(8)
        }
        guard last.elementsEqual("</html>\n".utf8) else {
            throw CommandFailure(status: .unreachable, message: "the answer has broken off: the file is not whole")
        }
        try file?.finish()
        if !common.quiet { await context.notify("written to \(path)") }
        return .completed
    }
}
