//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Downloads and uploads")
    struct FileTests {
        @Test("A file is downloaded under its own name and goes with its context")
        func downloads() async throws {
            let path = try await BrowserFixture.shared.withPage("/download") { page, context in
                try await page.click("Monthly report")
                let download = try #require(try await context.waitForDownloads(count: 1).first)
                #expect(download.state == .completed)
                #expect(download.name == "report.csv")
                #expect(download.url.hasSuffix("/download/report.csv"))
                let path = try #require(download.path)
                let text = try String(contentsOfFile: path, encoding: .utf8)
                #expect(text.hasPrefix("month,visits\n"))
                #expect(download.bytes == text.utf8.count)
                return path
            }
            #expect(!FileManager.default.fileExists(atPath: path))
            #expect(!FileManager.default.fileExists(atPath: (path as NSString).deletingLastPathComponent))
        }

        @Test("What a page makes itself is downloaded too, and a name that is taken gets a number")
        func generated() async throws {
            try await BrowserFixture.shared.withPage("/download") { page, context in
                for _ in 0..<2 { try await page.click("Export as JSON") }
                let downloads = try await context.waitForDownloads(count: 2)
                #expect(downloads.map(\.name) == ["export.json", "export (2).json"])
                for download in downloads {
                    let text = try String(contentsOfFile: try #require(download.path), encoding: .utf8)
                    #expect(text == #"{"exported":true}"#)
                }
            }
        }

        @Test("A name that tries to lead elsewhere leads nowhere")
        func strangeNames() async throws {
            try await BrowserFixture.shared.withPage("/download") { page, context in
                try await page.click("A strange name")
                let download = try #require(try await context.waitForDownloads(count: 1).first)
                let path = try #require(download.path)
                #expect(!download.name.contains("/"))
                #expect(!download.name.unicodeScalars.contains("\u{202E}"))
                #expect(path == "\(try #require(context.files.directory))/\(download.name)")
                #expect(FileManager.default.fileExists(atPath: path))
            }
        }

        @Test("A file that is too large is stopped, and nothing is kept of it")
        func tooLarge() async throws {
            try await BrowserFixture.shared.withPage("/download") { page, context in
                try await page.click("A hundred megabytes")
                // More than half of them have to come.
                let download = try #require(
                    try await context.waitForDownloads(count: 1, timeout: .seconds(300)).first
                )
                #expect(download.state == .failed("larger than 64 MiB"))
                #expect(download.path == nil)
                let directory = try #require(context.files.directory)
                try await eventually("the partial file to go") {
                    ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).isEmpty
                }
            }
        }

        @Test("A file that breaks off is told as such")
        func broken() async throws {
            try await BrowserFixture.shared.withPage("/download") { page, context in
                try await page.click("A broken file")
                let download = try #require(try await context.waitForDownloads(count: 1).first)
                guard case .failed(let reason) = download.state else {
                    Issue.record("it is \(download.state)")
                    return
                }
                #expect(reason.hasPrefix("it broke off after"))
            }
        }

        @Test("Contexts see their own downloads only")
        func separate() async throws {
            try await BrowserFixture.shared.withPage("/download") { page, context in
                try await BrowserFixture.shared.withPage("/download") { other, otherContext in
                    try await page.click("Monthly report")
                    try await other.click("Export as JSON")
                    #expect(try await context.waitForDownloads(count: 1).map(\.name) == ["report.csv"])
                    #expect(try await otherContext.waitForDownloads(count: 1).map(\.name) == ["export.json"])
                }
            }
        }

        @Test("A file chooser that a click opens takes what was downloaded before, and nothing else on this machine")
        func chooser() async throws {
            try await BrowserFixture.shared.withPage("/download") { page, context in
                try await page.click("Monthly report")
                let download = try #require(try await context.waitForDownloads(count: 1).first)
                _ = try await page.navigate(to: BrowserFixture.shared.site.url("/upload"))
                try await page.click("Choose a photo")
                try await eventually("the chooser") { page.hasFileChooser }
                let secret = await #expect(throws: BrowserError.self) { try await page.chooseFiles(["/etc/passwd"]) }
                #expect(secret?.code == .fileNotAllowed)
                let two = await #expect(throws: BrowserError.self) {
                    try await page.chooseFiles(["report.csv", "report.csv"])
                }
                #expect(two?.message == "the page takes one file, not 2")
                try await page.chooseFiles(["report.csv"])
                let size = JSONValue.integer(Int64(download.bytes))
                try await page.waitForState("photo", [["name": "report.csv", "size": size]])
                #expect(!page.hasFileChooser)
            }
        }
    }
}

