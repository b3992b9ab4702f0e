//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import JSON
import PageActions
import Testing

extension PageActionTests {
    @Suite("Files")
    struct FileTests {
        @Test("Files of the run are written, changed, read and uploaded, and nothing outside of its directory is")
        func ownFiles() async throws {
            try await ActionScene.with("<label>File <input type=file id=f></label>") { scene in
                try await scene.perform(.writeFile("notes.txt", contents: "one\n", appends: false))
                try await scene.perform(.writeFile("notes.txt", contents: "two\n", appends: true))
                try await scene.perform(.replaceInFile("notes.txt", old: "one", new: "1"))
                #expect(try await scene.perform(.readFile("notes.txt")).content == "1\ntwo\n")
                let upload = try await scene.perform(.upload(["notes.txt"], to: try await scene.seen("File")))
                #expect(upload.verified == [.hasFiles(["notes.txt"], field: "File")])
                #expect(
                    try await scene.page.evaluate("document.getElementById('f').files[0].name").string == "notes.txt"
                )
                let failure = try await scene.failure(of: .readFile("../../../etc/passwd"))
                #expect(failure.kind == .fileRefused)
                #expect(failure.message == "there is no file passwd; there are notes.txt")
                #expect(
                    try await scene.failure(of: .replaceInFile("notes.txt", old: "x", new: "y")).kind == .notSupported
                )
                let long = String(repeating: "x", count: 11 << 20)
                #expect(
                    try await scene.failure(of: .writeFile("l", contents: long, appends: false)).kind == .fileRefused
                )
            }
        }

        @Test("A page is saved as a PDF")
        func pdf() async throws {
            try await ActionScene.with("<title>Report 4/5</title><h1>Report</h1>") { scene in
                let outcome = try await scene.perform(.saveAsPDF(nil))
                #expect(outcome.verified == [.saved("Report 4-5.pdf")])
                #expect(try scene.actor.context.readFile("Report 4-5.pdf").starts(with: Array("%PDF".utf8)))
            }
        }

        @Test("A download is waited for, and a click that brings none fails")
        func downloads() async throws {
            let html = "<a href=/download/report.csv>Report</a><button>None</button>"
            try await ActionScene.with(html, others: ["/download/report.csv": "a,b"]) { scene in
                let outcome = try await scene.perform(.download(try await scene.seen("Report")))
                #expect(outcome.verified == [.downloaded("report.csv")])
                #expect(try await scene.perform(.readFile("report.csv")).content == "a,b")
                var actor = scene.actor
                actor.limits.page = .milliseconds(300)
                let none = try await scene.seen("None")
                await #expect(throws: ActionFailure.self) { try await actor.perform(.download(none)) }
            }
        }

        @Test("Texts and elements are found anywhere on the page")
        func finding() async throws {
            let html =
                "<p>Total: 417 EUR</p><div style='height: 3000px'></div><p>Total: 12 EUR</p><a href=/x id=last>More</a>"
            try await ActionScene.with(html) { scene in
                let totals = try await scene.perform(.searchPage("total", isPattern: false))
                #expect(totals.content == "Total: 417 EUR\nTotal: 12 EUR")
                #expect(try await scene.perform(.searchPage(#"\d{3}"#, isPattern: true)).content == "Total: 417 EUR")
                #expect(try await scene.failure(of: .searchPage("(", isPattern: true)).kind == .notSupported)
                let links = try await scene.perform(.findElements("a", attributes: ["id"]))
                #expect(links.content == "<a id=\"last\">More")
                #expect(try await scene.failure(of: .findElements("a[", attributes: [])).kind == .notSupported)
            }
        }
    }
}
