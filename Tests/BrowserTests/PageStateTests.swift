//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Browser

@Suite("What is known of a page")
struct PageStateTests {
    private func state(after events: [(String, DevToolsValue)]) -> PageState {
        var state = PageState(mainFrameID: "M")
        for (method, params) in events { state.apply(DevToolsEvent(method: method, params: params, session: "s")) }
        return state
    }

    private func lifecycle(_ name: DevToolsValue, _ loader: DevToolsValue) -> (String, DevToolsValue) {
        ("Page.lifecycleEvent", ["frameId": "M", "loaderId": loader, "name": name])
    }

    private func navigated(_ loader: DevToolsValue, url: DevToolsValue = "http://a/") -> (String, DevToolsValue) {
        ("Page.frameNavigated", ["frame": ["id": "M", "loaderId": loader, "url": url]])
    }

    @Test("A page has loaded when its own document says so, not when an earlier one did")
    func belongsToLoader() {
        #expect(!state(after: [navigated("1")]).isLoaded)
        #expect(state(after: [navigated("1"), lifecycle("load", "1")]).isLoaded)
        #expect(!state(after: [navigated("1"), lifecycle("load", "1"), navigated("2")]).isLoaded)
        #expect(state(after: [navigated("1"), navigated("2"), lifecycle("networkAlmostIdle", "2")]).isLoaded)
        #expect(!state(after: [navigated("2"), lifecycle("DOMContentLoaded", "2")]).isLoaded)
    }

    @Test("A page that is about to be left has not loaded; one that stays after all has")
    func isLeaving() {
        let started: (String, DevToolsValue) = (
            "Page.frameStartedNavigating", ["frameId": "M", "loaderId": "2", "navigationType": "differentDocument"]
        )
        let loaded = [navigated("1"), lifecycle("load", "1")]
        #expect(!state(after: loaded + [started]).isLoaded)
        let stopped: (String, DevToolsValue) = ("Page.frameStoppedLoading", ["frameId": "M"])
        #expect(state(after: loaded + [started, stopped]).isLoaded)
        // While the next document is requested, the end that is told is that of an earlier load.
        let request: (String, DevToolsValue) = ("Network.requestWillBeSent", ["requestId": "2", "type": "Document"])
        let cleared: (String, DevToolsValue) = ("Page.frameClearedScheduledNavigation", ["frameId": "M"])
        #expect(!state(after: loaded + [started, request, cleared, stopped]).isLoaded)
        let failed: (String, DevToolsValue) = ("Network.loadingFailed", ["requestId": "2"])
        #expect(state(after: loaded + [started, request, failed]).isLoaded)
        // An error page that commits meanwhile is not the document that was asked for.
        let errorPage = [started, navigated("E", url: "chrome-error://chromewebdata/"), lifecycle("load", "E")]
        #expect(!state(after: loaded + errorPage).isLoaded)
        #expect(state(after: loaded + errorPage + [navigated("2"), lifecycle("load", "2")]).isLoaded)
        let sameDocument: (String, DevToolsValue) = (
            "Page.frameStartedNavigating", ["frameId": "M", "navigationType": "sameDocument"]
        )
        #expect(state(after: loaded + [sameDocument]).isLoaded)
    }

    @Test("Requests are waited for until they end, streams never")
    func countsRequests() {
        func sent(_ id: DevToolsValue, _ type: DevToolsValue) -> (String, DevToolsValue) {
            ("Network.requestWillBeSent", ["requestId": id, "type": type, "frameId": "M"])
        }
        #expect(state(after: [sent("1", "Fetch")]).hasRequests(after: 0))
        #expect(!state(after: [sent("1", "Fetch")]).hasRequests(after: 1))
        #expect(state(after: [sent("1", "Fetch"), sent("2", "XHR")]).hasRequests(after: 1))
        #expect(
            !state(after: [sent("1", "Fetch"), ("Network.loadingFailed", ["requestId": "1"])]).hasRequests(after: 0)
        )
        #expect(!state(after: [sent("1", "EventSource"), sent("2", "WebSocket")]).hasRequests(after: 0))
    }

    @Test("The status of the main document is kept by its loader, that of other requests is not")
    func keepsStatus() {
        func response(_ id: DevToolsValue, _ type: DevToolsValue, _ frame: DevToolsValue) -> (String, DevToolsValue) {
            (
                "Network.responseReceived",
                ["requestId": id, "type": type, "frameId": frame, "response": ["status": 404]]
            )
        }
        let state = state(after: [
            response("1", "Document", "M"), response("2", "Document", "F"), response("3", "Image", "M"),
        ])
        #expect(state.documentStatus == ["1": 404])
    }

    @Test("A frame that moves to another process stays, one that is removed goes with its children")
    func followsFrames() {
        func attached(_ id: DevToolsValue, _ parent: DevToolsValue) -> (String, DevToolsValue) {
            ("Page.frameAttached", ["frameId": id, "parentFrameId": parent])
        }
        let frames = [attached("A", "M"), attached("B", "A")]
        #expect(state(after: frames).frames.keys.sorted() == ["A", "B", "M"])
        let swapped: (String, DevToolsValue) = ("Page.frameDetached", ["frameId": "A", "reason": "swap"])
        #expect(state(after: frames + [swapped]).frames.keys.sorted() == ["A", "B", "M"])
        let removed: (String, DevToolsValue) = ("Page.frameDetached", ["frameId": "A", "reason": "remove"])
        #expect(state(after: frames + [removed]).frames.keys.sorted() == ["M"])
    }

    @Test("Only our own world counts, until it is destroyed")
    func followsWorlds() {
        func created(_ name: DevToolsValue) -> (String, DevToolsValue) {
            (
                "Runtime.executionContextCreated",
                ["context": ["name": name, "uniqueId": "u1", "auxData": ["frameId": "M"]]]
            )
        }
        #expect(state(after: [created("")]).mainFrame.world == nil)
        let world = PageState.World(uniqueID: "u1", session: "s")
        #expect(state(after: [created("stepcast")]).mainFrame.world == world)
        let destroyed: (String, DevToolsValue) = (
            "Runtime.executionContextDestroyed", ["executionContextUniqueId": "u1"]
        )
        #expect(state(after: [created("stepcast"), destroyed]).mainFrame.world == nil)
        #expect(state(after: [created("stepcast"), ("Runtime.executionContextsCleared", [:])]).mainFrame.world == nil)
    }

    @Test("Events of unknown frames and with missing fields change nothing")
    func survivesNonsense() {
        let methods = [
            "Page.frameAttached", "Page.frameDetached", "Page.frameNavigated", "Page.lifecycleEvent",
            "Network.requestWillBeSent",
            "Network.responseReceived", "Runtime.executionContextCreated", "Page.frameStartedNavigating",
            "No.suchEvent",
        ]
        let nonsense: [DevToolsValue] = [[:], ["frameId": 7], ["frame": "x"], ["frameId": "unknown"], nil]
        let state = state(after: methods.dropFirst(2).flatMap { method in nonsense.map { (method, $0) } })
        #expect(state.frames.keys.sorted() == ["M"])
        #expect(state.requests.isEmpty)
    }
}
