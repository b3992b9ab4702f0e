//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The web page of the gateway: one HTML document for each view, and the files that these load.
///
/// All files are served below a path that names their contents, so a browser may keep them for ever, and modules can
/// import each other by relative paths without a build step.
package struct Site: Sendable {
    /// What a path of the gateway shows.
    package enum View: String, Sendable, CaseIterable {
        /// All runs, at `/`.
        case runs

        /// One run, at `/runs/{id}`.
        case run

        /// Several runs at once, at `/wall`.
        case wall

        /// What is found in the logs of all runs, at `/search`.
        case search

        /// Where a token is exchanged for a cookie, at `/sign-in`.
        case signIn = "sign-in"

        /// The title until the page knows more.
        var title: String {
            switch self {
            case .runs: "Runs"
            case .run: "Run"
            case .wall: "Wall"
            case .search: "Search"
            case .signIn: "Sign in"
            }
        }

        /// Its style sheets besides those that every view has, in the order in which they count.
        var styleSheets: [String] {
            switch self {
            case .runs: ["runs.css"]
            case .run: ["log.css", "timeline.css", "run.css"]
            case .wall: ["wall.css"]
            case .search: ["search.css"]
            case .signIn: ["sign-in.css"]
            }
        }
    }

    /// A document as it is served.
    package struct Document: Sendable {
        package let html: [UInt8]

        /// Its entity tag, with quotation marks.
        package let entityTag: String
    }

    /// Where the files are: `/page/{version}`.
    package let assetPath: String

    /// Names the contents of all files.
    package let version: String

    private let assets: [String: PageAsset]
    private let documents: [View: Document]

    /// The page that is embedded in this program.
    package init() {
        self.init(PageAsset.all)
    }

    init(_ all: [PageAsset]) {
        let sorted = all.sorted { $0.name < $1.name }
        let version = ContentHash(sorted.flatMap { Array($0.name.utf8) + [0] + $0.bytes }).description
        let assetPath = "/page/\(version)"
        let assets = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let template = String(decoding: assets["page.html"]?.bytes ?? [], as: UTF8.self)
        let graph = ModuleGraph(all)
        self.version = version
        self.assetPath = assetPath
        self.assets = assets
        documents = Dictionary(
            uniqueKeysWithValues: View.allCases.map { view in
                let module = "\(view.rawValue).js"
                let preloads = graph.modules(neededBy: module).map {
                    "<link rel=\"modulepreload\" href=\"\(assetPath)/\($0)\">"
                }
                let styleSheets = (["base.css", "parts.css"] + view.styleSheets).map {
                    "<link rel=\"stylesheet\" href=\"\(assetPath)/\($0)\">"
                }
                let html = template.replacing("{{title}}", with: view.title)
                    .replacing("{{view}}", with: view.rawValue)
                    .replacing("{{styles}}", with: styleSheets.joined(separator: "\n"))
                    .replacing("{{preloads}}", with: preloads.joined(separator: "\n"))
                    .replacing("{{assets}}", with: assetPath)
                let bytes = Array(html.utf8)
                return (view, Document(html: bytes, entityTag: "\"\(ContentHash(bytes))\""))
            }
        )
    }

    package func document(of view: View) -> Document {
        documents[view] ?? Document(html: [], entityTag: "\"\"")
    }

    /// A file that is served by itself.
    package func asset(_ name: String) -> PageAsset? {
        assets[name].flatMap { $0.contentType == nil ? nil : $0 }
    }
}
