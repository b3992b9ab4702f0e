//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import CoreMetrics
import JSON
import Models
import ServiceKit
import Traces

/// Counts what the runs of this process do.
struct RunMetrics: Sendable {
    static let descriptions: [String: MetricRegistry.Description] = [
        "stepcast_runs_total": .init("Runs that this process has ended, by how."),
        "stepcast_run_duration_seconds": .init(
            "Time from a run's leaving the queue to its end.",
            buckets: [1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600]
        ),
        "stepcast_step_duration_seconds": .init(
            "Time of a run's steps.",
            buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
        ),
        "stepcast_queue_wait_seconds": .init(
            "Time from a run's being posted to its leaving the queue.",
            buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800]
        ),
        "stepcast_model_requests_total": .init("Requests to the model, after retries, by outcome."),
        "stepcast_model_request_duration_seconds": .init(
            "Time of requests to the model, retries included.",
            buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120]
        ),
        "stepcast_model_tokens_total": .init("Tokens that models have used, as their servers count them."),
    ]

    private let factory: any MetricsFactory

    init(_ registry: MetricRegistry) {
        registry.describe(Self.descriptions)
        factory = registry
    }

    func began(_ run: Run) {
        guard let start = run.startedAt else { return }
        time("stepcast_queue_wait_seconds", .milliseconds(start.milliseconds - run.createdAt.milliseconds))
    }

    func ended(_ outcome: RunOutcome, after duration: Duration) {
        Counter(label: "stepcast_runs_total", dimensions: [("status", outcome.status.rawValue)], factory: factory)
            .increment()
        time("stepcast_run_duration_seconds", duration)
    }

    func step(_ duration: Duration) { time("stepcast_step_duration_seconds", duration) }

    func model(_ result: Result<ModelAnswer, any Error>, after duration: Duration) {
        let outcome =
            switch result {
            case .success: "answered"
            case .failure(is CancellationError): "cancelled"
            case .failure: "failed"
            }
        Counter(label: "stepcast_model_requests_total", dimensions: [("outcome", outcome)], factory: factory)
            .increment()
        time("stepcast_model_request_duration_seconds", duration)
        guard case .success(let answer) = result else { return }
        let tokens = [
            ("input", answer.tokens.input), ("cached_input", answer.tokens.cachedInput),
            ("output", answer.tokens.output),
        ]
        for (kind, count) in tokens {
            Counter(label: "stepcast_model_tokens_total", dimensions: [("kind", kind)], factory: factory)
                .increment(by: Int64(count))
        }
    }

    private func time(_ label: String, _ duration: Duration) {
        Timer(label: label, factory: factory).recordNanoseconds(Int64(duration / .nanoseconds(1)))
    }
}

/// A model whose requests are counted.
struct ObservedModel: ModelClient {
    let model: any ModelClient
    let metrics: RunMetrics

    var name: String { model.name }

    func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        let start = ContinuousClock.now
        do {
            let answer = try await Trace.span("model", .client, attributes: attributes) {
                try await model.answer(request)
            }
            metrics.model(.success(answer), after: .now - start)
            return answer
        } catch {
            metrics.model(.failure(error), after: .now - start)
            throw error
        }
    }

    private func attributes(_ result: Result<ModelAnswer, any Error>) -> [String: JSONValue] {
        ["gen_ai.request.model": .string(name)]
    }

    func judge(_ answer: ModelAnswer, to request: ModelRequest, isValid: Bool) -> Bool {
        model.judge(answer, to: request, isValid: isValid)
    }

    func answerForm(for origin: ModelRequest.SchemaOrigin) -> AnswerForm? { model.answerForm(for: origin) }

    func contextLength() async throws -> Int? { try await model.contextLength() }
}
