//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging

/// A browser session of its own: cookies, storage and pages that no other context sees.
public final class BrowserContext: Sendable {
    struct Pages: Sendable {
        /// In the order in which they were opened.
        var open: [Page] = []
        var failure: BrowserError?
    }

    let id: String
    let pages = Watched(Pages())
    private let connection: DevToolsConnection
    private let targets: Targets
    private let logger: Logger

    init(id: String, connection: DevToolsConnection, targets: Targets, logger: Logger) {
        self.id = id
        self.connection = connection
        self.targets = targets
        self.logger = logger
    }

    /// Opens an empty page.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    public func newPage() async throws -> Page {
        let deadline = Deadline.after(.seconds(15))
        let answer = try await connection.call(
            "Target.createTarget",
            ["url": "about:blank", "browserContextId": .string(id)],
            until: deadline
        )
        guard let target = answer["targetId"]?.string else {
            throw BrowserError(.protocolError, "the browser made a page without an id")
        }
        let page = try await pages.wait(for: "a new page", until: deadline) { pages in
            if let failure = pages.failure { throw failure }
            return pages.open.first { $0.targetID == target }
        }
        try await page.waitUntilUsable(until: deadline)
        return page
    }

    /// The page that a person would be looking at: the one opened last. Opens one where there is none.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    public func currentPage() async throws -> Page {
        let state = pages.current
        if let failure = state.failure { throw failure }
        if let page = state.open.last { return page }
        return try await newPage()
    }

    /// How many pages are open.
    public var pageCount: Int { pages.current.open.count }

    /// Closes the context with all its pages. Whatever is still waiting on them fails. Works also from a cancelled
    /// task.
    public func close() async {
        _ = try? await connection.call(
            "Target.disposeBrowserContext",
            ["browserContextId": .string(id)],
            until: .after(.seconds(5)),
            survivesCancellation: true
        )
        let error = BrowserError(.pageClosed, "the browser context was closed")
        for page in pages.current.open { page.end(with: error) }
        pages.update { pages in
            pages.open = []
            pages.failure = pages.failure ?? error
        }
        targets.remove(self)
    }
}
