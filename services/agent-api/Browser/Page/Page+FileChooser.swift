//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Whether a click has opened a file chooser that waits for ``chooseFiles(_:timeout:)``.
    package var hasFileChooser: Bool { state.current.fileChooser != nil }

    /// Chooses files in the file chooser that the page has opened, or is about to.
    ///
    /// - Parameters:
    ///   - files: relative to the upload directory or the context's downloads, or absolute and inside one of them.
    ///   - timeout: how long to wait for the chooser to open.
    /// - Throws: ``BrowserError``: `fileNotAllowed`, `notSupported` for several files where the page takes one,
    ///   `timedOut` when no chooser opens, or that the page is gone; `CancellationError`.
    package func chooseFiles(_ files: [String], timeout: Duration = .seconds(10)) async throws {
        let deadline = Deadline.after(timeout)
        let paths = try uploadPaths(files)
        let chooser = try await wait(for: "the page to open a file chooser", until: deadline) { $0.fileChooser }
        guard chooser.takesSeveral || paths.count <= 1 else {
            throw BrowserError(.notSupported, "the page takes one file, not \(paths.count)")
        }
        let before = mark()
        state.update { $0.fileChooser = nil }
        _ = try await connection.call(
            "DOM.setFileInputFiles",
            ["files": .array(paths.map { .string($0) }), "backendNodeId": .integer(Int64(chooser.node))],
            session: chooser.session,
            until: deadline
        )
        try await settle(since: before, until: .after(.seconds(30)))
    }

    /// The real paths of files that pages of this context may be given.
    ///
    /// - Throws: ``BrowserError`` (`fileNotAllowed`).
    package func uploadPaths(_ files: [String]) throws(BrowserError) -> [String] {
        var paths: [String] = []
        for file in files { paths.append(try shared.uploads.resolve(file)) }
        return paths
    }

    /// Takes `Page.fileChooserOpened`.
    func fileChooserOpened(_ event: DevToolsEvent) {
        guard let node = event.params["backendNodeId"]?.integer else { return }
        let takesSeveral = event.params["mode"]?.string == "selectMultiple"
        state.update { $0.fileChooser = FileChooser(node: node, session: event.session, takesSeveral: takesSeveral) }
    }
}
