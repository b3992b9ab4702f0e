//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import ServiceLifecycle

/// Checks from time to time whether a service is ready until it is, so that its log says so without anybody asking.
public struct ReadinessWatch: Service {
    private let check: @Sendable () async -> String?
    private let listening: AsyncStream<Void>
    private let announcement: AsyncStream<Void>.Continuation

    /// - Parameter check: Why the service cannot do its work now; `nil` when it can.
    public init(check: @escaping @Sendable () async -> String?) {
        self.check = check
        (self.listening, self.announcement) = AsyncStream.makeStream()
    }

    /// The service listens now.
    public func listens() { self.announcement.finish() }

    /// Looks until the service is ready, then waits for its end.
    public func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.waitUntilReady() }
                try? await gracefulShutdown()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.announcement.finish()
        }
    }

    private func waitUntilReady() async {
        for await _ in self.listening {}
        while !Task.isCancelled, await self.check() != nil {
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
