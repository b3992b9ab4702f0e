//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is known of a page, kept up to date by its events alone. It does no input or output, so that every order of
/// events can be tested.
struct PageState: Sendable {
    /// A document's frame.
    struct Frame: Sendable {
        var parent: String?
        var url = "about:blank"
        var loader: String?
        /// The lifecycle events of the current loader, such as `load`.
        var lifecycle: Set<String> = []
        /// Our isolated world in the current document.
        var world: World?
        /// Whether the document wants to be replaced; the browser may still say no.
        var wantsNavigation = false
        /// The loader of the next document, from the start of the navigation until it commits or fails.
        var nextLoader: String?
    }

    /// An execution context of ours.
    struct World: Sendable, Hashable {
        var uniqueID: String
        /// Its number, unique only in its process, which some commands know it by.
        var contextID = 0
        var session: String?
    }

    /// A request that has not ended.
    struct Request: Sendable {
        /// Counts the page's requests, so that those after some moment can be told from those before.
        var number: Int
        /// Whether something on the page waits for it to end. Streams and sockets never do.
        var ends: Bool
        var isMainDocument: Bool
    }

    /// The name of our isolated worlds.
    static let worldName = "stepcast"

    let mainFrameID: String
    var frames: [String: Frame]
    var requests: [String: Request] = [:]
    var requestCount = 0
    /// The HTTP status of the main frame's documents, by loader.
    var documentStatus: [String: Int] = [:]
    /// The address of the last document that the main frame has asked for, after redirects.
    var requestedURL: String?
    /// Counts the navigations of the main frame that have committed.
    var commits = 0
    /// The loaders of the last documents that the main frame has shown.
    var committedLoaders: [String] = []
    /// The last dialogs that the page opened.
    var dialogs: [PageDialog] = []
    var dialogCount = 0
    var dialogBurst = DialogBurst()
    /// The file chooser that a click has opened.
    var fileChooser: FileChooser?
    var failure: BrowserError?

    init(mainFrameID: String) {
        self.mainFrameID = mainFrameID
        frames = [mainFrameID: Frame()]
    }

    var mainFrame: Frame { frames[mainFrameID] ?? Frame() }

    /// Whether the main frame's document has loaded as far as anybody waits for.
    var isLoaded: Bool {
        let frame = mainFrame
        return frame.nextLoader == nil && !frame.lifecycle.isDisjoint(with: ["load", "networkAlmostIdle"])
    }

    /// Whether a request that began after the `number`th is still under way.
    func hasRequests(after number: Int) -> Bool {
        requests.values.contains { $0.ends && $0.number > number }
    }

    mutating func apply(_ event: DevToolsEvent) {
        let params = event.params
        switch event.method {
        case "Page.frameAttached": frameAttached(params)
        case "Page.frameDetached": frameDetached(params)
        case "Page.frameNavigated": frameNavigated(params)
        case "Page.navigatedWithinDocument": change(params) { $0.url = params["url"]?.string ?? $0.url }
        case "Page.frameScheduledNavigation", "Page.frameRequestedNavigation": wantsNavigation(params)
        case "Page.frameClearedScheduledNavigation": change(params) { $0.wantsNavigation = false }
        case "Page.frameStartedNavigating": startedNavigating(params)
        case "Page.frameStoppedLoading": stoppedLoading(params)
        case "Page.lifecycleEvent": lifecycle(params)
        case "Runtime.executionContextCreated": worldCreated(params, session: event.session)
        case "Runtime.executionContextDestroyed":
            let id = params["executionContextUniqueId"]?.string
            forgetWorlds { $0.uniqueID == id }
        case "Runtime.executionContextsCleared": forgetWorlds { $0.session == event.session }
        case "Network.requestWillBeSent": requestStarted(params)
        case "Network.responseReceived": responseReceived(params)
        case "Network.loadingFinished": requestEnded(params, failed: false)
        case "Network.loadingFailed": requestEnded(params, failed: true)
        case "Inspector.targetCrashed":
            failure = BrowserError(.pageCrashed, params["reason"]?.string ?? "the page crashed")
        default: break
        }
    }
}

extension PageState {
    private mutating func change(_ params: DevToolsValue, _ change: (inout Frame) -> Void) {
        guard let id = params["frameId"]?.string, var frame = frames[id] else { return }
        change(&frame)
        frames[id] = frame
    }

    private mutating func frameAttached(_ params: DevToolsValue) {
        guard let id = params["frameId"]?.string else { return }
        // A frame that moves to another process is attached again; what is known of it stays.
        frames[id, default: Frame()].parent = params["parentFrameId"]?.string
    }

