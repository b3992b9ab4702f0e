//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

extension Page {
    /// What a document says of itself, and the document.
    struct Look<Content: FrameContent>: Sendable {
        var frame: String
        var world: PageState.World
        var summary: FrameSummary
        var content: Content
        /// Whether nothing turned up on the way that was not looked into.
        var isWhole = true
    }

    /// How long a frame may take to say what is in it. One that is busy for longer is left out: it must not keep the
    /// rest of the page from being seen.
    static let frameLimit = Duration.seconds(2)
    /// How long one may take that did not answer the last time.
    static let silentFrameLimit = Duration.milliseconds(50)

    /// How often a document is looked at again for what a closed shadow root in a closed shadow root holds, and so on.
    private static let looksAtMost = 4

    /// Looks at the documents of all frames at once.
    ///
    /// - Throws: ``BrowserError``: `timedOut`, or that the page is gone; `CancellationError`.
    func lookAtFrames<Content: FrameContent>(
        until deadline: Deadline,
        of timeout: Duration
    ) async throws -> [String: Look<Content>] {
        do {
            return try await lookAtFrames(until: deadline)
        } catch let error as BrowserError where error.code == .timedOut {
            throw BrowserError(
                .timedOut,
                "the page did not tell within \(timeout.formattedSeconds) what is on it: it is busy"
            )
        }
    }

    private func lookAtFrames<Content: FrameContent>(until deadline: Deadline) async throws -> [String: Look<Content>] {
        let known = state.current
        elements.withLock { $0.keep(Set(known.frames.values.compactMap(\.world)), main: known.mainFrame.world) }
        let inner = known.frames.keys.filter { $0 != targetID && known.frames[$0]?.world != nil }
        return try await withThrowingTaskGroup(of: Look<Content>?.self) { group in
            group.addTask { try await self.lookAtMainFrame(until: deadline) }
            for frame in inner {
                group.addTask {
                    try await self.lookAtInnerFrame(frame, until: deadline)
                }
            }
            return try await group.reduce(into: [:]) { looks, look in
                if let look { looks[look.frame] = look }
            }
        }
    }

    /// A frame that does not answer is waited for once: then it is asked again, but hardly waited for.
    private func lookAtInnerFrame<Content: FrameContent>(
        _ frame: String,
        until deadline: Deadline
    ) async throws -> Look<Content>? {
        let world = state.current.frames[frame]?.world
        let limit = elements.withLock { $0.isSilent(world) } ? Self.silentFrameLimit : Self.frameLimit
        do {
            let look: Look<Content>? = try await look(at: frame, until: deadline.capped(at: limit))
            elements.withLock { $0.setSilent(world, false) }
            return look
        } catch let error as BrowserError {
            if error.code == .timedOut { elements.withLock { $0.setSilent(world, true) } }
            return nil
        }
    }

    /// The main frame's document may be replaced while it is looked at.
    private func lookAtMainFrame<Content: FrameContent>(until deadline: Deadline) async throws -> Look<Content>? {
        while true {
            try await waitUntilUsable(until: deadline)
            let world = state.current.mainFrame.world
            do {
                if let look: Look<Content> = try await look(at: targetID, until: deadline) { return look }
            } catch let error as BrowserError where error.meansDocumentIsGone {}
            if let failure = state.current.failure { throw failure }
            try await wait(for: "the page's next document", until: deadline) {
                $0.mainFrame.world != world ? () : nil
            }
        }
    }

    /// Asks the script in a frame what is there; `nil` when the frame has no document now.
    private func look<Content: FrameContent>(at frame: String, until deadline: Deadline) async throws -> Look<Content>?
    {
        guard let world = state.current.frames[frame]?.world else { return nil }
        async let listening = markListening(in: frame, world, until: deadline)
        var look: Look<Content> = try await lookOnce(at: frame, world, until: deadline)
        // What a closed shadow root holds, and what listens, is seen only in another look.
        if try await listening { look.isWhole = false }
        for _ in 1...Self.looksAtMost where !look.isWhole {
            look = try await lookOnce(at: frame, world, until: deadline)
        }
        return look
    }

    private func lookOnce<Content: FrameContent>(
        at frame: String,
        _ world: PageState.World,
        until deadline: Deadline
    ) async throws -> Look<Content> {
        let known = elements.withLock { $0.known(in: world) }
        let answer = try await ask("look.\(Content.function)(\(known))", in: world, until: deadline)
        guard let text = answer.first?["value"]?.string, let value = try? DevToolsValue(parsing: text.utf8) else {
            throw BrowserError(.protocolError, "the page's script did not answer")
        }
        let content = try Content(value)
        let summary = FrameSummary(value)
        let nodes = answer.dropFirst()
        learn(summary, nodes.prefix(summary.nodes.count), frame: frame, world: world)
        let hidden = nodes.dropFirst(summary.nodes.count).compactMap(Self.closedRoot)
        for root in hidden { try await hand(root, to: "adopt", in: world, until: deadline) }
        return Look(frame: frame, world: world, summary: summary, content: content, isWhole: hidden.isEmpty)
    }

