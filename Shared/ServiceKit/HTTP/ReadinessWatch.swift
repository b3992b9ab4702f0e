//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServiceLifecycle

/// Checks repeatedly until the service is ready, so that its log reports that without a request.
package struct ReadinessWatch: Service {
    private let check: @Sendable () async -> String?
    private let listening: AsyncStream<Void>
    private let announcement: AsyncStream<Void>.Continuation

    /// - Parameter check: Why the service is not ready; `nil` if it is.
    package init(check: @escaping @Sendable () async -> String?) {
        self.check = check
        (listening, announcement) = AsyncStream.makeStream()
    }

    /// Called when the service is listening.
    package func listens() { announcement.finish() }

    /// Checks until the service is ready, then waits for shutdown.
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
