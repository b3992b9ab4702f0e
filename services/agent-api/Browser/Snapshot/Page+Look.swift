//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

extension Page {
    /// What a document says of itself, and the document.
    struct Look: Sendable {
        var frame: String
        var world: PageState.World
        var snapshot: FrameSnapshot
    }

    /// How long a frame may take to say what is in it. One that is busy for longer is left out: it must not keep the
    /// rest of the page from being seen.
    static let frameLimit = Duration.seconds(2)

    /// Looks at the documents of all frames at once.
    func lookAtFrames(until deadline: Deadline) async throws -> [String: Look] {
        let known = state.current
        elements.withLock { $0.keep(Set(known.frames.values.compactMap(\.world)), main: known.mainFrame.world) }
        let inner = known.frames.keys.filter { $0 != targetID && known.frames[$0]?.world != nil }
        return try await withThrowingTaskGroup(of: Look?.self) { group in
            group.addTask { try await self.lookAtMainFrame(until: deadline) }
            for frame in inner {
                group.addTask {
                    do {
                        return try await self.look(at: frame, until: deadline.capped(at: Self.frameLimit))
                    } catch is BrowserError {
                        return nil
                    }
                }
            }
            return try await group.reduce(into: [:]) { looks, look in
                if let look { looks[look.frame] = look }
            }
        }
    }

    /// The main frame's document may be replaced while it is looked at.
    private func lookAtMainFrame(until deadline: Deadline) async throws -> Look? {
        while true {
            try await waitUntilUsable(until: deadline)
            let world = state.current.mainFrame.world
            do {
                if let look = try await look(at: targetID, until: deadline) { return look }
            } catch let error as BrowserError where error.meansDocumentIsGone {}
            if let failure = state.current.failure { throw failure }
            try await wait(for: "the page's next document", until: deadline) {
                $0.mainFrame.world != world ? () : nil
            }
        }
    }

    /// Asks the script in a frame what is there; `nil` when the frame has no document now.
    private func look(at frame: String, until deadline: Deadline) async throws -> Look? {
        guard let world = state.current.frames[frame]?.world else { return nil }
        while true {
            let known = elements.withLock { $0.known(in: world) }
            let answer = try await ask(world, "look.snapshot(\(known))", until: deadline)
            guard let text = answer.first?["value"]?.string else {
                throw BrowserError(.protocolError, "the page's script did not answer")
            }
            let snapshot = try FrameSnapshot(text)
            let nodes = answer.dropFirst()
            learn(snapshot, nodes.prefix(snapshot.nodes.count), frame: frame, world: world)
            // What a closed shadow root holds is seen only in another look, once the root has been handed in.
            let hidden = nodes.dropFirst(snapshot.nodes.count).compactMap(Self.closedRoot)
            if hidden.isEmpty { return Look(frame: frame, world: world, snapshot: snapshot) }
            for root in hidden { try await hand(root, to: "adopt", in: world, until: deadline) }
        }
    }

    private static func closedRoot(_ node: DevToolsValue) -> DevToolsValue? {
        let root = node["value"]?["shadowRoot"]?["value"]
        return root?["mode"] == "closed" ? root?["backendNodeId"] : nil
    }

    /// Runs an expression that gives an array and returns its elements; nodes come with their numbers in the browser.
    private func ask(
        _ world: PageState.World,
        _ expression: String,
        until deadline: Deadline
    ) async throws -> [DevToolsValue] {
        let answer = try await connection.call(
            "Runtime.evaluate",
            [
                "expression": .string(expression), "uniqueContextId": .string(world.uniqueID),
                "serializationOptions": [
                    "serialization": "deep", "maxDepth": 1,
                    "additionalParameters": ["maxNodeDepth": 0, "includeShadowTree": "all"],
                ],
            ],
            session: world.session,
            until: deadline
        )
        if let exception = answer["exceptionDetails"] {
            let text = exception["exception"]?["description"]?.string ?? exception["text"]?.string ?? "unknown error"
            throw BrowserError(.scriptFailed, "the page cannot be read: \(text)")
        }
        if let object = answer["result"]?["objectId"] {
            connection.post("Runtime.releaseObject", ["objectId": object], session: world.session)
        }
        return answer["result"]?["deepSerializedValue"]?["value"]?.array ?? []
    }

    private func learn(
        _ snapshot: FrameSnapshot,
        _ nodes: ArraySlice<DevToolsValue>,
        frame: String,
        world: PageState.World
    ) {
        elements.withLock { elements in
            for (number, node) in zip(snapshot.nodes, nodes) {
                guard let id = node["value"]?["backendNodeId"]?.integer else { continue }
                elements.learn(
                    ElementRegistry.Key(world: world, number: number),
                    node: id,
                    in: frame,
                    session: world.session ?? session,
                    showing: node["value"]?["frameId"]?.string
                )
            }
            elements.learn(world, upTo: snapshot.last)
        }
    }

    /// Calls a function of our script with a node of the browser.
    func hand(
        _ node: DevToolsValue,
        to function: String,
        in world: PageState.World,
        until deadline: Deadline
    ) async throws {
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
    }
}
