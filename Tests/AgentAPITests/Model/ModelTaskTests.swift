//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import JSON
import TestSupport
import Testing

/// Complete tasks on the pages of the demo site, by policies, from the request to the state of the site.
@Suite("A task for a model", .serialized)
struct ModelTaskTests {
    @Test("Fills in a long form, a part of it in each step", arguments: ModelTurn.Wire.all)
    func fillsForm(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Register Ada for the conference", wire) { site, turn in
            switch turn.number {
            case 1: return .navigate(site.url("/register"))
            case 2:
                return .decide(
                    try turn.input("name=first", "Ada"),
                    try turn.input("name=last", "Lovelace"),
                    try turn.input("name=email", "ada@example.com"),
                    try turn.clicking("Next")
                )
            case 3:
                return .decide(
                    try turn.input("name=street", "St James's Square 12"),
                    try turn.input("name=zip", "1010"),
                    try turn.input("name=city", "Vienna"),
                    ["select_dropdown": ["index": .integer(Int64(try turn.index("name=country"))), "text": "Austria"]],
                    try turn.clicking("Next")
                )
            case 4:
                // The page shows the error, and the model sees it.
                #expect(turn.text.contains("Postal code: please correct this (five digits)"))
                return .decide(try turn.input("name=zip", "10100"), try turn.clicking("Next"))
            case 5:
                return .decide(
                    try turn.clicking("Regular"),
                    try turn.input("name=day", "2026-06-01"),
                    try turn.clicking("Vegetarian"),
                    try turn.clicking("Next")
                )
            case 6: return .decide(try turn.clicking("terms"), try turn.clicking("Register"))
            case 7: return .askForState
            default:
                let state = try #require(turn.state)
                #expect(state["done"] == true)
                #expect(state["values"]?["zip"] == "10100")
                #expect(state["values"]?["ticket"] == "regular")
                #expect(state["values"]?["day"] == "2026-06-01")
                return .done("C-2026-0417")
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
        #expect(task.run.result == "C-2026-0417")
        #expect(task.stream.isWholeAndEnded)
    }

    @Test("Shops, and checks the cart before it orders", arguments: ModelTurn.Wire.all)
    func shops(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Order a notebook and two mugs", wire) { site, turn in
            switch turn.number {
            case 1: return .navigate(site.url("/shop"))
            case 2:
                return .decide(
                    try turn.inArticle("Notebook", "Add to cart"),
                    try turn.inArticle("Coffee mug", "Add to cart"),
                    try turn.inArticle("Coffee mug", "Add to cart")
                )
            case 3:
                #expect(turn.text.contains("3 items, €22.30"))
                return .decide(try turn.clicking("Check out"))
            case 4: return .askForState
            default:
                let state = try #require(turn.state)
                #expect(state["ordered"] == true)
                #expect(state["cart"] == ["Notebook": 1, "Coffee mug": 2])
                return .done("Ordered for €22.30")
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
    }

    @Test("Searches, and reads a long page in pieces", arguments: ModelTurn.Wire.all)
    func readsLongPage(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Find the last chapter's name", wire) { site, turn in
            if turn.isReading {
                #expect(turn.text.contains("Question: What is the last chapter called?"))
                let known = turn.text.contains("Chapter 1 is called") ? "from the first piece; " : ""
                if turn.text.contains("Chapter 2000 is called The End") {
                    #expect(turn.text.contains("Found in earlier pieces:"))
                    return .answer(#"{"answer":"The End"}"#)
                }
                return .answer(JSONValue.object(["answer": .string("\(known)not yet")]).text)
            }
            switch turn.number {
            case 1: return .navigate(site.url("/"))
            case 2: return .decide(try turn.input("name=q", "chapters"), ["send_keys": ["keys": "Enter"]])
            case 3:
                #expect(turn.text.contains("/search?q=chapters"))
                return .decide(try turn.clicking("a short history"))
            case 4:
                let code = """
                    for (let n = 1; n <= 2000; n++) {
                      const line = document.createElement('p');
                      line.textContent = `Chapter ${n} is called ${n < 2000 ? `Part ${n} of the long story` : 'The End'}`;
                      document.body.append(line);
                    }
                    """
                return .decide(
                    ["evaluate": ["code": .string(code)]],
                    ["extract": ["query": "What is the last chapter called?"]]
                )
            default:
                #expect(turn.text.contains("Read the whole page for: What is the last chapter called?\nThe End"))
                return .done("The End")
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
        #expect(task.run.result == "The End")
        let readings = task.turns.filter(\.isReading)
        #expect(readings.count >= 3)
        #expect(readings.allSatisfy { $0.text.count < 40_000 })
        // What the readings took counts.
        #expect(task.run.usage?.output == task.turns.count * 10)
    }

    @Test("Uploads a file in a form and is notified of a download", arguments: ModelTurn.Wire.all)
    func movesFiles(_ wire: ModelTurn.Wire) async throws {
        let directory = try TemporaryDirectory(prefix: "stepcast-uploads")
        defer { directory.remove() }
        try Data("Ada Lovelace, mathematician\n".utf8).write(to: URL(filePath: directory.file("cv.txt")))
        let settings = ["UPLOAD_DIRECTORY": directory.path]
        let task = try await ModelTaskRun.post("Apply, then get the report", wire, settings: settings) { site, turn in
            switch turn.number {
            case 1: return .navigate(site.url("/upload"))
            case 2:
                let field = JSONValue.integer(Int64(try turn.index("type=file")))
                return .decide(["upload_file": ["index": field, "path": "cv.txt"]])
            case 3:
                #expect(turn.text.contains("cv.txt (28 bytes)"))
                return .decide(try turn.clicking("Send application"))
            case 4:
                // Files outside the directory cannot be uploaded.
                let field = JSONValue.integer(Int64(try turn.index("type=file")))
                return .decide(["upload_file": ["index": field, "path": "/etc/passwd"]])
            case 5:
                #expect(turn.text.contains("Sent 1 files, 28 bytes"))
                #expect(turn.text.contains("Failed: upload_file: "))
                return .navigate(site.url("/download"))
            case 6: return .decide(try turn.clicking("Monthly report"))
            default:
                // It is reported in the first step after the download ends.
                let isTold = turn.text.contains("The browser has downloaded report.csv.")
                if !isTold, turn.number < 40 { return .decide(["wait": ["seconds": 1]]) }
                return isTold ? .done("Both done") : .done("No download", success: false)
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
        #expect(task.messages.contains { $0.hasPrefix("📤 Put cv.txt into") })
    }

    @Test("Works in a frame, and is notified of an element that is gone", arguments: ModelTurn.Wire.all)
    func worksInFrame(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Leave a note", wire) { site, turn in
            if turn.number == 1 { return .navigate(site.url("/iframe")) }
            if turn.text.contains("is no longer on the page") { return .done("Left it") }
            if turn.text.contains("Typed \"Hello from outside\"") {
                #expect(turn.text.contains("Saved: Hello from outside"))
                return .decide(
                    ["evaluate": ["code": "document.querySelector('iframe').remove()"]],
                    try turn.clicking("Save note")
                )
            }
            // A frame that responds slowly is left out of what the model sees.
            if turn.number < 20, (try? turn.index("name=note")) == nil { return .decide(["wait": ["seconds": 1]]) }
            return .decide(try turn.input("name=note", "Hello from outside"), try turn.clicking("Save note"))
        }
        #expect(task.run.status == .completed, "\(task.messages)")
    }

    @Test("Shows a screenshot to a model with vision that asks for it", arguments: ModelTurn.Wire.all)
    func showsPicture(_ wire: ModelTurn.Wire) async throws {
        let task = try await ModelTaskRun.post("Look", wire, settings: ["MODEL_VISION": "request"]) { site, turn in
            switch turn.number {
            case 1: .navigate(site.url("/shop"))
            case 2: .decide(["screenshot": [:]])
            default: .done("Seen")
            }
        }
        #expect(task.run.status == .completed, "\(task.messages)")
        #expect(task.turns.map { $0.messages.last?.images } == [0, 0, 1])
    }
}

extension ModelTurn {
    /// The state recorded by the page, as ``ModelReply/askForState`` returned it.
    fileprivate var state: JSONValue? {
        text.split(separator: "\n").lazy.filter { $0.hasPrefix("{") || $0.hasPrefix("\"{") }
            .compactMap { line -> JSONValue? in
                let value = try? JSONValue(parsing: line.utf8)
                return value?.string.flatMap { try? JSONValue(parsing: $0.utf8) } ?? value
            }
            .first { $0.object != nil }
    }

    /// A click on the first element with that name after a heading.
    fileprivate func inArticle(_ heading: String, _ name: String) throws -> JSONValue {
        let lines = text.split(separator: "\n").map { $0.drop { $0 == "\t" || $0 == "*" } }
        let start = try #require(lines.firstIndex { $0.hasSuffix(heading) }, "no \(heading) in: \(text)")
        let line = try #require(lines[start...].first { $0.hasPrefix("[") && $0.contains(name) })
        return ["click": ["index": .integer(Int64(line.dropFirst().prefix { $0 != "]" }) ?? 0)]]
    }
}
