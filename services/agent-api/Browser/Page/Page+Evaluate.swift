//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// The ids of the page's frames, the main one first, then outer before inner.
    func framesInOrder() -> [String] {
        let state = state.current
        var order = [state.mainFrameID]
        var next = 0
        while next < order.count {
            let parent = order[next]
            order += state.frames.filter { $0.value.parent == parent && !order.contains($0.key) }.keys.sorted()
            next += 1
        }
        return order
    }

    /// Runs a JavaScript expression in our isolated world of the main frame, which sees the page's document but not its
    /// variables, and returns its value; promises are awaited.
    ///
    /// - Throws: ``BrowserError``: `scriptFailed` with the exception's text, `timedOut`, or that the page is gone;
    ///   `CancellationError`.
    package func evaluate(_ expression: String, timeout: Duration = .seconds(15)) async throws -> DevToolsValue {
        try await evaluate(expression, until: .after(timeout))
    }

    /// The same in a given frame. A document that is replaced while the expression runs makes it start again in the new
    /// one.
    func evaluate(_ expression: String, in frame: String? = nil, until deadline: Deadline) async throws -> DevToolsValue
    {
        let frame = frame ?? targetID
        while true {
            let world = try await wait(for: "the page's document", until: deadline) { state -> PageState.World?? in
                guard let known = state.frames[frame] else { return .some(nil) }
                return known.world.map { .some($0) }
            }
            guard let world else { throw BrowserError(.elementNotFound, "the frame is gone") }
            do {
                return try await evaluate(expression, in: world, byValue: true, until: deadline)["value"] ?? .null
            } catch let error as BrowserError where error.meansDocumentIsGone {
                // The event that says so may be behind the answer that failed.
                try await wait(for: "the page's next document", until: deadline) {
                    $0.frames[frame]?.world != world ? () : nil
                }
            }
        }
    }

    /// Runs an expression in a world once and returns its remote object.
    func evaluate(
        _ expression: String,
        in world: PageState.World,
        byValue: Bool,
        until deadline: Deadline
    ) async throws -> DevToolsValue {
        if let failure = state.current.failure { throw failure }
        let answer = try await connection.call(
            "Runtime.evaluate",
            [
                "expression": .string(expression),
                "uniqueContextId": .string(world.uniqueID),
                "returnByValue": .bool(byValue),
                "awaitPromise": true,
                "userGesture": true,
            ],
            session: world.session,
            until: deadline
        )
        if let exception = answer["exceptionDetails"] {
            let text = exception["exception"]?["description"]?.string ?? exception["text"]?.string ?? "unknown error"
            throw BrowserError(.scriptFailed, "a script on the page failed: \(text)")
        }
        return answer["result"] ?? .null
    }
}

extension BrowserError {
    /// Whether a command failed only because its document was replaced meanwhile.
    var meansDocumentIsGone: Bool {
        guard code == .protocolError else { return false }
        let texts = [
            "context with specified id", "uniqueContextId not found", "Execution context was destroyed",
            "Inspected target navigated or closed", "Promise was collected", "Cannot find context",
        ]
        return texts.contains { message.contains($0) }
    }
}
