//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import Synchronization

/// One page (tab). All its actions have a deadline, and fail at once when the page crashes, is closed or its browser
/// dies.
package final class Page: Sendable {
    let targetID: String
    let session: String
    let connection: DevToolsConnection
    let state: Watched<PageState>
    let logger: Logger
    /// What the snapshots have listed.
    let elements = Mutex(ElementRegistry())
    /// The documents whose changes are being watched.
    let watchedWorlds = Mutex<[PageState.World]>([])
    /// The page that opened this one, where that may know of it.
    let opener: String?
    /// What is true of all pages of the context.
    let shared: SharedPageState
    /// What has come of the page's screencast.
    let screencast = Watched(ScreencastState())

    init(
        targetID: String,
        opener: String? = nil,
        session: String,
        connection: DevToolsConnection,
        shared: SharedPageState,
        logger: Logger
    ) {
        self.targetID = targetID
        self.opener = opener
        self.shared = shared
        self.session = session
        self.connection = connection
        self.logger = logger
        // A page's main frame has the id of its target, for as long as it lives.
        state = Watched(PageState(mainFrameID: targetID))
    }

    /// The page's address.
    package var url: String { state.current.mainFrame.url }

    /// Names the page among those of its context: the last four characters of its target's id.
    package var tabID: String { String(targetID.suffix(4)) }

    /// Whether the page's renderer has crashed. Nothing works on it then but to close it.
    package var hasCrashed: Bool { state.current.failure?.code == .pageCrashed }

    /// Whether requests of the page are under way.
    package var isLoading: Bool { state.current.hasRequests(after: 0) }

    /// Asks a session (the page's own or that of a frame in another process) for the events that we live on, gives it
    /// our script, and lets it run. Nothing is awaited: the browser takes commands in order.
    func prepare(_ session: String) {
        func post(_ method: String, _ params: DevToolsValue = [:]) { connection.post(method, params, session: session) }
        post("Inspector.enable")
        post("Page.enable")
        post("Page.setLifecycleEventsEnabled", ["enabled": true])
        post("Runtime.enable")
        post("Network.enable", ["maxPostDataSize": 0])
        post("Emulation.setFocusEmulationEnabled", ["enabled": true])
        post(
            "Page.addScriptToEvaluateOnNewDocument",
            [
                "source": .string(PageScript.source), "worldName": .string(PageState.worldName),
                "runImmediately": true,
            ]
        )
        post("Page.setInterceptFileChooserDialog", ["enabled": true])
        post("Target.setAutoAttach", DevToolsConnection.autoAttach)
        post("Runtime.runIfWaitingForDebugger")
    }

    /// Takes an event of one of the page's sessions.
    func handle(_ event: DevToolsEvent) {
        switch event.method {
        case "Page.javascriptDialogOpening": dialogOpened(event)
        case "Page.fileChooserOpened": fileChooserOpened(event)
        case "Page.screencastFrame": return screencastFrame(event)
        case "Target.attachedToTarget": attached(event)
        case "Target.detachedFromTarget":
            if let child = event.params["sessionId"]?.string {
                connection.handleEvents(of: child, nil)
                connection.failPending(of: child, with: BrowserError(.pageClosed, "the frame was closed"))
                state.update {
                    $0.apply(DevToolsEvent(method: "Runtime.executionContextsCleared", params: [:], session: child))
                }
            }
        default: break
        }
        // A frame in a process of its own may crash without the page.
        if event.method == "Inspector.targetCrashed", let child = event.session, child != session {
            connection.failPending(of: child, with: BrowserError(.pageClosed, "the frame crashed"))
            return
        }
        state.update { $0.apply(event) }
        if event.method == "Page.frameNavigated" { leaveForbiddenPage(event) }
        if let failure = state.current.failure {
            connection.failPending(of: session, with: failure)
            screencast.update { $0.isOver = true }
        }
    }

    private func attached(_ event: DevToolsEvent) {
        guard let child = event.params["sessionId"]?.string else { return }
        if event.params["targetInfo"]?["type"]?.string == "iframe" {
            connection.handleEvents(of: child) { [weak self] in self?.handle($0) }
            prepare(child)
        } else {
            connection.release(child, event.params["targetInfo"] ?? [:], of: event.session)
        }
    }

    /// The page is gone; whoever waits on it learns why.
    func end(with error: BrowserError) {
        state.update { $0.failure = $0.failure ?? error }
        screencast.update { $0.isOver = true }
    }

    /// Sends a command to the page's own session.
    func call(_ method: String, _ params: DevToolsValue = [:], until deadline: Deadline) async throws -> DevToolsValue {
        if let failure = state.current.failure { throw failure }
        return try await connection.call(method, params, session: session, until: deadline)
    }

    /// Waits for something that the page's events tell.
    func wait<Value: Sendable>(
        for what: @autoclosure @escaping @Sendable () -> String,
        until deadline: Deadline,
        _ condition: @escaping @Sendable (PageState) -> Value?
    ) async throws -> Value {
        try await state.wait(for: what(), until: deadline) { state in
            if let failure = state.failure { throw failure }
            return condition(state)
        }
    }

    /// Waits until the page answers and our script is in its main frame.
    func waitUntilUsable(until deadline: Deadline) async throws {
        try await wait(for: "the page", until: deadline) { $0.mainFrame.world == nil ? nil : () }
    }

    /// The page's title.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    package func title() async throws -> String {
        try await evaluate("document.title", until: .after(.seconds(10))).string ?? ""
    }

    /// The text on the page that can be seen, that of frames and open shadow roots included.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    package func text() async throws -> String {
        var texts: [String] = []
        for frame in framesInOrder() {
            let text = try? await evaluate("stepcast.text()", in: frame, until: .after(.seconds(10)))
            try Task.checkCancellation()
            if let failure = state.current.failure { throw failure }
            if let text = text?.string, !text.isEmpty { texts.append(text) }
        }
        return texts.joined(separator: "\n")
    }

    /// Closes the page.
    package func close() async {
        _ = try? await connection.call(
            "Target.closeTarget",
            ["targetId": .string(targetID)],
            until: .after(.seconds(5)),
            survivesCancellation: true
        )
    }
}
