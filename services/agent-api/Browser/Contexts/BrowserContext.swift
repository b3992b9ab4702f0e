//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Logging
import Synchronization

/// A browser session of its own: cookies, storage and pages that no other context sees.
package final class BrowserContext: Sendable {
    struct Pages: Sendable {
        /// In the order in which they were opened.
        var open: [Page] = []
        /// The one that a person would be looking at.
        var current: Page?
        var failure: BrowserError?

        mutating func opened(_ page: Page) {
            open.append(page)
            current = page
        }

        /// When the page that one looks at is closed, one sees the page that had opened it, or else the last one.
        mutating func closed(_ page: Page) {
            open.removeAll { $0 === page }
            guard current === page else { return }
            current = open.last { $0.targetID == page.opener } ?? open.last
        }
    }

    /// The most open pages. What is opened beyond is closed at once.
    static let maximumPages = 50

    let id: String
    let pages = Watched(Pages())
    let files: ContextFiles
    let shared: SharedPageState
    let connection: DevToolsConnection
    private let targets: Targets
    private let gates: ContextGates
    private let logger: Logger
    /// What becomes of the context at its end; `nil` when it is disposed of.
    private let taker = Mutex<(@Sendable (BrowserContext) async -> Void)?>(nil)

    init(
        id: String,
        connection: DevToolsConnection,
        targets: Targets,
        gates: ContextGates,
        files: ContextFiles,
        logger: Logger
    ) {
        self.id = id
        self.connection = connection
        self.targets = targets
        self.gates = gates
        self.files = files
        self.shared = SharedPageState(uploads: files.uploads, gate: gates[id])
        self.logger = logger
        shared.openTabs.withLock { tabs in
            tabs = { [weak self] in self?.openPages.map(\.targetID) ?? [] }
        }
    }

    /// Opens an empty page.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    package func newPage() async throws -> Page {
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

    /// The page that a person would be looking at: the one opened or switched to last. Opens one where there is none, and
    /// in place of one that has crashed.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    package func currentPage() async throws -> Page {
        let state = pages.current
        if let failure = state.failure { throw failure }
        guard let page = state.current else { return try await newPage() }
        guard page.hasCrashed else { return page }
        let fresh = try await newPage()
        await page.close()
        return fresh
    }

    /// The page that a person would be looking at, if there is one.
    package var shownPage: Page? { pages.current.current }

    /// The open pages, in the order in which they were opened. Those that pages open themselves are among them.
    /// In a context that is closed there are none, though the browser may still be closing them.
    package var openPages: [Page] {
        let state = pages.current
        return state.failure == nil ? state.open : []
    }

    /// How many pages are open.
    package var pageCount: Int { openPages.count }

    /// Switches to a page, as a person chooses a tab.
    ///
    /// - Parameter tabID: the page's ``Page/tabID``.
    /// - Returns: the page, which is now the current one.
    /// - Throws: ``BrowserError``: `pageClosed` when there is no such page, with those that there are.
    @discardableResult
    package func switchToPage(_ tabID: String) async throws -> Page {
        let page = try self.page(tabID)
        pages.update { $0.current = page }
        _ = try await page.call("Page.bringToFront", until: .after(.seconds(5)))
        return page
    }

    /// Closes a page, as a person closes a tab.
    ///
    /// - Parameter tabID: the page's ``Page/tabID``.
    /// - Throws: ``BrowserError``: `pageClosed` when there is no such page, `timedOut` when it does not close;
    ///   `CancellationError`.
    package func closePage(_ tabID: String) async throws {
        let page = try self.page(tabID)
        await page.close()
        try await pages.wait(for: "the tab \(tabID) to close", until: .after(.seconds(5))) { pages in
            pages.open.contains { $0 === page } ? nil : ()
        }
    }

    private func page(_ tabID: String) throws -> Page {
        let state = pages.current
        if let failure = state.failure { throw failure }
        if let page = state.open.last(where: { $0.tabID == tabID }) { return page }
        let list = state.open.map { "\($0.tabID) (\($0.url))" }.joined(separator: ", ")
        throw BrowserError(.pageClosed, "there is no tab \(tabID); open are \(list.isEmpty ? "none" : list)")
    }

    /// Says who takes the context at its end, in place of disposing of it.
    func onClose(_ taker: @escaping @Sendable (BrowserContext) async -> Void) {
        self.taker.withLock { $0 = taker }
    }

    /// Ends the use of the context: whatever is still waiting on its pages fails, its downloads are removed, and its pages
    /// closed. One that a ``BrowserPool`` has made goes back to it, which closes the pages in its own time: the caller does
    /// not wait for one that hangs. Works also from a cancelled task. May be called more than once.
    package func close() async {
        let taker = self.taker.withLock { taker in
            defer { taker = nil }
            return taker
        }
        if let taker {
            failWaiting()
            await taker(self)
        } else {
            await dispose()
        }
    }

    /// Disposes of the context with its cookies and storage.
    ///
    /// - Returns: whether the browser has confirmed it.
    @discardableResult
    func dispose() async -> Bool {
        targets.endWorkers(of: id)
        let answer = try? await connection.call(
            "Target.disposeBrowserContext",
            ["browserContextId": .string(id)],
            until: .after(.seconds(5)),
            survivesCancellation: true
        )
        end()
        await gates.close(id)
        return answer != nil || connection.failure != nil
    }

    /// Closes all pages, and keeps cookies and storage in the browser for another context object of the same id.
    ///
    /// - Returns: whether all pages are closed.
    func retirePages() async -> Bool {
        answerDialogs(nil)
        forgetDialogAnswers()
        for page in pages.current.open {
            connection.post("Target.closeTarget", ["targetId": .string(page.targetID)])
        }
        targets.endWorkers(of: id)
        let closed: Void? = try? await pages.wait(for: "the pages to close", until: .after(.seconds(3))) { pages in
            pages.open.isEmpty ? () : nil
        }
        end()
        return closed != nil
    }

    private func failWaiting() {
        // From here on nothing in the context reaches anybody, also not a worker that goes on without a page.
        shared.gate?.shut()
        let error = BrowserError(.pageClosed, "the browser context was closed")
        for page in pages.current.open {
            connection.failPending(of: page.session, with: error)
            page.end(with: error)
        }
        pages.update { $0.failure = $0.failure ?? error }
        files.remove()
    }

    private func end() {
        failWaiting()
        pages.update { pages in
            pages.open = []
            pages.current = nil
        }
        targets.remove(self)
    }
}
