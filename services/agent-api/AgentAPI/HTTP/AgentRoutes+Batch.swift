//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Hummingbird
import Keys
import Redis
import ServiceKit
import Traces

/// `/api/agents/batch` (protocol, section 4).
extension AgentRoutes {
    func startBatch(_ request: Request, context: ServiceContext) async throws -> Response {
        let asked = try BatchRequest(validating: try await request.json(context: context), hasModel: hasModel)
        for (index, task) in asked.tasks.enumerated() {
            try task.check(against: browser, path: "tasks[\(index)].")
        }
        let createdAt = Timestamp.now()
        let runs = self.runs(of: asked, at: createdAt)
        for run in runs { try context.require(.run, on: run.names) }
        try limiter.count(runs.count, of: context)
        let admission = try await whileRedisAnswers(starting: true) { try await queue.add(asked, runs: runs) }
        return try await answer(admission, to: asked, at: createdAt)
    }

    func showBatch(_ request: Request, context: ServiceContext) async throws -> Response {
        let batchID = try Identifier(path: context, "batch_id")
        try context.require(.view, on: RunNames(batchID: batchID))
        return .json(try await batch(batchID).json)
    }

    func cancelBatch(_ request: Request, context: ServiceContext) async throws -> Response {
        let batchID = try Identifier(path: context, "batch_id")
        try context.require(.control, on: RunNames(batchID: batchID))
        let batch = try await self.batch(batchID)
        let unfinished = batch.runs.filter { !$0.status.isFinal }
        guard !unfinished.isEmpty else { return .json(batch.json) }
        try await whileRedisAnswers {
            for run in unfinished { try await cancel(run.requestID) }
        }
        return .json(try await self.batch(batchID).json, status: .accepted)
    }

    private func batch(_ batchID: Identifier) async throws -> Batch {
        guard let batch = try await whileRedisAnswers({ try await store.batch(batchID) }) else {
            throw Problem(.notFound, "There is no batch \(batchID), or it has expired.")
        }
        return batch
    }

    private func runs(of batch: BatchRequest, at time: Timestamp) -> [Run] {
        batch.tasks.map { request in
            var run = Run(
                request,
                channel: store.keys(of: request.requestID).channel,
                createdAt: time
            )
            run.traceparent = Trace.current.map { "\($0.context)" }
            return run
        }
    }

    private func answer(
        _ admission: BatchAdmission,
        to batch: BatchRequest,
        at time: Timestamp
    ) async throws -> Response {
        switch admission {
        case .added, .same:
            let createdAt = if case .same(let first) = admission { first } else { time }
            var accepted = BatchAccepted(
                batchID: batch.batchID,
                channel: store.keys(ofBatch: batch.batchID).stream,
                createdAt: createdAt,
                runs: self.runs(of: batch, at: createdAt).map(\.accepted)
            )
            accepted.viewerToken = await verifier?.viewerToken(Grant([.view], batchID: NamePattern(batch.batchID)))
            return .json(accepted.json)
        case .conflict:
            throw Problem(
                .conflict,
                "The batch \(batch.batchID) already exists, with a different request. "
                    + "Choose another batch_id.",
                errors: [.init(field: "batch_id", message: "is taken")]
            )
        case .taken(let index):
            let name = batch.tasks.indices.contains(index) ? batch.tasks[index].requestID.rawValue : ""
            throw Problem(
                .conflict,
                "The run \(name) already exists, so no run of the batch was started. Choose another request_id.",
                errors: [.init(field: "tasks[\(index)].request_id", message: "is taken")]
            )
        case .full(let places) where batch.tasks.count > places:
            throw Problem(
                .unprocessableContent,
                "The batch is larger than the queue.",
                errors: [
                    .init(
                        field: "tasks",
                        message: "has \(batch.tasks.count) elements; there is room for \(places) runs "
                            + "(AGENT_QUEUE_LIMIT, and AGENT_CONCURRENCY of each process)"
                    )
                ]
            )
        case .full(let places):
            throw Problem(
                .tooManyRequests,
                "There is room for \(places) runs in total, and currently not for \(batch.tasks.count) more.",
                headers: [.retryAfter: "5"]
            )
        }
    }
}
