//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Testing

@testable import Page

@Suite("What the page consists of")
struct PageAssetTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "services/stream-gateway/Page/Assets")

    @Test("Every file of the folder is embedded as it is, but for lines that are nothing but comment")
    func embedded() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(PageAsset.all.map(\.name).sorted() == files)
        for asset in PageAsset.all {
            let source = try String(contentsOf: Self.folder.appending(path: asset.name), encoding: .utf8)
            var left = String(decoding: asset.bytes, as: UTF8.self).split(separator: "\n")[...]
            var isInComment = false
            for line in source.split(separator: "\n") {
                let text = line.drop { $0 == " " }
                let isComment = isInComment || text.hasPrefix("//") || text.hasPrefix("/*")
                if text.hasPrefix("/*") || isInComment { isInComment = !text.contains("*/") }
                if left.first == line { left.removeFirst() } else { #expect(isComment, "\(asset.name): \(line)") }
            }
            #expect(left.isEmpty, "\(asset.name)")
            #expect(!String(decoding: asset.bytes, as: UTF8.self).contains("SPDX"), "\(asset.name)")
        }
    }

    @Test("Comments that have lines of their own are left out, and code beside a comment stays")
    func comments() {
        let source = """
            // one
            a(); // two
              /* three */
            /** four
             * five
             */
            /* six */ b();
            c(`
            `); /* seven
            */
            """
        #expect(PageAsset.withoutComments(source) == "a(); // two\n/* six */ b();\nc(`\n`); /* seven\n*/")
    }

    @Test("Every view names its files by their contents, and nothing is left to fill in", arguments: Site.View.allCases)
    func documents(view: Site.View) throws {
        let page = Site()
        let html = String(decoding: page.document(of: view).html, as: UTF8.self)
        #expect(!html.contains("{{"))
        #expect(html.contains("<script type=\"module\" src=\"\(page.assetPath)/\(view.rawValue).js\"></script>"))
        let names = html.matches(of: /(?:src|href)="([^"]*)"/).map { String($0.output.1) }
        #expect(names.count > 10)
        for name in names {
            let asset = try #require(name.split(separator: "/").last.map(String.init))
            #expect(name == "\(page.assetPath)/\(asset)")
            #expect(page.asset(asset) != nil, "\(asset)")
        }
    }

    @Test("A document preloads what its module imports, also through others, each once")
    func moduleGraph() {
        func module(_ name: String, _ imports: [String]) -> PageAsset {
            let lines = imports.map { "import { a } from \"./\($0)\";\n" }
            return PageAsset(name: name, bytes: Array(lines.joined().utf8))
        }
        let graph = ModuleGraph([
            module("a.js", ["b.js", "c.js"]), module("b.js", ["c.js"]), module("c.js", ["a.js"]), module("d.js", []),
        ])
        #expect(graph.modules(neededBy: "a.js") == ["a.js", "b.js", "c.js"])
        #expect(graph.modules(neededBy: "d.js") == ["d.js"])
    }

    @Test("Every module that is imported is there")
    func imports() {
        let page = Site()
        let graph = ModuleGraph(PageAsset.all)
        for view in Site.View.allCases {
            for name in graph.modules(neededBy: "\(view.rawValue).js") { #expect(page.asset(name) != nil, "\(name)") }
        }
        for name in graph.modules(neededBy: "stream-worker.js") { #expect(page.asset(name) != nil, "\(name)") }
        for asset in PageAsset.all {
            for later in String(decoding: asset.bytes, as: UTF8.self).matches(of: /import\("\.\/([^"]*)"\)/) {
                #expect(page.asset(String(later.output.1)) != nil, "\(later.output.1)")
            }
        }
    }

    @Test("Another content is another version")
    func version() {
        let template = PageAsset(name: "page.html", bytes: Array("{{assets}}/{{view}}.js".utf8))
        let one = Site([template, PageAsset(name: "run.js", bytes: [1])])
        let other = Site([template, PageAsset(name: "run.js", bytes: [2])])
        #expect(one.version != other.version)
        #expect(one.document(of: .run).entityTag != other.document(of: .run).entityTag)
        #expect(one.version == Site([PageAsset(name: "run.js", bytes: [1]), template]).version)
    }

    @Test("A view is small")
    func sizes() throws {
        let page = Site()
        for view in Site.View.allCases {
            let html = String(decoding: page.document(of: view).html, as: UTF8.self)
            let names = Set(html.matches(of: /(?:src|href)="[^"]*\/([^"\/]*)"/).map { String($0.output.1) })
            let bytes = try names.map { try #require(page.asset($0)).bytes.count }.reduce(html.utf8.count, +)
            // Compressed, text takes about a third: 60 kB.
            #expect(bytes < 175_000, "\(view)")
        }
    }

    @Test("The page asks nobody else for anything and makes no markup of text")
    func selfContained() {
        for asset in PageAsset.all where asset.name.hasSuffix(".js") || asset.name.hasSuffix(".css") {
            let text = String(decoding: asset.bytes, as: UTF8.self)
            #expect(
                !text.contains("innerHTML") && !text.contains("insertAdjacentHTML") && !text.contains("document.write")
            )
            #expect(!text.contains("eval(") && !text.contains("new Function"))
            for url in text.matches(of: /(?:https?:)?\/\/[a-z][a-z0-9.-]*\.[a-z]{2,}[^\s"'`)]*/) {
                // Only the name space of SVG, which is never fetched.
                #expect(url.output.hasPrefix("http://www.w3.org/"), "\(asset.name): \(url.output)")
            }
        }
    }
}
