//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hummingbird
import Redis
import ServiceKit

/// `/api/agents` (protocol, section 4).
struct AgentRoutes: Sendable {
    let configuration: AgentAPIConfiguration
    let store: RunStore
    let leases: RunLeases
    let executor: RunExecutor

    func add(to router: some RouterMethods<ServiceContext>) {
        router.post("/api/agents", use: self.start)
        router.post("/api/agents/batch", use: self.startBatch)
        router.get("/api/agents/batch/:batch_id", use: self.showBatch)
        router.get("/api/agents/:request_id", use: self.show)
        router.delete("/api/agents/:request_id", use: self.cancel)
    }

    private func start(_ request: Request, context: ServiceContext) async throws -> Response {
        let asked = try RunRequest(validating: try await request.json(context: context))
        // A request that was answered before is answered again, also when there is no place for a new one.
        if let known = try await self.whileRedisAnswers({ try await self.store.find(asked) }) {
            return try self.answer(known, to: asked)
        }
        guard await self.executor.reserve() else {
            throw Problem(
                .tooManyRequests,
                "\(self.configuration.concurrency) runs are going on and \(self.configuration.queueLimit) more may wait; "
                    + "there is no place for another.",
                headers: [.retryAfter: "5"]
            )
        }
        let run = Run(
            asked,
            channel: self.store.keys(of: asked.requestID).channel,
            streamURL: "/api/v1/stream-logs/request/\(asked.requestID)",
            createdAt: .now()
        )
        let admission: Admission
        do {
            admission = try await self.whileRedisAnswers {
                try await self.store.add(run, request: asked, leases: self.leases)
            }
        } catch {
            await self.executor.release()
            throw error
        }
        guard admission == .added else {
            await self.executor.release()
            return try self.answer(admission, to: asked)
        }
        await self.executor.submit(run, request: asked)
        return .json(run.accepted.json)
    }

    private func answer(_ admission: Admission, to request: RunRequest) throws -> Response {
        switch admission {
        case .added: throw Problem(.internalServerError, "A run that was added needs no other answer.")
        case .same(let run): return .json(run.accepted.json)
        case .batchIsSealed:
            throw Problem(
                .conflict,
                "The batch was posted as a whole, so no run can be added to it. Choose another batch_id.",
                errors: [.init(field: "batch_id", message: "is sealed")]
            )
        case .conflict:
            throw Problem(
                .conflict,
                "There is a run \(request.requestID) already, and it was asked for with another body. "
                    + "Choose another request_id.",
                errors: [.init(field: "request_id", message: "is taken")]
            )
        }
    }

    private func show(_ request: Request, context: ServiceContext) async throws -> Response {
        .json(try await self.run(of: context).json)
    }

    private func cancel(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context)
        if !run.status.isFinal, await !self.executor.cancel(run.requestID) {
            throw Problem(
                .conflict,
                "The run \(run.requestID) is not carried out by this process, which cannot stop it."
            )
        }
        return .json(run.json, status: run.status.isFinal ? .ok : .accepted)
    }

    private func run(of context: ServiceContext) async throws -> Run {
        let requestID = try Identifier(path: context, "request_id")
        guard let run = try await self.whileRedisAnswers({ try await self.store.run(requestID) }) else {
            throw Problem(.notFound, "There is no run \(requestID), or it has expired.")
        }
        return run
    }

    func whileRedisAnswers<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as RedisError {
            throw Problem(
                .serviceUnavailable,
                "Redis cannot be reached, so nothing was started: \(error)",
                headers: [.retryAfter: "1"]
            )
        }
    }
}