@Suite("Names and places of files")
struct FileNameTests {
    @Test(
        "A suggested name becomes a harmless one",
        arguments: [
            ("report.csv", "report.csv"), ("../../etc/passwd", "passwd"), ("C:\\Windows\\evil.exe", "evil.exe"),
            ("", "download"), ("..", "download"), (".bashrc", "bashrc"), ("a\u{0}b\nc.txt", "abc.txt"),
            ("gpj.\u{202E}exe", "gpj.exe"), ("-rf", "rf"), ("a<b>|c?.txt", "a_b__c_.txt"), ("ünï.pdf", "ünï.pdf"),
            ("trailing. ", "trailing"), ("$(x)`y`.sh", "_(x)_y_.sh"),
        ]
    )
    func cleans(suggestion: String, name: String) {
        #expect(FileName.cleaned(suggestion) == name)
    }

    @Test("A long name is cut and keeps its ending")
    func cuts() {
        let name = FileName.cleaned(String(repeating: "ä", count: 400) + ".tar.gz")
        #expect(name.utf8.count <= FileName.maximumLength)
        #expect(name.hasSuffix("ä.gz") || name.hasSuffix(".gz"))
        #expect(FileName.cleaned("x." + String(repeating: "y", count: 400)).utf8.count == FileName.maximumLength)
    }

    @Test("Files over their limits, one by one or together or in number, are stopped")
    func limits() {
        var list = DownloadList(limits: DownloadLimits(fileBytes: 100, totalBytes: 150, count: 3))
        let step1 = list.begin(id: "a", url: "", suggestedName: "a")
        #expect(step1 == .none)
        let step2 = list.progress(id: "a", received: 10, total: 0, state: "inProgress")
        #expect(step2 == .none)
        let step3 = list.progress(id: "a", received: 101, total: 0, state: "inProgress")
        #expect(step3 == .cancel)
        let step4 = list.progress(id: "a", received: 101, total: 0, state: "canceled")
        #expect(step4 == .discard)
        #expect(list.all[0].state == .failed("larger than 100 bytes"))
        let step5 = list.begin(id: "b", url: "", suggestedName: "b")
        #expect(step5 == .none)
        let step6 = list.progress(id: "b", received: 0, total: 60, state: "inProgress")
        #expect(step6 == .cancel)
        #expect(list.all[1].state == .failed("more than 150 bytes in all"))
        let step7 = list.begin(id: "c", url: "", suggestedName: "c")
        #expect(step7 == .none)
        let step8 = list.progress(id: "c", received: 20, total: 20, state: "completed")
        #expect(step8 == .finish(name: "c"))
        let step9 = list.begin(id: "d", url: "", suggestedName: "d")
        #expect(step9 == .cancel)
        #expect(list.all[3].state == .failed("more than 3 files"))
    }

    @Test("Only files inside the directories may be uploaded, symbolic links followed")
    func confines() async throws {
        try await withTemporaryDirectory { directory in
            let inside = directory.file("in")
            try FileManager.default.createDirectory(atPath: inside, withIntermediateDirectories: false)
            try "x".write(toFile: "\(inside)/a.txt", atomically: true, encoding: .utf8)
            try "y".write(toFile: directory.file("secret"), atomically: true, encoding: .utf8)
            try FileManager.default.createSymbolicLink(
                atPath: "\(inside)/link",
                withDestinationPath: directory.file("secret")
            )
            let uploads = UploadDirectories([inside])
            let real = try uploads.resolve("a.txt")
            #expect(real.hasSuffix("/in/a.txt"))
            #expect(try uploads.resolve(real) == real)
            for name in [
                "../secret", "link", "", ".", directory.file("secret"), "/etc/passwd", "missing", "\(inside)x",
            ] {
                let error = #expect(throws: BrowserError.self) { try uploads.resolve(name) }
                #expect(error?.code == .fileNotAllowed)
            }
            let none = #expect(throws: BrowserError.self) { try UploadDirectories([]).resolve(real) }
            #expect(none?.code == .fileNotAllowed)
        }
    }
}
