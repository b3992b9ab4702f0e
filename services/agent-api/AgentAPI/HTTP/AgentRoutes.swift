//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Browser
import Hummingbird
import JSON
import Keys
import Redis
import ServiceKit
import Traces

/// `/api/agents` (protocol, section 4).
struct AgentRoutes: Sendable {
    let store: RunStore
    let queue: RunQueue
    let closer: RunCloser
    let executor: RunExecutor
    /// Signs the tokens of viewers; `nil` where clients need none.
    let verifier: TokenVerifier?
    let browser: BrowserConfiguration
    let limiter: RateLimiter

    /// Whether a model is configured.
    let hasModel: Bool

    func add(to routes: RouteGroup) {
        routes.post("/api/agents", AgentDescriptions.start, use: start)
        routes.get("/api/agents", AgentDescriptions.list, use: list)
        routes.post("/api/agents/batch", AgentDescriptions.startBatch, use: startBatch)
        routes.get("/api/agents/batch/:batch_id", AgentDescriptions.showBatch, use: showBatch)
        routes.delete("/api/agents/batch/:batch_id", AgentDescriptions.cancelBatch, use: cancelBatch)
        routes.get("/api/agents/:request_id", AgentDescriptions.show, use: show)
        routes.delete("/api/agents/:request_id", AgentDescriptions.cancel, use: cancel)
        routes.get(
            "/api/agents/:request_id/instructions",
            AgentDescriptions.instructions,
            use: showInstructions
        )
        addSteering(to: routes)
        addControl(to: routes)
    }

    private func start(_ request: Request, context: ServiceContext) async throws -> Response {
        .json(try await start(try await request.json(context: context), context: context).json)
    }

    /// Starts the run that a body asks for.
    ///
    /// - Throws: `Problem`.
    func start(_ body: JSONValue, context: ServiceContext) async throws -> RunAccepted {
        let asked = try RunRequest(validating: body, hasModel: hasModel)
        try asked.check(against: browser)
        var run = Run(
            asked,
            channel: store.keys(of: asked.requestID).channel,
            createdAt: .now()
        )
        run.traceparent = Trace.current.map { "\($0.context)" }
        try context.require(.run, on: run.names)
        try limiter.count(of: context)
        switch try await whileRedisAnswers(starting: true, { try await queue.add(run, request: asked) }) {
        case .added: return try await answer(run)
        case .same(let known): return try await answer(known)
        case .batchIsSealed:
            throw Problem(
                .conflict,
                "The batch was posted as a whole, so runs cannot be added to it. Choose another batch_id.",
                errors: [.init(field: "batch_id", message: "is sealed")]
            )
        case .conflict:
            throw Problem(
                .conflict,
                "The run \(asked.requestID) already exists, with a different request. "
                    + "Choose another request_id.",
                errors: [.init(field: "request_id", message: "is taken")]
            )
        case .full(let places):
            throw Problem(
                .tooManyRequests,
                "\(places) runs are running or waiting; there is no room for more.",
                headers: [.retryAfter: "5"]
            )
        }
    }

    private func answer(_ run: Run) async throws -> RunAccepted {
        var accepted = run.accepted
        accepted.viewerToken = await verifier?.viewerToken(Grant([.view], requestID: NamePattern(run.requestID)))
        return accepted
    }

    private func show(_ request: Request, context: ServiceContext) async throws -> Response {
        .json(try await run(of: context, for: .view).json)
    }

    private func cancel(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context, for: .control)
        guard !run.status.isFinal else { return .json(run.json) }
        try await whileRedisAnswers { try await self.cancel(run.requestID) }
        return .json(try await self.run(of: context, for: .control).json, status: .accepted)
    }

    /// Stops a run, whichever process executes it.
    func cancel(_ requestID: Identifier) async throws {
        // The run may start between the two steps, once.
        for _ in 0..<3 {
            switch try await queue.cancel(requestID) {
            case .isOver: return
            case .isAsked:
                // A run of this process is interrupted directly.
                return await executor.cancel(requestID)
            case .waits:
                let result = try await closer.end(requestID) { steps in
                    RunOutcome(status: .cancelled, error: "the run was cancelled", steps: steps)
                }
                if case .isAlive = result { continue }
                return
            }
        }
    }

    func run(of context: ServiceContext, for permission: Permission) async throws -> Run {
        try await run(try Identifier(path: context, "request_id"), for: permission, context)
    }

    /// A run that who asks may do that with.
    ///
    /// - Throws: `Problem`.
    func run(_ requestID: Identifier, for permission: Permission, _ context: ServiceContext) async throws -> Run {
        let run = try await whileRedisAnswers { try await store.run(requestID) }
        try context.require(permission, on: run?.names ?? RunNames(requestID: requestID))
        guard let run else {
            throw Problem(.notFound, "There is no run \(requestID), or it has expired.")
        }
        return run
    }

    /// - Parameter starting: Whether the body starts runs.
    func whileRedisAnswers<Value>(starting: Bool = false, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as RedisError {
            // After a lost reply it is unknown what was done.
            let isUnclear = [.timedOut, .connectionClosed].contains(error.code)
            let consequence =
                switch (isUnclear, starting) {
                case (true, true): " Whether the request was executed is unknown; it is safe to repeat it."
                case (true, false): " It is safe to repeat the request."
                case (false, true): " Nothing was started."
                case (false, false): ""
                }
            throw Problem(
                .serviceUnavailable,
                Readiness.Fault(error).summary + consequence,
                headers: [.retryAfter: "1"]
            )
        }
    }
}
