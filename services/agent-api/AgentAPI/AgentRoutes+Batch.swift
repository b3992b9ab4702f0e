//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hummingbird
import Redis
import ServiceKit

/// `/api/agents/batch` (protocol, section 4).
extension AgentRoutes {
    func startBatch(_ request: Request, context: ServiceContext) async throws -> Response {
        let asked = try BatchRequest(validating: try await request.json(context: context))
        let createdAt = Timestamp.now()
        if let known = try await self.whileRedisAnswers({ try await self.store.find(asked) }) {
            return try self.answer(known, to: asked, at: createdAt)
        }
        let count = asked.tasks.count
        guard count <= self.configuration.places else {
            throw Problem(
                .unprocessableContent,
                "The batch will never have place here.",
                errors: [
                    .init(
                        field: "tasks",
                        message:
                            "has \(count) elements; this service takes \(self.configuration.places) runs at a time "
                            + "(AGENT_CONCURRENCY and AGENT_QUEUE_LIMIT)"
                    )
                ]
            )
        }
        guard await self.executor.reserve(count) else {
            throw Problem(
                .tooManyRequests,
                "There is no place for \(count) more runs.",
                headers: [.retryAfter: "5"]
            )
        }
        let runs = self.runs(of: asked, at: createdAt)
        let admission: BatchAdmission
        do {
            admission = try await self.whileRedisAnswers {
                try await self.store.add(asked, runs: runs, leases: self.leases)
            }
        } catch {
            await self.executor.release(count)
            throw error
        }
        guard admission == .added else {
            await self.executor.release(count)
            return try self.answer(admission, to: asked, at: createdAt)
        }
        for (run, request) in zip(runs, asked.tasks) { await self.executor.submit(run, request: request) }
        return try self.answer(.added, to: asked, at: createdAt)
    }

    func showBatch(_ request: Request, context: ServiceContext) async throws -> Response {
        let batchID = try Identifier(path: context, "batch_id")
        guard let batch = try await self.whileRedisAnswers({ try await self.store.batch(batchID) }) else {
            throw Problem(.notFound, "There is no batch \(batchID), or it has expired.")
        }
        return .json(batch.json)
    }

    private func runs(of batch: BatchRequest, at time: Timestamp) -> [Run] {
        batch.tasks.map { request in
            Run(
                request,
                channel: self.store.keys(of: request.requestID).channel,
                streamURL: "/api/v1/stream-logs/request/\(request.requestID)",
                createdAt: time
            )
        }
    }

    private func answer(_ admission: BatchAdmission, to batch: BatchRequest, at time: Timestamp) throws -> Response {
        switch admission {
        case .added, .same:
            let createdAt = if case .same(let first) = admission { first } else { time }
            let accepted = BatchAccepted(
                batchID: batch.batchID,
                channel: self.store.keys(ofBatch: batch.batchID).stream,
                createdAt: createdAt,
                runs: self.runs(of: batch, at: createdAt).map(\.accepted)
            )
            return .json(accepted.json)
        case .conflict:
            throw Problem(
                .conflict,
                "There is a batch \(batch.batchID) already, and it was asked for with another body. "
                    + "Choose another batch_id.",
                errors: [.init(field: "batch_id", message: "is taken")]
            )
        case .taken(let index):
            let name = batch.tasks.indices.contains(index) ? batch.tasks[index].requestID.rawValue : ""
            throw Problem(
                .conflict,
                "There is a run \(name) already, so nothing of the batch was started. Choose another request_id.",
                errors: [.init(field: "tasks[\(index)].request_id", message: "is taken")]
            )
        }
    }
}
