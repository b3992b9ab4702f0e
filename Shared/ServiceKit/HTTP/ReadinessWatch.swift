//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServiceLifecycle

/// Checks from time to time whether a service is ready until it is, so that its log says so without anybody asking.
package struct ReadinessWatch: Service {
    private let check: @Sendable () async -> String?
    private let listening: AsyncStream<Void>
    private let announcement: AsyncStream<Void>.Continuation

    /// - Parameter check: Why the service cannot do its work now; `nil` when it can.
    package init(check: @escaping @Sendable () async -> String?) {
        self.check = check
        (listening, announcement) = AsyncStream.makeStream()
    }

    /// The service listens now.
    package func listens() { announcement.finish() }

    /// Looks until the service is ready, then waits for its end.
    package func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await waitUntilReady() }
                try? await gracefulShutdown()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            announcement.finish()
        }
    }

    private func waitUntilReady() async {
        for await _ in listening {}
        while !Task.isCancelled, await check() != nil {
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
