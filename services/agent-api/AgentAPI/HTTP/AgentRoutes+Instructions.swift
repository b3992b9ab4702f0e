//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPTypes
import Hummingbird
import Instructions
import JSON
import ServiceKit

extension AgentRoutes {
    /// What a run did, as a task of instructions that does it again: as text, or as JSON where that is asked for.
    func showInstructions(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await run(of: context, for: .view)
        guard run.status == .completed else {
            let status = run.status.isFinal ? "it has ended as \(run.status.rawValue)" : "it is \(run.status.rawValue)"
            throw Problem(
                .conflict,
                "Only a run that has completed can be repeated by instructions. Of the run \(run.requestID), \(status)."
            )
        }
        guard run.usage != nil else {
            throw Problem(
                .conflict,
                "No model planned the run \(run.requestID): its task is the instructions that repeat it."
            )
        }
        guard let recording = try await whileRedisAnswers({ try await store.recording(of: run.requestID) }) else {
            throw Problem(.conflict, "It was not kept what the run \(run.requestID) did: it ended before that was done.")
        }
        let recorded: RecordedTask
        do {
            // A run that repeated another one has the goal of that.
            let goal = RecordedTask(run.task)?.goal ?? run.task
            recorded = try RecordedTask(recording, goal: goal, limit: RunLimits.taskCharacters.upperBound)
        } catch {
            throw Problem(.conflict, "The run \(run.requestID) cannot be repeated by instructions. \(error).")
        }
        guard request.wantsJSON else {
            return Response(
                status: .ok,
                headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "private, no-cache"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: recorded.text))
            )
        }
        let body: JSONValue = ["request_id": .string(run.requestID.rawValue), "task": .string(recorded.text)]
        return .json(body.bytes)
    }
}

extension Request {
    /// Whether the client names JSON, and text not before it.
    fileprivate var wantsJSON: Bool {
        let types = (headers[.accept] ?? "").split(separator: ",").map {
            $0.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        }
        return types.first { ["application/json", "text/plain", "text/*", "*/*"].contains($0) } == "application/json"
    }
}
