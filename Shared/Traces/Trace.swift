//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The trace that the current task works for.
///
/// Without one, or without a tracer, a span costs the look whether there is one.
package struct Trace: Sendable {
    @TaskLocal package static var current: Trace?

    /// The current span, or the one of a client that is passed on.
    package let context: TraceContext

    private let tracer: Tracer?

    /// A trace that a client began, or a new one; `nil` where there is neither one to pass on nor a tracer.
    package init?(continuing parent: TraceContext?, tracer: Tracer?) {
        guard tracer != nil || parent != nil else { return nil }
        self.tracer = parent?.isSampled ?? true ? tracer : nil
        context = parent ?? TraceContext()
        isRoot = parent == nil
    }

    private init(_ context: TraceContext, _ tracer: Tracer) {
        self.context = context
        self.tracer = tracer
        isRoot = false
    }

    /// Whether nothing has been recorded of the trace, so that the next span begins it.
    private let isRoot: Bool

    /// Does something as a span of the current trace.
    ///
    /// - Parameter attributes: What is known at the end.
    package static func span<Value>(
        _ name: @autoclosure () -> String,
        _ kind: Span.Kind = .internal,
        attributes: (Result<Value, any Error>) -> [String: JSONValue] = { _ in [:] },
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Value
    ) async rethrows -> Value {
        guard let trace = current, let tracer = trace.tracer else { return try await body() }
        let context = trace.isRoot ? trace.context : trace.context.child()
        let parent = trace.isRoot ? nil : trace.context.spanID
        let start = now()
        func end(_ result: Result<Value, any Error>) {
            let hasFailed = if case .failure = result { true } else { false }
            tracer.add(
                Span(
                    name: name(),
                    kind: kind,
                    context: context,
                    parent: parent,
                    start: start,
                    end: now(),
                    attributes: attributes(result),
                    hasFailed: hasFailed
                )
            )
        }
        return try await $current.withValue(
            Trace(context, tracer),
            operation: {
                do {
                    let value = try await body()
                    end(.success(value))
                    return value
                } catch {
                    end(.failure(error))
                    throw error
                }
            },
            isolation: isolation
        )
    }

    /// Adds a span that is over.
    ///
    /// - Parameters:
    ///   - start: When it began, in nanoseconds since 1970.
    ///   - end: When it ended; `nil` for now.
    package func record(
        _ name: String,
        _ kind: Span.Kind = .internal,
        from start: Int64,
        to end: Int64? = nil,
        attributes: [String: JSONValue] = [:]
    ) {
        guard let tracer else { return }
        tracer.add(
            Span(
                name: name,
                kind: kind,
                context: context.child(),
                parent: context.spanID,
                start: start,
                end: end ?? Self.now(),
                attributes: attributes,
                hasFailed: false
            )
        )
    }

    /// Nanoseconds since 1970.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