    private mutating func frameDetached(_ params: DevToolsValue) {
        // A swap only moves the frame to another process.
        guard let id = params["frameId"]?.string, id != mainFrameID, params["reason"]?.string != "swap" else { return }
        frames[id] = nil
        for child in frames.filter({ $0.value.parent == id }).keys { frames[child] = nil }
    }

    private mutating func frameNavigated(_ params: DevToolsValue) {
        guard let new = params["frame"], let id = new["id"]?.string else { return }
        var frame = frames[id] ?? Frame()
        frame.parent = new["parentId"]?.string ?? frame.parent
        frame.url = (new["url"]?.string ?? "") + (new["urlFragment"]?.string ?? "")
        if let loader = new["loaderId"]?.string, loader != frame.loader {
            frame.loader = loader
            frame.lifecycle = []
        }
        frame.wantsNavigation = false
        // An error page may commit while the next navigation has begun already.
        if frame.nextLoader == frame.loader { frame.nextLoader = nil }
        frames[id] = frame
        guard id == mainFrameID else { return }
        commits += 1
        if let loader = frame.loader { committedLoaders = committedLoaders.suffix(31) + [loader] }
    }

    private mutating func wantsNavigation(_ params: DevToolsValue) {
        // What opens elsewhere is not this frame's, and nobody waits for a refresh that is due in half a minute.
        guard params["disposition"]?.string ?? "currentTab" == "currentTab", params["delay"]?.number ?? 0 <= 1 else {
            return
        }
        change(params) { $0.wantsNavigation = true }
    }

    private mutating func startedNavigating(_ params: DevToolsValue) {
        // A change of the fragment or of the history state loads nothing.
        let kind = params["navigationType"]?.string ?? ""
        let loadsDocument = kind != "sameDocument" && kind != "historySameDocument"
        let loader = params["loaderId"]?.string
        change(params) { frame in
            frame.wantsNavigation = false
            if loadsDocument { frame.nextLoader = loader }
        }
    }

    private mutating func stoppedLoading(_ params: DevToolsValue) {
        // The end of an earlier load may be told after the start of the next, whose request is still under way then.
        let underWay = requests
        change(params) { frame in
            frame.wantsNavigation = false
            if let next = frame.nextLoader, underWay[next] == nil { frame.nextLoader = nil }
        }
    }

    private mutating func requestEnded(_ params: DevToolsValue, failed: Bool) {
        guard let id = params["requestId"]?.string else { return }
        requests[id] = nil
        guard failed else { return }
        for (frame, state) in frames where state.nextLoader == id { frames[frame]?.nextLoader = nil }
    }

    private mutating func lifecycle(_ params: DevToolsValue) {
        guard let name = params["name"]?.string, let loader = params["loaderId"]?.string else { return }
        change(params) { frame in
            if frame.loader != loader || name == "init" {
                frame.loader = loader
                frame.lifecycle = []
            }
            frame.lifecycle.insert(name)
        }
    }

    private mutating func worldCreated(_ params: DevToolsValue, session: String?) {
        guard
            let context = params["context"], context["name"]?.string == Self.worldName,
            let id = context["uniqueId"]?.string, let frame = context["auxData"]?["frameId"]?.string
        else { return }
        frames[frame, default: Frame()].world = World(
            uniqueID: id,
            contextID: context["id"]?.integer ?? 0,
            session: session
        )
    }

    private mutating func forgetWorlds(_ isGone: (World) -> Bool) {
        for (id, frame) in frames {
            if let world = frame.world, isGone(world) { frames[id]?.world = nil }
        }
    }

    private mutating func requestStarted(_ params: DevToolsValue) {
        guard let id = params["requestId"]?.string else { return }
        let kind = params["type"]?.string ?? "Other"
        let isMainDocument = kind == "Document" && params["frameId"]?.string == mainFrameID
        if isMainDocument { requestedURL = params["request"]?["url"]?.string ?? requestedURL }
        requestCount += 1
        requests[id] = Request(
            number: requestCount,
            ends: !["EventSource", "WebSocket", "Media", "Ping"].contains(kind),
            isMainDocument: isMainDocument
        )
    }

    private mutating func responseReceived(_ params: DevToolsValue) {
        guard
            let id = params["requestId"]?.string, params["type"]?.string == "Document",
            params["frameId"]?.string == mainFrameID, let status = params["response"]?["status"]?.integer
        else { return }
        // The request of a document has the id of its loader.
        documentStatus[id] = status
        if documentStatus.count > 64 { documentStatus = [id: status] }
    }
}