    /// Tells the script in a frame which elements listen to clicks.
    ///
    /// - Returns: whether it did not know of all of them. Frames within a process are not asked but for its first one.
    private func markListening(
        in frame: String,
        _ world: PageState.World,
        until deadline: Deadline
    ) async throws -> Bool {
        let parent = state.current.frames[frame]?.parent
        guard parent == nil || parent.flatMap({ state.current.frames[$0]?.world?.session }) != world.session else {
            return false
        }
        // A page may have broken what the question relies on; then it is as if nothing listened.
        let nodes =
            (try? await ask(Embedded.listeningElementsJS, in: nil, session: world.session, until: deadline)) ?? []
        let new = nodes.compactMap { $0["value"]?["backendNodeId"]?.integer }.filter { node in
            let reference = ElementReference(session: world.session ?? session, backendNode: node)
            return elements.withLock { $0.learnListening(reference) }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in new {
                group.addTask {
                    try await self.hand(.integer(Int64(node)), to: "mark", in: world, until: deadline)
                }
            }
            try await group.waitForAll()
        }
        return !new.isEmpty
    }

    private static func closedRoot(_ node: DevToolsValue) -> DevToolsValue? {
        let root = node["value"]?["shadowRoot"]?["value"]
        return root?["mode"] == "closed" ? root?["backendNodeId"] : nil
    }

    private func ask(
        _ expression: String,
        in world: PageState.World,
        until deadline: Deadline
    ) async throws -> [DevToolsValue] {
        try await ask(expression, in: world, session: world.session, until: deadline)
    }

    /// Runs an expression that gives an array, in the page's own world where no other one is given, and returns its
    /// elements; nodes come with their numbers in the browser.
    private func ask(
        _ expression: String,
        in world: PageState.World?,
        session: String?,
        until deadline: Deadline
    ) async throws -> [DevToolsValue] {
        var params: [String: DevToolsValue] = [
            "expression": .string(expression),
            "serializationOptions": [
                "serialization": "deep", "maxDepth": 1,
                "additionalParameters": ["maxNodeDepth": 0, "includeShadowTree": "all"],
            ],
        ]
        if let world {
            params["uniqueContextId"] = .string(world.uniqueID)
        } else {
            params["includeCommandLineAPI"] = true
        }
        let answer = try await connection.call("Runtime.evaluate", .object(params), session: session, until: deadline)
        if let exception = answer["exceptionDetails"] {
            let text = exception["exception"]?["description"]?.string ?? exception["text"]?.string ?? "unknown error"
            throw BrowserError(.scriptFailed, "the page cannot be read: \(text)")
        }
        if let object = answer["result"]?["objectId"] {
            connection.post("Runtime.releaseObject", ["objectId": object], session: session)
        }
        return answer["result"]?["deepSerializedValue"]?["value"]?.array ?? []
    }

    private func learn(
        _ summary: FrameSummary,
        _ nodes: ArraySlice<DevToolsValue>,
        frame: String,
        world: PageState.World
    ) {
        elements.withLock { elements in
            for (number, node) in zip(summary.nodes, nodes) {
                guard let id = node["value"]?["backendNodeId"]?.integer else { continue }
                elements.learn(
                    ElementRegistry.Key(world: world, number: number),
                    node: id,
                    in: frame,
                    session: world.session ?? session,
                    showing: node["value"]?["frameId"]?.string
                )
            }
            elements.learn(world, upTo: summary.last)
        }
    }

    /// Calls a function of our script with a node of the browser, if it is still there.
    private func hand(
        _ node: DevToolsValue,
        to function: String,
        in world: PageState.World,
        until deadline: Deadline
    ) async throws {
        do {
            let object = try await connection.call(
                "DOM.resolveNode",
                ["backendNodeId": node, "executionContextId": .integer(Int64(world.contextID))],
                session: world.session,
                until: deadline
            )
            guard let id = object["object"]?["objectId"] else { return }
            _ = try await connection.call(
                "Runtime.callFunctionOn",
                ["objectId": id, "functionDeclaration": .string("function() { look.\(function)(this); }")],
                session: world.session,
                until: deadline
            )
            connection.post("Runtime.releaseObject", ["objectId": id], session: world.session)
        } catch let error as BrowserError where error.code == .protocolError {
            // Nodes come and go while they are looked at.
        }
    }
}
