//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import JSON
import Page

/// A run as one HTML file that needs no network and no script: what is known of it, and its records by their steps.
struct HTMLExport {
    /// What there is to show for a record that announces a picture.
    enum Picture {
        case jpeg([UInt8])

        /// It is there no more, or never was.
        case gone

        /// The file has as much of pictures as it may have.
        case tooMuch
    }

    /// What was written since it was taken away the last time.
    private(set) var writer = HTMLWriter()

    private let run: ArchivedRun
    private var generation: Int?
    private var step = 0
    private var highestStep = 0
    private var isInSection = false

    init(_ run: ArchivedRun) {
        self.run = run
    }

    mutating func take() -> [UInt8] { writer.take() }

    /// Allows the file its own style sheet and pictures, wherever it is opened.
    static let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

    private static let styles =
        (Site().asset("base.css").map { String(decoding: $0.bytes, as: UTF8.self) } ?? "") + Embedded.exportCSS

    // MARK: Around the records

    mutating func begin() {
        let facts = run.facts
        let title = facts.task ?? run.requestID.rawValue
        writer.markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        writer.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        writer.text(Self.policy)
        writer.markup("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        writer.text("\(run.requestID) · Stepcast")
        writer.markup("</title>\n<style>\n")
        writer.styles(Self.styles)
        writer.markup("</style>\n</head>\n<body>\n<main>\n<header>\n<h1>")
        writer.text(title)
        writer.markup("</h1>\n<dl>\n")
        fact("Run", run.requestID.rawValue)
        fact("Status", facts.status?.rawValue.replacing("_", with: " "))
        fact("Steps", facts.steps.map(String.init))
        fact("Asked for", facts.createdAt?.iso8601)
        fact("Began", (facts.startedAt ?? run.firstTime).iso8601)
        fact("Ended", (facts.finishedAt ?? (run.isOver ? run.lastTime : nil))?.iso8601)
        if let session = facts.sessionID, session != run.requestID { fact("Session", session.rawValue) }
        fact("Batch", facts.batchID?.rawValue)
        fact("Records", String(run.records))
        writer.markup("</dl>\n")
        outcome("Result", facts.result)
        outcome("Error", facts.error)
        writer.markup(
            "<p><label><input type=\"checkbox\" id=\"only\"> Only warnings and errors</label> Times are in UTC.</p>\n"
        )
        writer.markup("</header>\n")
    }

    mutating func end() {
        closeSection()
        writer.markup("</main>\n</body>\n</html>\n")
    }

    private mutating func fact(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        writer.markup("<div><dt>")
        writer.markup(name)
        writer.markup("</dt><dd>")
        writer.text(value)
        writer.markup("</dd></div>\n")
    }

    private mutating func outcome(_ name: StaticString, _ text: String?) {
        guard let text else { return }
        writer.markup("<section class=\"outcome\"><h2>")
        writer.markup(name)
        writer.markup("</h2><p>")
        writer.text(text)
        writer.markup("</p></section>\n")
    }

    // MARK: Records

    /// The step whose picture a record announces; `nil` for all others.
    static func step(ofPictureIn event: JSONValue) -> Int? {
        event["type"]?.string == "screenshot" ? event["data"]?["step"]?.integer : nil
    }

    /// Adds a record.
    ///
    /// - Parameters:
    ///   - event: Its event.
    ///   - picture: The picture that it announces, if it does.
    mutating func add(_ record: ArchivedRecord, event: JSONValue, picture: Picture?) {
        guard record.kind != .superseded else { return }
        let data = event["data"] ?? .null
        openSection(record.generation, step: data["step"]?.integer ?? 0)
        writer.markup("<li class=\"rec ")
        writer.text(Self.group(of: record))
        writer.markup("\"")
        if let id = record.id {
            writer.markup(" id=\"r")
            writer.text(id.description)
            writer.markup("\"")
        }
        writer.markup("><time datetime=\"")
        let time = record.time.iso8601
        writer.text(time)
        writer.markup("\">")
        writer.text(time.dropFirst(11).dropLast())
        writer.markup("</time><span class=\"level\">")
        writer.text(record.level.rawValue)
        writer.markup("</span><div>")
        if let picture { add(picture, step: data["step"]?.integer ?? 0) } else { words(record, event, data) }
        writer.markup("</div></li>\n")
    }

    private mutating func words(_ record: ArchivedRecord, _ event: JSONValue, _ data: JSONValue) {
        writer.markup("<p>")
        switch event["type"]?.string {
        case "end":
            writer.text("The run has ended: \((data["status"]?.string ?? "").replacing("_", with: " "))")
            if let error = data["error"]?.string { writer.text("\n\(error)") }
            if let result = data["result"]?.string { writer.text("\n\(result)") }
        case "gap":
            let missed = data["missed"]?.integer
            writer.text("\(missed.map { "\($0) records" } ?? "Records") are missing here.")
        default:
            writer.text(data["message"]?.string ?? "")
        }
        writer.markup("</p>")
        let more = [
            data["action"]?.string, data["url"]?.string, data["duration_ms"]?.integer.map { "\($0) ms" },
        ]
        guard more.contains(where: { $0 != nil }) else { return }
        writer.markup("<small>")
        writer.text(more.compactMap { $0 }.joined(separator: " · "))
        writer.markup("</small>")
    }

    private mutating func add(_ picture: Picture, step: Int) {
        switch picture {
        case .jpeg(let bytes):
            writer.markup("<img alt=\"The page at the end of step ")
            writer.text(String(step))
            writer.markup("\" loading=\"lazy\" src=\"")
            writer.jpeg(bytes)
            writer.markup("\">")
        case .gone: writer.markup("<p class=\"lost\">There was a picture here, which has made way for newer ones.</p>")
        case .tooMuch: writer.markup("<p class=\"lost\">This picture is left out, as the file has many already.</p>")
        }
    }

    private static func group(of record: ArchivedRecord) -> String {
        switch record.kind {
        case .gap: return "gap warning"
        case .end, .runEnd: return "end"
        default: break
        }
        return switch record.level {
        case .error, .critical: "error"
        case .warning: "warning"
        default: "plain"
        }
    }

    // MARK: Steps

    private mutating func openSection(_ generation: Int, step: Int) {
        let isNew = generation != self.generation
        guard isNew || (step > 0 && step != self.step) || !isInSection else { return }
        closeSection()
        let isAnew = isNew && self.generation != nil
        if isNew { highestStep = 0 }
        self.generation = generation
        self.step = step
        isInSection = true
        if step > highestStep, !isAnew, generation == 0 {
            writer.markup("<section id=\"s")
            writer.text(String(step))
            writer.markup("\">")
        } else {
            writer.markup("<section>")
        }
        highestStep = max(step, highestStep)
        writer.markup("<h2>")
        if isAnew { writer.markup("Begun anew under this name. ") }
        writer.text(step > 0 ? "Step \(step)" : "Log")
        writer.markup("</h2>\n<ol>\n")
    }

    private mutating func closeSection() {
        if isInSection { writer.markup("</ol>\n</section>\n") }
        isInSection = false
    }
}
