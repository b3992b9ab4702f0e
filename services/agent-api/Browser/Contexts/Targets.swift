//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import Synchronization

/// Follows the browser's targets: attaches each page to the context that it belongs to, as it opens and before it runs.
final class Targets: Sendable {
    private struct Worker {
        var target: String
        var context: String
    }

    private struct State {
        var contexts: [String: BrowserContext] = [:]
        var pages: [String: Page] = [:]
        /// The workers that belong to no page, by their sessions.
        var workers: [String: Worker] = [:]
        /// The contexts of the main frames, also of pages that are gone: a link may open one only to download a file.
        var contextsOfFrames: [String: String] = [:]
    }

    private let state = Mutex(State())
    private let connection: DevToolsConnection
    private let logger: Logger

    init(connection: DevToolsConnection, logger: Logger) {
        self.connection = connection
        self.logger = logger
    }

    /// The contexts that are in use.
    var contexts: [BrowserContext] { state.withLock { Array($0.contexts.values) } }

    func add(_ context: BrowserContext) {
        state.withLock { $0.contexts[context.id] = context }
    }

    func remove(_ context: BrowserContext) {
        state.withLock { state in
            // Its successor may have taken its place.
            guard state.contexts[context.id] === context else { return }
            state.contexts[context.id] = nil
            state.contextsOfFrames = state.contextsOfFrames.filter { $0.value != context.id }
        }
    }

    /// Takes an event of the browser's own session.
    func handle(_ event: DevToolsEvent) {
        if event.method.hasPrefix("Browser.download") {
            downloadChanged(event)
            return
        }
        guard let session = event.params["sessionId"]?.string else { return }
        switch event.method {
        case "Target.attachedToTarget": attached(session, event.params["targetInfo"] ?? [:])
        case "Target.detachedFromTarget": detached(session)
        default: break
        }
    }

    private func attached(_ session: String, _ target: DevToolsValue) {
        if target["type"]?.string?.hasSuffix("_worker") == true, let id = target["targetId"]?.string {
            let context = target["browserContextId"]?.string ?? ""
            state.withLock { $0.workers[session] = Worker(target: id, context: context) }
        }
        let context = target["browserContextId"]?.string.flatMap { id in state.withLock { $0.contexts[id] } }
        // A page that is only prepared for a link that may be clicked is not there for anybody to see.
        let isShown = target["type"]?.string == "page" && target["subtype"]?.string != "prerender"
        if isShown, let id = target["targetId"], let context, context.pageCount >= BrowserContext.maximumPages {
            logger.debug("a page opens too many others")
            connection.post("Target.closeTarget", ["targetId": id])
        }
        guard isShown, let context, let id = target["targetId"]?.string else {
            connection.release(session, target, of: nil)
            return
        }
        let page = Page(
            targetID: id,
            opener: target["openerId"]?.string,
            session: session,
            connection: connection,
            shared: context.shared,
            logger: logger
        )
        state.withLock { state in
            state.pages[session] = page
            state.contextsOfFrames[id] = context.id
        }
        connection.handleEvents(of: session) { page.handle($0) }
        page.prepare(session)
        context.pages.update { $0.opened(page) }
    }

    /// Ends the workers of a context that need no page. One that is in an endless loop hears of nothing else.
    func endWorkers(of context: String) {
        for (session, worker) in state.withLock({ $0.workers }) where worker.context == context {
            connection.post("Runtime.terminateExecution", session: session)
            connection.post("Target.closeTarget", ["targetId": .string(worker.target)])
        }
    }

    private func detached(_ session: String) {
        state.withLock { _ = $0.workers.removeValue(forKey: session) }
        guard let page = state.withLock({ $0.pages.removeValue(forKey: session) }) else { return }
        connection.handleEvents(of: session, nil)
        let error = BrowserError(.pageClosed, "the page was closed")
        connection.failPending(of: session, with: error)
        page.end(with: error)
        for context in state.withLock({ Array($0.contexts.values) }) {
            context.pages.update { $0.closed(page) }
        }
    }

    /// Tells the context whose page downloads something: the one of the frame, or the one that has the file.
    private func downloadChanged(_ event: DevToolsEvent) {
        let (contexts, pages, owners) = state.withLock { ($0.contexts, $0.pages.values, $0.contextsOfFrames) }
        let guid = event.params["guid"]?.string ?? ""
        if event.method == "Browser.downloadWillBegin", let frame = event.params["frameId"]?.string {
            let main = pages.first { $0.state.current.frames[frame] != nil }?.targetID ?? frame
            let context = owners[main].flatMap { contexts[$0] } ?? contexts.values.first { $0.files.holds(guid) }
            context?.downloadChanged(event)
            return
        }
        for context in contexts.values where context.downloads.contains(where: { $0.id == guid }) {
            context.downloadChanged(event)
        }
    }

    /// The browser is gone, and with it every page.
    func closeAll(with error: BrowserError) {
        let (contexts, pages) = state.withLock { state in
            defer { state = State() }
            return (Array(state.contexts.values), Array(state.pages.values))
        }
        for page in pages { page.end(with: error) }
        for context in contexts { context.pages.update { $0.failure = error } }
    }
}
